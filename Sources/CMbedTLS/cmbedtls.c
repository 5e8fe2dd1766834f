// SPDX-License-Identifier: Apache-2.0

#include "cmbedtls.h"

#include <mbedtls/bignum.h>
#include <mbedtls/md.h>

static const mbedtls_md_info_t *find(cmbedtls_algorithm algorithm) {
  static const mbedtls_md_type_t types[] = {
    [CMBEDTLS_MD5] = MBEDTLS_MD_MD5,       [CMBEDTLS_SHA1] = MBEDTLS_MD_SHA1,
    [CMBEDTLS_SHA224] = MBEDTLS_MD_SHA224, [CMBEDTLS_SHA256] = MBEDTLS_MD_SHA256,
    [CMBEDTLS_SHA384] = MBEDTLS_MD_SHA384, [CMBEDTLS_SHA512] = MBEDTLS_MD_SHA512,
  };
  return mbedtls_md_info_from_type(types[algorithm]);
}

size_t cmbedtls_hash(cmbedtls_algorithm algorithm, const uint8_t *bytes, size_t count,
                     uint8_t *digest) {
  const mbedtls_md_info_t *info = find(algorithm);
  return mbedtls_md(info, bytes, count, digest) ? 0 : mbedtls_md_get_size(info);
}

size_t cmbedtls_hmac(cmbedtls_algorithm algorithm, const uint8_t *key, size_t key_count,
                     const uint8_t *bytes, size_t count, uint8_t *digest) {
  const mbedtls_md_info_t *info = find(algorithm);
  return mbedtls_md_hmac(info, key, key_count, bytes, count, digest) ? 0 : mbedtls_md_get_size(info);
}

bool cmbedtls_power(uint8_t *number, const uint8_t *exponent, size_t exponent_count,
                    const uint8_t *modulus, size_t count) {
  enum { NUMBER, EXPONENT, MODULUS, ALL };
  mbedtls_mpi n[ALL];
  for (int i = 0; i < ALL; i++) mbedtls_mpi_init(&n[i]);
  bool is_good = !mbedtls_mpi_read_binary(&n[NUMBER], number, count) &&
                 !mbedtls_mpi_read_binary(&n[EXPONENT], exponent, exponent_count) &&
                 !mbedtls_mpi_read_binary(&n[MODULUS], modulus, count) &&
                 !mbedtls_mpi_exp_mod(&n[NUMBER], &n[NUMBER], &n[EXPONENT], &n[MODULUS], NULL) &&
                 !mbedtls_mpi_write_binary(&n[NUMBER], number, count);
  for (int i = 0; i < ALL; i++) mbedtls_mpi_free(&n[i]);
  return is_good;
}
