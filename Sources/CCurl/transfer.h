// SPDX-License-Identifier: Apache-2.0
//
// What the files of this shim share.
#ifndef CCURL_TRANSFER_H
#define CCURL_TRANSFER_H
#include <curl/curl.h>
#include <mbedtls/ssl.h>

#include "ccurl.h"

struct buffer {
  uint8_t *bytes;
  size_t count;
  size_t room;
};

struct ccurl {
  CURL *easy;
  CURLM *multi;
  struct curl_slist *headers;
  struct curl_slist *addresses;
  struct buffer fields;
  struct buffer body;
  size_t header_limit;
  size_t body_limit;
  ccurl_outcome too_large;  // CCURL_ANSWERED while it is not
  bool started;
  bool finished;
  CURLcode code;

  char device[16];  // IFNAMSIZ, with its NUL
  uint8_t local[16];
  size_t local_count;
  int bind_error;  // an errno, 0 = none
  bool opened;

  ccurl_lookup lookup;
  void *context;
  uint32_t verify_flags;
  bool securing;
  // libcurl's connection below TLS, and what came by it.
  void *connection;
  mbedtls_ssl_send_t *send;
  mbedtls_ssl_recv_t *receive;
  uint8_t tail[7];  // the end of what has been received: as long as an alert
  bool hung_up;

  // TLS without libcurl, on a socket that is connected already; null without.
  mbedtls_ssl_context *line;
  mbedtls_ssl_config *line_configuration;
  int line_socket;
};

// socket.c
void ccurl_prepare_socket(ccurl *t);
bool ccurl_set_binding(ccurl *t, ccurl_option what, const uint8_t *bytes, size_t count);
ccurl_outcome ccurl_connect_outcome(const ccurl *t);

// tls.c
void ccurl_prepare_tls(ccurl *t);
ccurl_outcome ccurl_certificate_outcome(const ccurl *t);
ccurl_outcome ccurl_handshake_outcome(const ccurl *t);
void ccurl_watch(ccurl *t, mbedtls_ssl_config *configuration, mbedtls_ssl_context *ssl);

// line.c
void ccurl_free_line(ccurl *t);
#endif
