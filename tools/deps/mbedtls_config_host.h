
// Only in the host flavour: tests run many transfers at once, the programs have one thread.
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD

// Many threads share one malloc, which has to be the one they all know.
#undef MBEDTLS_PLATFORM_MEMORY
#undef MBEDTLS_PLATFORM_CALLOC_MACRO
#undef MBEDTLS_PLATFORM_FREE_MACRO
