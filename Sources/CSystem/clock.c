// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
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

// Two digits, the first perhaps a blank, behind what is there.
static char *two_digits(char *end, int number, char zero) {
  *end++ = number < 10 ? zero : (char)('0' + number / 10);
  *end++ = (char)('0' + number % 10);
  return end;
}

// The part of a format before the first directive that is not among these; musl spends thousands of
// instructions on each of them, and every line of a log has some. At most 5 bytes for each byte of it; the
// year has four digits.
static char *usual_parts(const char **format, const struct tm *t, char *end) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (; **format; ++*format) {
    if (**format != '%') {
      *end++ = **format;
      continue;
    }
    const char *inner = NULL;
    switch ((*format)[1]) {
      case 'b': memcpy(end, months + 3 * t->tm_mon, 3), end += 3; break;
      case 'd': end = two_digits(end, t->tm_mday, '0'); break;
      case 'e': end = two_digits(end, t->tm_mday, ' '); break;
      case 'm': end = two_digits(end, t->tm_mon + 1, '0'); break;
      case 'H': end = two_digits(end, t->tm_hour, '0'); break;
      case 'M': end = two_digits(end, t->tm_min, '0'); break;
      case 'S': end = two_digits(end, t->tm_sec, '0'); break;
      case 'F': inner = "%Y-%m-%d"; break;
      case 'R': inner = "%H:%M"; break;
      case 'T': inner = "%H:%M:%S"; break;
      case 'Y':
        end = two_digits(end, t->tm_year / 100 + 19, '0');
        end = two_digits(end, t->tm_year % 100, '0');
        break;
      default: return end;
    }
    if (inner) end = usual_parts(&inner, t, end);
    ++*format;
  }
  return end;
}

size_t csys_format_time(int64_t seconds, const char *format, char *buffer, size_t count) {
  time_t when = (time_t)seconds;
  struct tm parts;
  if (!localtime_r(&when, &parts)) return 0;
  char *end = buffer;
  if (strlen(format) * 5 < count && parts.tm_year >= 0 && parts.tm_year < 8100)
    end = usual_parts(&format, &parts, end);
  if (!*format) return (size_t)(end - buffer);
  size_t rest = strftime(end, count - (size_t)(end - buffer), format, &parts);
  return rest ? (size_t)(end - buffer) + rest : 0;
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

static struct termios before;

static void give_back(int number) {
  tcsetattr(0, TCSANOW, &before);
  csys_die(number);
}

void csys_terminal(csys_entry entry) {
  static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  static bool is_known;
  if (!is_known && tcgetattr(0, &before)) return;
  is_known = true;
  struct termios now = before;
  if (entry == CSYS_ENDED_BY_TAB) now.c_cc[VEOL] = '\t';
  if (entry == CSYS_UNSEEN) {
    now.c_lflag = (now.c_lflag & ~(tcflag_t)ECHO) | ECHONL;
    now.c_cc[VSUSP] = _POSIX_VDISABLE;
  }
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (signal(ends[i], entry ? give_back : SIG_DFL) == SIG_IGN) signal(ends[i], SIG_IGN);
  tcsetattr(0, TCSADRAIN, &now);
}

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
