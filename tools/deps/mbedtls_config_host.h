
// Only in the host flavour: tests run many transfers at once, the programs have one thread.
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD
