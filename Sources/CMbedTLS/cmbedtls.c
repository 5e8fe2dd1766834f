// SPDX-License-Identifier: Apache-2.0

#include "cmbedtls.h"

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
