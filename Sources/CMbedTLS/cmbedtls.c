// SPDX-License-Identifier: Apache-2.0

#include "cmbedtls.h"

#include <mbedtls/md.h>

static const mbedtls_md_info_t *find(int32_t algorithm) {
  static const mbedtls_md_type_t types[] = {
    [CMBEDTLS_MD5] = MBEDTLS_MD_MD5,       [CMBEDTLS_SHA1] = MBEDTLS_MD_SHA1,
    [CMBEDTLS_SHA224] = MBEDTLS_MD_SHA224, [CMBEDTLS_SHA256] = MBEDTLS_MD_SHA256,
    [CMBEDTLS_SHA384] = MBEDTLS_MD_SHA384, [CMBEDTLS_SHA512] = MBEDTLS_MD_SHA512,
  };
  if (algorithm < 0 || algorithm > CMBEDTLS_SHA512)
    return NULL;
  return mbedtls_md_info_from_type(types[algorithm]);
}

int32_t cmbedtls_hash(int32_t algorithm, const uint8_t *bytes, size_t count, uint8_t *digest) {
  const mbedtls_md_info_t *info = find(algorithm);
  if (!info || mbedtls_md(info, bytes, count, digest))
    return -1;
  return mbedtls_md_get_size(info);
}

int32_t cmbedtls_hmac(int32_t algorithm, const uint8_t *key, size_t key_count,
                      const uint8_t *bytes, size_t count, uint8_t *digest) {
  const mbedtls_md_info_t *info = find(algorithm);
  if (!info || mbedtls_md_hmac(info, key, key_count, bytes, count, digest))
    return -1;
  return mbedtls_md_get_size(info);
}
