// SPDX-License-Identifier: Apache-2.0
//
// Takes the place of parts of mbedTLS that are large for what we use of them: SHA-1 and MD5 without
// their rounds written out (RFC 3174, RFC 1321), and what is derived of private RSA keys, which a
// client without a key does not have. tools/deps.sh puts it into the library.

#include <mbedtls/md5.h>
#include <mbedtls/rsa.h>
#include <mbedtls/sha1.h>
#include <stdint.h>

static uint32_t rotated(uint32_t word, unsigned bits) { return word << bits | word >> (32 - bits); }

int mbedtls_internal_sha1_process(mbedtls_sha1_context *ctx, const unsigned char data[64]) {
  static const uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  uint32_t w[80], *h = ctx->MBEDTLS_PRIVATE(state);
  for (unsigned i = 0; i < 16; i++, data += 4)
    w[i] = (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
  for (unsigned i = 16; i < 80; i++) w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
  for (unsigned i = 0; i < 80; i++) {
    uint32_t mixed = i < 20 ? (b & c) | (~b & d) : b ^ c ^ d;
    if (i >= 40 && i < 60) mixed = (b & c) | (b & d) | (c & d);
    uint32_t next = rotated(a, 5) + mixed + e + w[i] + constants[i / 20];
    e = d, d = c, c = rotated(b, 30), b = a, a = next;
  }
  h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  return 0;
}

int mbedtls_internal_md5_process(mbedtls_md5_context *ctx, const unsigned char data[64]) {
  // The integer parts of 2^32 |sin(1)|, 2^32 |sin(2)| and so on.
  static const uint32_t sines[64] = {
      0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
      0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
      0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
      0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
      0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
      0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
      0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
      0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
  };
  static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  uint32_t *h = ctx->MBEDTLS_PRIVATE(state);
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
  for (unsigned i = 0; i < 64; i++) {
    uint32_t mixed;
    unsigned place;
    switch (i / 16) {
      case 0: mixed = (b & c) | (~b & d), place = i; break;
      case 1: mixed = (d & b) | (~d & c), place = 5 * i + 1; break;
      case 2: mixed = b ^ c ^ d, place = 3 * i + 5; break;
      default: mixed = c ^ (b | ~d), place = 7 * i; break;
    }
    const unsigned char *p = data + 4 * (place % 16);
    uint32_t word = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    uint32_t next = b + rotated(a + mixed + word + sines[i], shifts[i / 16][i % 4]);
    a = d, d = c, c = b, b = next;
  }
  h[0] += a, h[1] += b, h[2] += c, h[3] += d;
  return 0;
}

typedef const mbedtls_mpi *number;
typedef int random_source(void *, unsigned char *, size_t);

int mbedtls_rsa_deduce_primes(number n, number e, number d, mbedtls_mpi *p, mbedtls_mpi *q);
int mbedtls_rsa_deduce_private_exponent(number p, number q, number e, mbedtls_mpi *d);
int mbedtls_rsa_deduce_crt(number p, number q, number d, mbedtls_mpi *dp, mbedtls_mpi *dq, mbedtls_mpi *qp);
int mbedtls_rsa_validate_params(number n, number p, number q, number d, number e, random_source *source,
                                void *context);
int mbedtls_rsa_validate_crt(number p, number q, number d, number dp, number dq, number qp);

#define UNUSED(...) (void)(sizeof((const void *[]){__VA_ARGS__}))

int mbedtls_rsa_deduce_primes(number n, number e, number d, mbedtls_mpi *p, mbedtls_mpi *q) {
  UNUSED(n, e, d, p, q);
  return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

int mbedtls_rsa_deduce_private_exponent(number p, number q, number e, mbedtls_mpi *d) {
  UNUSED(p, q, e, d);
  return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

int mbedtls_rsa_deduce_crt(number p, number q, number d, mbedtls_mpi *dp, mbedtls_mpi *dq, mbedtls_mpi *qp) {
  UNUSED(p, q, d, dp, dq, qp);
  return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;
}

int mbedtls_rsa_validate_params(number n, number p, number q, number d, number e, random_source *source,
                                void *context) {
  UNUSED(n, p, q, d, e, context);
  (void)source;
  return MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}

int mbedtls_rsa_validate_crt(number p, number q, number d, number dp, number dq, number qp) {
  UNUSED(p, q, d, dp, dq, qp);
  return MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}
