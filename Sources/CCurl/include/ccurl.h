// SPDX-License-Identifier: Apache-2.0
//
// One HTTP transfer through libcurl, whose own interface is variadic and unusable from Swift.
//
// Freestanding on purpose: no libc or libcurl type, macro or errno crosses this header. A handle
// carries one request and its answer. Whoever drives it calls `ccurl_step` and `ccurl_wait` in turn
// until it is done, and keeps the deadlines: nothing in here gives up by itself.
#ifndef CCURL_H
#define CCURL_H
#include <stddef.h>
#include <stdint.h>
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

typedef struct ccurl ccurl;

// Null when there is no memory or libcurl refuses to start. Free it exactly once.
ccurl *_Nullable ccurl_new(void);
void ccurl_free(ccurl *_Nonnull transfer);

// What is sent, and where to. HEADER and RESOLVE may be set more than once and add up.
enum {
  CCURL_URL,
  CCURL_METHOD,
  CCURL_HEADER,          // "Name: value"
  CCURL_RESOLVE,         // "*:port:address,address"; IPv6 in brackets
  CCURL_USERNAME,        // with CCURL_PASSWORD: Basic, sent without being asked
  CCURL_PASSWORD,
  CCURL_USER_AGENT,
  CCURL_PROXY,           // "http://host:port"
  CCURL_PROXY_USERNAME,
  CCURL_PROXY_PASSWORD,
  CCURL_BODY,            // any bytes; every other text is refused when it holds a NUL
  CCURL_DEVICE,          // network device every connection is bound to
  CCURL_LOCAL_ADDRESS,   // 4 or 16 bytes in network order
};
// 0, or -1 when the value cannot be used.
int32_t ccurl_set(ccurl *_Nonnull transfer, int32_t what, const uint8_t *_Nonnull bytes,
                  size_t count);
// The most bytes an answer may have; going over ends the transfer with CCURL_TOO_LARGE.
void ccurl_set_limits(ccurl *_Nonnull transfer, size_t header_bytes, size_t body_bytes);

// Whose certificates are trusted. While a chain is verified the look-up is asked, once for each
// certificate of the chain, for those whose subject is the given name (DER, with its tag), and
// hands them over by `ccurl_trust`. A null look-up trusts every server.
typedef void (*ccurl_lookup)(void *_Nonnull context, const uint8_t *_Nonnull issuer, size_t count,
                             void *_Nonnull found);
void ccurl_set_lookup(ccurl *_Nonnull transfer, ccurl_lookup _Nullable lookup,
                      void *_Nullable context);
void ccurl_trust(void *_Nonnull found, const uint8_t *_Nonnull der, size_t count);

// Does what can be done without waiting.
enum { CCURL_DONE = 0, CCURL_RUNNING = 1 };
int32_t ccurl_step(ccurl *_Nonnull transfer);
// Waits until the network has something to do, for at most that long.
void ccurl_wait(ccurl *_Nonnull transfer, int32_t limit_ms);

enum {
  CCURL_PHASE,         // one of CCURL_CONNECTING...
  CCURL_OUTCOME,       // one of CCURL_ANSWERED...
  CCURL_CODE,          // the same as libcurl's number, for messages
  CCURL_STATUS,        // of the answer
  CCURL_PROXY_STATUS,  // of the proxy's answer to CONNECT, 0 = none
  CCURL_OS_ERROR,      // one of CCURL_REFUSED...
  CCURL_BIND_ERROR,    // not 0: no socket could be bound, for this errno
  CCURL_TOO_LARGE,     // 1 = header fields, 2 = body
  CCURL_VERIFY_FLAGS,  // mbedTLS: what was wrong with the server's certificate
  CCURL_TLS_ERROR,     // mbedTLS: what ended the handshake, negative
};
int64_t ccurl_number(ccurl *_Nonnull transfer, int32_t what);

enum {
  CCURL_ANSWERED,
  CCURL_NOT_CONNECTED,
  CCURL_NOT_VERIFIED,
  CCURL_NOT_SECURED,
  CCURL_CLOSED,
  CCURL_GARBLED,
  CCURL_FIELDS_TOO_LONG,
  CCURL_NO_MEMORY,
  CCURL_FAILED,
};
enum { CCURL_CONNECTING, CCURL_SECURING, CCURL_WAITING, CCURL_RECEIVING };
enum { CCURL_OTHER, CCURL_REFUSED, CCURL_UNREACHABLE, CCURL_OS_TIMEOUT, CCURL_RESET };

enum {
  CCURL_ANSWER_FIELDS,  // status line and header fields of the last answer, as received
  CCURL_ANSWER_BODY,
  CCURL_REDIRECT,       // absolute
  CCURL_LOCAL,          // address of our end
  CCURL_REMOTE,         // address of the other end
};
// Valid until the transfer is freed. Null with count 0 when there is none.
const uint8_t *_Nullable ccurl_bytes(ccurl *_Nonnull transfer, int32_t what,
                                     size_t *_Nonnull count);
#endif
