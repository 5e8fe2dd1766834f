// SPDX-License-Identifier: Apache-2.0
//
// One HTTP transfer through libcurl (or a line by TLS), whose own interface is variadic and unusable from Swift.
//
// Freestanding on purpose: no libc or libcurl type, macro or errno crosses this header. A handle
// carries one request and its answer. Whoever drives it calls `ccurl_step` and `ccurl_wait` in turn
// until it is done, and keeps the deadlines: nothing in here gives up by itself.
#ifndef CCURL_H
#define CCURL_H
#include <stdbool.h>
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
typedef enum {
  CCURL_URL,
  CCURL_METHOD,
  CCURL_HEADER,          // "Name: value"
  CCURL_RESOLVE,         // "*:port:address,address"; IPv6 in brackets
  CCURL_USERNAME,        // with CCURL_PASSWORD: Basic, sent without being asked
  CCURL_PASSWORD,
  CCURL_USER_AGENT,
  CCURL_PROXY,           // the host of an HTTP proxy; IPv6 in brackets
  CCURL_PROXY_USERNAME,
  CCURL_PROXY_PASSWORD,
  CCURL_BODY,            // any bytes; every other text is refused when it holds a NUL
  CCURL_DEVICE,          // network device every connection is bound to
  CCURL_LOCAL_ADDRESS,   // 4 or 16 bytes in network order
} ccurl_option;
// Whether the value can be used.
bool ccurl_set(ccurl *_Nonnull transfer, ccurl_option what, const uint8_t *_Nonnull bytes,
               size_t count);
void ccurl_set_proxy_port(ccurl *_Nonnull transfer, uint16_t port);
// The most bytes an answer may have; going over ends the transfer.
void ccurl_set_limits(ccurl *_Nonnull transfer, size_t header_bytes, size_t body_bytes);

// Whose certificates are trusted. While a chain is verified the look-up is asked, once for each
// certificate of the chain, for those whose subject is the given name (DER, with its tag), and
// hands them over by `ccurl_trust`. A null look-up trusts every server.
typedef void (*ccurl_lookup)(void *_Nonnull context, const uint8_t *_Nonnull issuer, size_t count,
                             void *_Nonnull found);
void ccurl_set_lookup(ccurl *_Nonnull transfer, ccurl_lookup _Nullable lookup,
                      void *_Nullable context);
void ccurl_trust(void *_Nonnull found, const uint8_t *_Nonnull der, size_t count);

// Does what can be done without waiting; false when the transfer is over.
bool ccurl_step(ccurl *_Nonnull transfer);
// Waits until the network has something to do, for at most that long.
void ccurl_wait(ccurl *_Nonnull transfer, int32_t limit_ms);

// TLS on a socket that is connected already and never waits, for what libcurl is not built with: in
// place of a transfer, whose look-up and outcome are the line's. Each call does what can be done now.
typedef enum { CCURL_DONE, CCURL_WANTS_DATA, CCURL_WANTS_ROOM, CCURL_BROKEN } ccurl_progress;
// Begins, or goes on with, agreeing on TLS; the host's name has no NUL in it.
ccurl_progress ccurl_secure(ccurl *_Nonnull transfer, int32_t socket, const uint8_t *_Nonnull host,
                            size_t length);
// `count` is how many bytes there are, or may come, and then how many went, or came: none at the end.
ccurl_progress ccurl_line_send(ccurl *_Nonnull transfer, const uint8_t *_Nonnull bytes,
                               size_t *_Nonnull count);
ccurl_progress ccurl_line_receive(ccurl *_Nonnull transfer, uint8_t *_Nonnull bytes,
                                  size_t *_Nonnull count);

// How far it has come.
typedef enum { CCURL_CONNECTING, CCURL_SECURING, CCURL_WAITING, CCURL_RECEIVING } ccurl_phase;
ccurl_phase ccurl_get_phase(const ccurl *_Nonnull transfer);

// How it ended.
typedef enum {
  CCURL_ANSWERED,
  CCURL_FIELDS_TOO_LONG,
  CCURL_BODY_TOO_LONG,
  CCURL_PROXY_REFUSED,         // see ccurl_proxy_status
  CCURL_NO_SUCH_DEVICE,        // no socket could be bound
  CCURL_NO_SUCH_ADDRESS,       // the same: no device has the address
  CCURL_BINDING_DENIED,
  CCURL_NOT_BOUND,             // for any other reason
  CCURL_CONNECTION_REFUSED,
  CCURL_UNREACHABLE,
  CCURL_CONNECTION_TIMED_OUT,  // by the kernel
  CCURL_NOT_CONNECTED,         // for any other reason
  CCURL_UNKNOWN_ISSUER,        // of the server's certificate
  CCURL_WRONG_NAME,
  CCURL_EXPIRED,
  CCURL_NOT_YET_VALID,
  CCURL_UNACCEPTABLE,          // anything else is wrong with it
  CCURL_TLS_REFUSED,           // by the server, see ccurl_alert
  CCURL_TLS_FAILED,
  CCURL_CLOSED,
  CCURL_GARBLED,
  CCURL_NO_MEMORY,
  CCURL_FAILED,                // otherwise, see ccurl_code
} ccurl_outcome;
ccurl_outcome ccurl_get_outcome(const ccurl *_Nonnull transfer);
// The status of the answer, and of the proxy's answer to CONNECT; 0 when there is none.
int32_t ccurl_status(const ccurl *_Nonnull transfer);
int32_t ccurl_proxy_status(const ccurl *_Nonnull transfer);
// The description of the alert that ended the handshake (RFC 8446, B.2).
int32_t ccurl_alert(const ccurl *_Nonnull transfer);
// libcurl's own number of an end, for a person to look up and for nothing else.
int32_t ccurl_code(const ccurl *_Nonnull transfer);

typedef enum {
  CCURL_ANSWER_FIELDS,  // status line and header fields of the last answer, as received
  CCURL_ANSWER_BODY,
  CCURL_REDIRECT,       // absolute
  CCURL_LOCAL,          // address of our end
  CCURL_REMOTE,         // address of the other end
} ccurl_text;
// Valid until the transfer is freed. Null with count 0 when there is none.
const uint8_t *_Nullable ccurl_bytes(const ccurl *_Nonnull transfer, ccurl_text what,
                                     size_t *_Nonnull count);
#endif
