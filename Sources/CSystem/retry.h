// SPDX-License-Identifier: Apache-2.0
//
// What the files of this shim share.
#ifndef CSYS_RETRY_H
#define CSYS_RETRY_H
#include <errno.h>

#include "csystem.h"

// The value of a call that answers -1 with errno: repeated on EINTR, else minus errno. Stays in here.
#define RETRY(call)                               \
  ({                                              \
    __typeof__(call) result_;                     \
    do result_ = (call);                          \
    while (result_ < 0 && errno == EINTR);        \
    result_ < 0 ? -(__typeof__(call))errno : result_; \
  })

// error.c: a value, or what minus an errno means.
csys_result csys_give(int64_t value);
#endif
