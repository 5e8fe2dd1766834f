// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

// CLOCK_BOOTTIME is what /proc/uptime shows, and the run files hold uptimes (contract 7.1).
int64_t csys_uptime_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t csys_wall_clock(void) { return (int64_t)time(NULL); }

size_t csys_format_time(int64_t seconds, const char *format, char *buffer, size_t count) {
  time_t when = (time_t)seconds;
  struct tm parts;
  if (!localtime_r(&when, &parts)) return 0;
  return strftime(buffer, count, format, &parts);
}

void csys_set_time_zone(const char *zone) {
  setenv("TZ", zone, 0);
  tzset();
}

void csys_random(void *buffer, size_t count) {
  unsigned char *next = buffer;
  while (count > 0) {
    ssize_t filled = RETRY(getrandom(next, count > 256 ? 256 : count, 0));
    if (filled <= 0) abort();  // no kernel this runs on lacks getrandom
    next += filled;
    count -= (size_t)filled;
  }
}

int32_t csys_is_terminal(int32_t fd) { return isatty(fd); }

extern char **environ;

const char *csys_environment(const char *name) { return getenv(name); }

const char *csys_environment_take(const char *name) {
  static char *taken[64];
  size_t length = strlen(name), i = 0;
  while (taken[i] && (strncmp(taken[i], name, length) || taken[i][length] != '=')) i++;
  for (char **each = environ; !taken[i] && i < 63 && each && *each; each++)
    if (!strncmp(*each, name, length) && (*each)[length] == '=') taken[i] = *each;
  unsetenv(name);
  return taken[i] ? taken[i] + length + 1 : NULL;
}

#ifndef __GLIBC__
// Wanted by the Embedded Swift runtime for hash seeds; musl has none.
void arc4random_buf(void *buffer, size_t count) { csys_random(buffer, count); }
#endif
