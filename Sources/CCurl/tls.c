// SPDX-License-Identifier: Apache-2.0

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <stdlib.h>
#include <string.h>

#include "transfer.h"

// Called by mbedTLS for each certificate of the chain; it frees the list it is given.
static int find_issuers(void *context, const mbedtls_x509_crt *child, mbedtls_x509_crt **found) {
  ccurl *t = context;
  mbedtls_x509_crt *list = calloc(1, sizeof *list);
  if (!list)
    return MBEDTLS_ERR_X509_ALLOC_FAILED;
  mbedtls_x509_crt_init(list);
  t->lookup(t->context, child->issuer_raw.p, child->issuer_raw.len, list);
  if (!list->version) {
    free(list);
    list = NULL;
  }
  *found = list;
  return 0;
}

void ccurl_trust(void *found, const uint8_t *der, size_t count) {
  // A certificate that cannot be parsed vouches for nobody.
  (void)mbedtls_x509_crt_parse_der(found, der, count);
}

// Takes the place of libcurl's own, which does not tell what was wrong.
static int verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags) {
  ccurl *t = context;
  (void)certificate;
  (void)depth;
  t->verify_flags |= *flags;
  if (!t->lookup)
    *flags = 0;
  return 0;
}

static CURLcode configure(CURL *easy, void *configuration, void *context) {
  ccurl *t = context;
  (void)easy;
  t->securing = 1;
  mbedtls_ssl_conf_verify(configuration, verify, t);
  if (t->lookup)
    mbedtls_ssl_conf_ca_cb(configuration, find_issuers, t);
  return CURLE_OK;
}

void ccurl_prepare_tls(ccurl *t) {
  curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_FUNCTION, configure);
  curl_easy_setopt(t->easy, CURLOPT_SSL_CTX_DATA, t);
  ccurl_set_lookup(t, NULL, NULL);
}

void ccurl_set_lookup(ccurl *t, ccurl_lookup lookup, void *context) {
  t->lookup = lookup;
  t->context = context;
  curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, lookup ? 1L : 0L);
  curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, lookup ? 2L : 0L);
}

// libcurl knows mbedTLS's error number and tells it only as text: "... (-0x7280) ...".
int64_t ccurl_tls_error(ccurl *t) {
  static const char digits[] = "0123456789abcdef";
  const char *text = strstr(t->error, "(-0x"), *digit;
  int64_t number = 0;
  for (text = text ? text + 4 : ""; *text && (digit = strchr(digits, *text | 0x20)); text++)
    number = number * 16 + (digit - digits);
  return -number;
}
