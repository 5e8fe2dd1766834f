// SPDX-License-Identifier: Apache-2.0
//
// Random numbers for mbedTLS straight from the kernel: for its PSA part, and as the one source that
// seeds the generator curl insists on.

#include <errno.h>
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

int mbedtls_hardware_poll(void *data, unsigned char *output, size_t size, size_t *length) {
  (void)data;
  if (fill(output, size)) return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
  *length = size;
  return 0;
}
