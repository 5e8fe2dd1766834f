// SPDX-License-Identifier: Apache-2.0

#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // explicit_bzero
#endif
#include "ccurl.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "transfer.h"

// Appends within a limit; 0 when it would be exceeded or there is no memory.
static int append(struct buffer *buffer, const char *bytes, size_t count, size_t limit) {
  if (count > limit - buffer->count)
    return 0;
  if (buffer->count + count > buffer->room) {
    size_t room = buffer->room ? buffer->room : 1024;
    while (room < buffer->count + count)
      room *= 2;
    uint8_t *grown = realloc(buffer->bytes, room);
    if (!grown)
      return 0;
    buffer->bytes = grown;
    buffer->room = room;
  }
  memcpy(buffer->bytes + buffer->count, bytes, count);
  buffer->count += count;
  return 1;
}

static size_t receive_field(char *bytes, size_t size, size_t count, void *context) {
  ccurl *t = context;
  count *= size;
  // An interim answer (1xx) may come first. Its fields are dropped.
  if (count >= 5 && !memcmp(bytes, "HTTP/", 5))
    t->fields.count = 0;
  if (append(&t->fields, bytes, count, t->header_limit))
    return count;
  t->too_large = CCURL_FIELDS_TOO_LONG;
  return CURL_WRITEFUNC_ERROR;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
  ccurl *t = context;
  count *= size;
  if (append(&t->body, bytes, count, t->body_limit))
    return count;
  t->too_large = CCURL_BODY_TOO_LONG;
  return CURL_WRITEFUNC_ERROR;
}

// What every transfer has in common; all of it is about not doing more than was asked.
static void set_defaults(ccurl *t) {
  CURL *easy = t->easy;
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 2048L);  // answers are short, memory is too
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");    // not the one of the environment
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");  // nor its exceptions
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
  // Deadlines are the caller's; libcurl's own would only get in their way.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 3600000L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_field);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
  ccurl_prepare_socket(t);
  ccurl_prepare_tls(t);
}

ccurl *ccurl_new(void) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT))
    return NULL;
  ccurl *t = calloc(1, sizeof *t);
  if (t) {
    t->easy = curl_easy_init();
    t->multi = curl_multi_init();
    t->header_limit = 16 * 1024;
    t->body_limit = 64 * 1024;
  }
  if (!t || !t->easy || !t->multi) {
    if (t)
      ccurl_free(t);
    return NULL;
  }
  set_defaults(t);
  return t;
}

void ccurl_free(ccurl *t) {
  ccurl_free_line(t);
  if (t->started)
    curl_multi_remove_handle(t->multi, t->easy);
  curl_easy_cleanup(t->easy);
  curl_multi_cleanup(t->multi);
  curl_slist_free_all(t->headers);
  curl_slist_free_all(t->addresses);
  free(t->fields.bytes);
  free(t->body.bytes);
  free(t);
  curl_global_cleanup();
}

static CURLcode add(struct curl_slist **list, CURL *easy, CURLoption option, const char *text) {
  struct curl_slist *longer = curl_slist_append(*list, text);
  if (!longer)
    return CURLE_OUT_OF_MEMORY;
  *list = longer;
  return curl_easy_setopt(easy, option, longer);
}

static CURLcode set_text(ccurl *t, ccurl_option what, const char *text) {
  switch (what) {
    case CCURL_URL: return curl_easy_setopt(t->easy, CURLOPT_URL, text);
    case CCURL_METHOD: return curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, text);
    case CCURL_HEADER: return add(&t->headers, t->easy, CURLOPT_HTTPHEADER, text);
    case CCURL_RESOLVE: return add(&t->addresses, t->easy, CURLOPT_RESOLVE, text);
    case CCURL_USERNAME: return curl_easy_setopt(t->easy, CURLOPT_USERNAME, text);
    case CCURL_PASSWORD: return curl_easy_setopt(t->easy, CURLOPT_PASSWORD, text);
    case CCURL_USER_AGENT: return curl_easy_setopt(t->easy, CURLOPT_USERAGENT, text);
    case CCURL_PROXY: return curl_easy_setopt(t->easy, CURLOPT_PROXY, text);
    case CCURL_PROXY_USERNAME: return curl_easy_setopt(t->easy, CURLOPT_PROXYUSERNAME, text);
    case CCURL_PROXY_PASSWORD: return curl_easy_setopt(t->easy, CURLOPT_PROXYPASSWORD, text);
    default: return CURLE_UNKNOWN_OPTION;
  }
}

static CURLcode set_body(ccurl *t, const uint8_t *bytes, size_t count) {
  CURLcode code = curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code ? code : curl_easy_setopt(t->easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

bool ccurl_set(ccurl *t, ccurl_option what, const uint8_t *bytes, size_t count) {
  if (what == CCURL_BODY)
    return !set_body(t, bytes, count);
  if (what == CCURL_LOCAL_ADDRESS || what == CCURL_DEVICE)
    return ccurl_set_binding(t, what, bytes, count);
  if (memchr(bytes, 0, count))
    return false;
  char *text = malloc(count + 1);
  if (!text)
    return false;
  memcpy(text, bytes, count);
  text[count] = 0;
  CURLcode code = set_text(t, what, text);
  // It may have been a password.
  explicit_bzero(text, count);
  free(text);
  return !code;
}

void ccurl_set_proxy_port(ccurl *t, uint16_t port) {
  curl_easy_setopt(t->easy, CURLOPT_PROXYPORT, (long)port);
}

void ccurl_set_limits(ccurl *t, size_t header_bytes, size_t body_bytes) {
  t->header_limit = header_bytes;
  t->body_limit = body_bytes;
}

static bool end(ccurl *t, CURLcode code) {
  t->finished = true;
  t->code = code;
  return false;
}

bool ccurl_step(ccurl *t) {
  if (t->finished)
    return false;
  if (!t->started && curl_multi_add_handle(t->multi, t->easy))
    return end(t, CURLE_OUT_OF_MEMORY);
  t->started = true;
  int running = 0;
  int left = 0;
  if (curl_multi_perform(t->multi, &running))
    return end(t, CURLE_OUT_OF_MEMORY);
  CURLMsg *message = curl_multi_info_read(t->multi, &left);
  if (message && message->msg == CURLMSG_DONE)
    return end(t, message->data.result);
  return true;
}

void ccurl_wait(ccurl *t, int32_t limit_ms) {
  (void)curl_multi_poll(t->multi, NULL, 0, limit_ms, NULL);
}

ccurl_phase ccurl_get_phase(const ccurl *t) {
  curl_off_t ready = 0;
  if (t->fields.count)
    return CCURL_RECEIVING;
  curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
  if (ready)
    return CCURL_WAITING;
  return t->securing ? CCURL_SECURING : CCURL_CONNECTING;
}

static long information(const ccurl *t, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(t->easy, what, &value);
  return value;
}

int32_t ccurl_status(const ccurl *t) { return (int32_t)information(t, CURLINFO_RESPONSE_CODE); }

int32_t ccurl_proxy_status(const ccurl *t) {
  return (int32_t)information(t, CURLINFO_HTTP_CONNECTCODE);
}

int32_t ccurl_code(const ccurl *t) { return (int32_t)t->code; }

// A connection that was cut is no answer; one that says something else is another thing.
static ccurl_outcome receive_outcome(const ccurl *t) {
  long error = information(t, CURLINFO_OS_ERRNO);
  bool was_reset = error == ECONNRESET || error == EPIPE;
  // Over TLS nobody on the way can make an answer that is none.
  if (was_reset || t->hung_up || (t->securing && t->code == CURLE_RECV_ERROR))
    return CCURL_CLOSED;
  return t->code == CURLE_SSL_CONNECT_ERROR ? ccurl_handshake_outcome(t) : CCURL_GARBLED;
}

ccurl_outcome ccurl_get_outcome(const ccurl *t) {
  if (t->too_large)
    return t->too_large;
  if (t->code == CURLE_OK)
    return CCURL_ANSWERED;
  int32_t proxy_status = ccurl_proxy_status(t);
  if (proxy_status > 0 && proxy_status / 100 != 2)
    return CCURL_PROXY_REFUSED;
  switch (t->code) {
    case CURLE_COULDNT_CONNECT: return ccurl_connect_outcome(t);
    case CURLE_PEER_FAILED_VERIFICATION: return ccurl_certificate_outcome(t);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR: return CCURL_CLOSED;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_RECV_ERROR:  // also said of malformed chunks
    case CURLE_UNSUPPORTED_PROTOCOL:  // said of an answer without a status line
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY: return receive_outcome(t);
    case CURLE_TOO_LARGE: return CCURL_FIELDS_TOO_LONG;
    case CURLE_OUT_OF_MEMORY: return CCURL_NO_MEMORY;
    default: return CCURL_FAILED;
  }
}

static const uint8_t *text_information(const ccurl *t, CURLINFO what, size_t *count) {
  char *text = NULL;
  curl_easy_getinfo(t->easy, what, &text);
  *count = text ? strlen(text) : 0;
  return (const uint8_t *)text;
}

const uint8_t *ccurl_bytes(const ccurl *t, ccurl_text what, size_t *count) {
  switch (what) {
    case CCURL_ANSWER_FIELDS: *count = t->fields.count; return t->fields.bytes;
    case CCURL_ANSWER_BODY: *count = t->body.count; return t->body.bytes;
    case CCURL_REDIRECT: return text_information(t, CURLINFO_REDIRECT_URL, count);
    case CCURL_LOCAL: return text_information(t, CURLINFO_LOCAL_IP, count);
    case CCURL_REMOTE: return text_information(t, CURLINFO_PRIMARY_IP, count);
  }
  *count = 0;
  return NULL;
}
