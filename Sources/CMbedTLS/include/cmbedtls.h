// SPDX-License-Identifier: Apache-2.0
//
// Hashes, HMACs and large numbers of mbedTLS. Freestanding: no libc or mbedTLS type crosses this header.
#ifndef CMBEDTLS_H
#define CMBEDTLS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

typedef enum {
  CMBEDTLS_MD5,
  CMBEDTLS_SHA1,
  CMBEDTLS_SHA224,
  CMBEDTLS_SHA256,
  CMBEDTLS_SHA384,
  CMBEDTLS_SHA512,
} cmbedtls_algorithm;
enum { CMBEDTLS_MAX_SIZE = 64 };

// Both write at most CMBEDTLS_MAX_SIZE bytes and return how many: none when memory is short.
size_t cmbedtls_hash(cmbedtls_algorithm algorithm, const uint8_t *_Nullable bytes, size_t count,
                     uint8_t *_Nonnull digest);
size_t cmbedtls_hmac(cmbedtls_algorithm algorithm, const uint8_t *_Nullable key, size_t key_count,
                     const uint8_t *_Nullable bytes, size_t count, uint8_t *_Nonnull digest);

// Replaces number by its power, modulo modulus, in a time that does not tell the exponent. Number and
// modulus have count bytes, the first of which counts most. False for what cannot be computed.
bool cmbedtls_power(uint8_t *_Nonnull number, const uint8_t *_Nonnull exponent,
                    size_t exponent_count, const uint8_t *_Nonnull modulus, size_t count);
#endif
