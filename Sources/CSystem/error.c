// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <string.h>

#include "csystem.h"
#include "retry.h"

static csys_error classify(int number) {
  switch (number) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case ENOTDIR: return CSYS_NOT_FOUND;
    case EEXIST: return CSYS_EXISTS;
    case EPERM:
    case EACCES:
    case EROFS: return CSYS_DENIED;
    case EAGAIN:
    case EBUSY: return CSYS_BUSY;
    case EFBIG: return CSYS_TOO_LARGE;
    case ETIMEDOUT: return CSYS_TIMED_OUT;
    case EADDRNOTAVAIL:
    case ENETDOWN:
    case ENETUNREACH:
    case ECONNABORTED:
    case ECONNRESET:
    case ECONNREFUSED:
    case EHOSTDOWN:
    case EHOSTUNREACH: return CSYS_UNREACHABLE;
    default: return CSYS_FAILED;
  }
}

csys_result csys_failure(int32_t number) { return (csys_result){0, classify(number), number}; }

csys_result csys_give(int64_t value) {
  return value < 0 ? csys_failure((int32_t)-value) : (csys_result){value, CSYS_OK, 0};
}

size_t csys_error_text(int32_t number, char *buffer, size_t count) {
  const char *text = strerror(number);
  size_t length = strlen(text);
  if (length > count) length = count;
  memcpy(buffer, text, length);
  return length;
}
