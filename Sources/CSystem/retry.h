// SPDX-License-Identifier: Apache-2.0
#ifndef CSYS_RETRY_H
#define CSYS_RETRY_H
#include <errno.h>

// The value of a call that answers -1 with errno: repeated on EINTR, else minus errno.
#define RETRY(call)                               \
  ({                                              \
    __typeof__(call) result_;                     \
    do result_ = (call);                          \
    while (result_ < 0 && errno == EINTR);        \
    result_ < 0 ? -(__typeof__(call))errno : result_; \
  })
#endif
