// SPDX-License-Identifier: Apache-2.0
//
// What the files of this shim share.
#ifndef CCURL_TRANSFER_H
#define CCURL_TRANSFER_H
#include <curl/curl.h>

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
  int64_t too_large;
  int started;
  int finished;
  CURLcode code;
  char error[CURL_ERROR_SIZE];

  char device[16];  // IFNAMSIZ, with its NUL
  uint8_t local[16];
  size_t local_count;
  int64_t bind_error;
  int opened;

  ccurl_lookup lookup;
  void *context;
  uint32_t verify_flags;
  int securing;
};

// socket.c
void ccurl_prepare_socket(ccurl *t);
int32_t ccurl_set_binding(ccurl *t, int32_t what, const uint8_t *bytes, size_t count);
int64_t ccurl_classify(int64_t error);

// tls.c
void ccurl_prepare_tls(ccurl *t);
int64_t ccurl_tls_error(ccurl *t);
#endif
