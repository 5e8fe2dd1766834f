// SPDX-License-Identifier: Apache-2.0
//
// Random numbers for mbedTLS's PSA part, straight from the kernel: no pool and no seed to keep.

#include <errno.h>
#include <psa/crypto.h>
#include <sys/random.h>
#include <sys/types.h>

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                             uint8_t *output, size_t size, size_t *length) {
  (void)context;
  size_t done = 0;
  while (done < size) {
    ssize_t n = getrandom(output + done, size - done, 0);
    if (n > 0)
      done += (size_t)n;
    else if (errno != EINTR)
      return PSA_ERROR_INSUFFICIENT_ENTROPY;
  }
  *length = done;
  return PSA_SUCCESS;
}
