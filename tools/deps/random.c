// SPDX-License-Identifier: Apache-2.0
//
// Random numbers for mbedTLS straight from the kernel: for its PSA part, and in place of the generator
// libcurl insists on.

#include <errno.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <psa/crypto.h>
#include <sys/random.h>
#include <sys/types.h>

static int fill(unsigned char *output, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t n = getrandom(output + done, size - done, 0);
    if (n > 0)
      done += (size_t)n;
    else if (errno != EINTR)
      return -1;
  }
  return 0;
}

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t size, size_t *length) {
  (void)context;
  if (fill(output, size)) return PSA_ERROR_INSUFFICIENT_ENTROPY;
  *length = size;
  return PSA_SUCCESS;
}

// libcurl seeds a generator of its own with entropy that mbedTLS gathers. Both are the kernel's here.
void mbedtls_entropy_init(mbedtls_entropy_context *context) { (void)context; }

void mbedtls_entropy_free(mbedtls_entropy_context *context) { (void)context; }

int mbedtls_entropy_func(void *context, unsigned char *output, size_t size) {
  (void)context;
  return fill(output, size) ? MBEDTLS_ERR_ENTROPY_SOURCE_FAILED : 0;
}

void mbedtls_ctr_drbg_init(mbedtls_ctr_drbg_context *context) { (void)context; }

void mbedtls_ctr_drbg_free(mbedtls_ctr_drbg_context *context) { (void)context; }

int mbedtls_ctr_drbg_seed(mbedtls_ctr_drbg_context *context,
                          int (*source)(void *, unsigned char *, size_t), void *entropy,
                          const unsigned char *custom, size_t size) {
  (void)context, (void)source, (void)entropy, (void)custom, (void)size;
  return 0;
}

void mbedtls_ctr_drbg_set_prediction_resistance(mbedtls_ctr_drbg_context *context, int resistance) {
  (void)context, (void)resistance;
}

int mbedtls_ctr_drbg_random(void *context, unsigned char *output, size_t size) {
  (void)context;
  return fill(output, size) ? MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED : 0;
}
