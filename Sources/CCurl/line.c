// SPDX-License-Identifier: Apache-2.0
//
// A connection by TLS that is no transfer of libcurl's: mail. libcurl is built without that.

#include <errno.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ssl.h>
#include <psa/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "transfer.h"

static int result(ssize_t count, int busy) {
  if (count >= 0)
    return (int)count;
  return errno == EAGAIN || errno == EINTR ? busy : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}

static int send_bytes(void *context, const unsigned char *bytes, size_t count) {
  ccurl *t = context;
  return result(send(t->line_socket, bytes, count, MSG_NOSIGNAL), MBEDTLS_ERR_SSL_WANT_WRITE);
}

static int receive_bytes(void *context, unsigned char *bytes, size_t count) {
  ccurl *t = context;
  return result(recv(t->line_socket, bytes, count, 0), MBEDTLS_ERR_SSL_WANT_READ);
}

static ccurl_progress progress(ccurl *t, int code) {
  if (code >= 0)
    return CCURL_DONE;
  if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
    return CCURL_WANTS_DATA;
  if (code == MBEDTLS_ERR_SSL_WANT_WRITE)
    return CCURL_WANTS_ROOM;
  t->code = t->verify_flags && t->lookup ? CURLE_PEER_FAILED_VERIFICATION : CURLE_SSL_CONNECT_ERROR;
  return CCURL_BROKEN;
}

static bool begin(ccurl *t, const uint8_t *host, size_t length) {
  char name[256] = {0};
  if (length >= sizeof name || psa_crypto_init())
    return false;
  memcpy(name, host, length);
  t->line = calloc(1, sizeof *t->line);
  t->line_configuration = calloc(1, sizeof *t->line_configuration);
  if (!t->line || !t->line_configuration)
    return false;
  mbedtls_ssl_init(t->line);
  mbedtls_ssl_config_init(t->line_configuration);
  mbedtls_ssl_config *configuration = t->line_configuration;
  if (mbedtls_ssl_config_defaults(configuration, MBEDTLS_SSL_IS_CLIENT,
                                  MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))
    return false;
  mbedtls_ssl_conf_rng(configuration, mbedtls_ctr_drbg_random, NULL);
  mbedtls_ssl_conf_authmode(configuration,
                            t->lookup ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_NONE);
  mbedtls_ssl_set_bio(t->line, t, send_bytes, receive_bytes, NULL);
  ccurl_watch(t, configuration, t->line);
  return !mbedtls_ssl_setup(t->line, configuration) && !mbedtls_ssl_set_hostname(t->line, name);
}

ccurl_progress ccurl_secure(ccurl *t, int32_t socket, const uint8_t *host, size_t length) {
  t->line_socket = socket;
  if (!t->line && !begin(t, host, length)) {
    t->code = CURLE_OUT_OF_MEMORY;
    return CCURL_BROKEN;
  }
  return progress(t, mbedtls_ssl_handshake(t->line));
}

ccurl_progress ccurl_line_send(ccurl *t, const uint8_t *bytes, size_t *count) {
  int code = mbedtls_ssl_write(t->line, bytes, *count);
  *count = code > 0 ? (size_t)code : 0;
  return progress(t, code);
}

ccurl_progress ccurl_line_receive(ccurl *t, uint8_t *bytes, size_t *count) {
  int code = mbedtls_ssl_read(t->line, bytes, *count);
  *count = code > 0 ? (size_t)code : 0;
  return code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? CCURL_DONE : progress(t, code);
}

void ccurl_free_line(ccurl *t) {
  if (t->line)
    mbedtls_ssl_free(t->line);
  if (t->line_configuration)
    mbedtls_ssl_config_free(t->line_configuration);
  free(t->line);
  free(t->line_configuration);
}
