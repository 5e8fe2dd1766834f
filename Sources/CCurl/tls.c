// SPDX-License-Identifier: Apache-2.0

#define MBEDTLS_ALLOW_PRIVATE_ACCESS  // of a context: where it reads and writes
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

// mbedTLS tells libcurl why a handshake failed, and libcurl tells it in English only. Whether the
// server hung up or sent an alert can be seen from between mbedTLS and the connection.
static int read_through(void *context, unsigned char *bytes, size_t count) {
  ccurl *t = context;
  int got = t->receive(t->connection, bytes, count);
  if (got == 0)
    t->hung_up = true;
  for (int i = got < (int)sizeof t->tail ? 0 : got - (int)sizeof t->tail; i < got; i++) {
    memmove(t->tail, t->tail + 1, sizeof t->tail - 1);
    t->tail[sizeof t->tail - 1] = bytes[i];
  }
  return got;
}

static int write_through(void *context, const unsigned char *bytes, size_t count) {
  ccurl *t = context;
  return t->send(t->connection, bytes, count);
}

// Verifies by our look-up, and reads what goes by. What `ssl` reads and writes with is kept.
void ccurl_watch(ccurl *t, mbedtls_ssl_config *configuration, mbedtls_ssl_context *ssl) {
  t->securing = true;
  mbedtls_ssl_conf_verify(configuration, verify, t);
  if (t->lookup)
    mbedtls_ssl_conf_ca_cb(configuration, find_issuers, t);
  if (!ssl)
    return;
  t->connection = ssl->p_bio;
  t->send = ssl->f_send;
  t->receive = ssl->f_recv;
  mbedtls_ssl_set_bio(ssl, t, write_through, read_through, NULL);
}

static CURLcode configure(CURL *easy, void *configuration, void *context) {
  struct curl_tlssessioninfo *session = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session))
    session = NULL;
  ccurl_watch(context, configuration, session ? session->internals : NULL);
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

// An untrusted chain may be anybody's, so its other faults say nothing.
ccurl_outcome ccurl_certificate_outcome(const ccurl *t) {
  if (t->verify_flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
    return CCURL_UNKNOWN_ISSUER;
  if (t->verify_flags & MBEDTLS_X509_BADCERT_CN_MISMATCH)
    return CCURL_WRONG_NAME;
  if (t->verify_flags & MBEDTLS_X509_BADCERT_EXPIRED)
    return CCURL_EXPIRED;
  return t->verify_flags & MBEDTLS_X509_BADCERT_FUTURE ? CCURL_NOT_YET_VALID : CCURL_UNACCEPTABLE;
}

// An alert in the clear: its type, a version, the length 2, a level and what it is about.
ccurl_outcome ccurl_handshake_outcome(const ccurl *t) {
  const uint8_t *tail = t->tail;
  bool is_alert = tail[0] == MBEDTLS_SSL_MSG_ALERT && tail[1] == 3 && !tail[3] && tail[4] == 2;
  return is_alert ? CCURL_TLS_REFUSED : CCURL_TLS_FAILED;
}

int32_t ccurl_alert(const ccurl *t) { return t->tail[6]; }
