// SPDX-License-Identifier: Apache-2.0
// In the product only strftime reads a number with this, the width in "%10d". The C library's reads a stream
// of any base and brings all that has to do with streams, 3 KB.
#include <features.h>
#ifndef __GLIBC__
#include <limits.h>
#include <stdlib.h>

unsigned long strtoul(const char *restrict text, char **restrict end, int base) {
  unsigned long value = 0;
  if (base != 10) __builtin_trap();
  for (; *text >= '0' && *text <= '9'; text++) {
    unsigned digit = (unsigned)(*text - '0');
    value = value > (ULONG_MAX - digit) / 10 ? ULONG_MAX : value * 10 + digit;
  }
  if (end) *end = (char *)text;
  return value;
}
#endif
