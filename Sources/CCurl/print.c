// SPDX-License-Identifier: Apache-2.0
//
// libcurl brings a printf of its own; this makes it the only one of the executable. The C library's own would
// be 10 kB more, half of them for the digits of floating-point numbers, which nobody here prints.
// With glibc, which is for tests, it stays.

#include <features.h>

#ifndef __GLIBC__
#include <curl/mprintf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Unlike the standard's, the answer is the length that was written: callers here only look for failure.
int snprintf(char *restrict buffer, size_t size, const char *restrict format, ...) {
  // libcurl would come back here with a conversion it does not do itself.
  if (*format && strchr("aefgAEFG", format[strlen(format) - 1]))
    return -1;
  va_list arguments;
  va_start(arguments, format);
  int count = curl_mvsnprintf(buffer, size, format, arguments);
  va_end(arguments);
  return count;
}
#endif
