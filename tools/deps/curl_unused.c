// SPDX-License-Identifier: Apache-2.0
// Takes the place of parts of libcurl that no request of ours reaches, and that tools/deps.sh leaves
// out: SOCKS and HAProxy, races of HTTP versions, names of cipher suites, details of certificates, kept
// TLS sessions, transfers that are driven by the caller's sockets, and dates (we read Retry-After ourselves).
#include "curl_setup.h"

#include "cf-haproxy.h"
#include "cf-https-connect.h"
#include "multi_ev.h"
#include "parsedate.h"
#include "socks.h"
#include "urldata.h"
#include "vtls/cipher_suite.h"
#include "vtls/vtls_scache.h"
#include "vtls/x509asn1.h"

#define UNUSED(...) (void)(sizeof((const void *[]){__VA_ARGS__}))

CURLcode Curl_cf_haproxy_insert_after(struct Curl_cfilter *filter, struct Curl_easy *data) {
  UNUSED(filter, data);
  return CURLE_NOT_BUILT_IN;
}

CURLcode Curl_cf_socks_proxy_insert_after(struct Curl_cfilter *filter, struct Curl_easy *data,
                                          struct Curl_peer *peer, uint8_t ip_version,
                                          uint8_t type, struct Curl_creds *credentials) {
  UNUSED(filter, data, peer, credentials);
  (void)ip_version, (void)type;
  return CURLE_NOT_BUILT_IN;
}

// Success without a filter: the caller adds the ordinary ones.
CURLcode Curl_cf_https_setup(struct Curl_easy *data, struct Curl_peer *peer,
                             struct connectdata *connection, int8_t index) {
  UNUSED(data, peer, connection);
  (void)index;
  return CURLE_OK;
}

CURLcode Curl_extract_certinfo(struct Curl_easy *data, int number, const char *begin, const char *end) {
  UNUSED(data, begin, end);
  (void)number;
  return CURLE_NOT_BUILT_IN;
}

uint16_t Curl_cipher_suite_walk_str(const char **begin, const char **end) {
  UNUSED(begin, end);
  return 0;
}

int Curl_cipher_suite_get_str(uint16_t number, char *text, size_t size, bool prefer_rfc) {
  (void)number, (void)prefer_rfc;
  if (size) *text = 0;
  return -1;
}

// There is no cache, so nothing is put into it or taken from it.
bool Curl_ssl_scache_use(struct Curl_cfilter *filter, struct Curl_easy *data) {
  UNUSED(filter, data);
  return false;
}

bool Curl_ssl_scache_is_locked_by_current_thread(struct Curl_easy *data) {
  UNUSED(data);
  return false;
}

CURLcode Curl_ssl_scache_create(size_t peers, size_t sessions, struct Curl_ssl_scache **cache) {
  (void)peers, (void)sessions;
  *cache = NULL;
  return CURLE_OK;
}

void Curl_ssl_scache_destroy(struct Curl_ssl_scache *cache) { UNUSED(cache); }

CURLcode Curl_ssl_peer_key_make(const struct ssl_peer *peer, struct ssl_primary_config *settings,
                                const char *library, char **key) {
  UNUSED(peer, settings, library);
  *key = NULL;
  return CURLE_OK;
}

CURLcode Curl_ssl_scache_put(struct Curl_cfilter *filter, struct Curl_easy *data, const char *key,
                             struct Curl_ssl_session *session) {
  UNUSED(filter, data, key, session);
  return CURLE_OK;
}

CURLcode Curl_ssl_scache_take(struct Curl_cfilter *filter, struct Curl_easy *data, const char *key,
                              struct Curl_ssl_session **session) {
  UNUSED(filter, data, key);
  *session = NULL;
  return CURLE_OK;
}

void Curl_ssl_scache_return(struct Curl_cfilter *filter, struct Curl_easy *data, const char *key,
                            struct Curl_ssl_session *session) {
  UNUSED(filter, data, key, session);
}

CURLcode Curl_ssl_session_create(void *bytes, size_t count, int version, const char *alpn,
                                 curl_off_t end, size_t early, struct Curl_ssl_session **session) {
  UNUSED(bytes, alpn);
  (void)count, (void)version, (void)end, (void)early;
  *session = NULL;
  return CURLE_NOT_BUILT_IN;
}

CURLcode Curl_ssl_session_dup(struct Curl_ssl_session *source, struct Curl_ssl_session **session) {
  UNUSED(source);
  *session = NULL;
  return CURLE_NOT_BUILT_IN;
}

void Curl_ssl_session_destroy(struct Curl_ssl_session *session) { UNUSED(session); }

void Curl_multi_ev_init(struct Curl_multi *multi, size_t size) {
  UNUSED(multi);
  (void)size;
}

void Curl_multi_ev_cleanup(struct Curl_multi *multi) { UNUSED(multi); }

CURLMcode Curl_multi_ev_assign(struct Curl_multi *multi, curl_socket_t socket, void *context) {
  UNUSED(multi, context);
  (void)socket;
  return CURLM_BAD_SOCKET;
}

CURLMcode Curl_multi_ev_assess_xfer(struct Curl_multi *multi, struct Curl_easy *data) {
  UNUSED(multi, data);
  return CURLM_OK;
}

CURLMcode Curl_multi_ev_assess_xfer_bset(struct Curl_multi *multi, struct uint32_bset *set) {
  UNUSED(multi, set);
  return CURLM_OK;
}

CURLMcode Curl_multi_ev_assess_conn(struct Curl_multi *multi, struct Curl_easy *data,
                                    struct connectdata *connection) {
  UNUSED(multi, data, connection);
  return CURLM_OK;
}

void Curl_multi_ev_dirty_xfers(struct Curl_multi *multi, curl_socket_t socket) {
  UNUSED(multi);
  (void)socket;
}

void Curl_multi_ev_socket_done(struct Curl_multi *multi, struct Curl_easy *data, curl_socket_t socket) {
  UNUSED(multi, data);
  (void)socket;
}

void Curl_multi_ev_xfer_done(struct Curl_multi *multi, struct Curl_easy *data) { UNUSED(multi, data); }

void Curl_multi_ev_conn_done(struct Curl_multi *multi, struct Curl_easy *data,
                             struct connectdata *connection) {
  UNUSED(multi, data, connection);
}

int Curl_getdate_capped(const char *text, time_t *time) {
  UNUSED(text, time);
  return -1;
}
