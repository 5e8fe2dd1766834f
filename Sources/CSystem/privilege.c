// SPDX-License-Identifier: Apache-2.0
// How a runner that root has started goes on as another user. The C library's own calls are for programs
// with threads; the kernel's are enough.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

// On processors with calls of 16 bits those of 32 have a name of their own.
#ifdef SYS_setresuid32
enum { GROUPS = SYS_setgroups32, GROUP = SYS_setresgid32, USER = SYS_setresuid32 };
#else
enum { GROUPS = SYS_setgroups, GROUP = SYS_setresgid, USER = SYS_setresuid };
#endif

// The numbers of linux/capability.h, which is not musl's: reading any file, binding to a device.
enum { VERSION = 0x20080522, READ = 1 << 2, BIND = 1 << 13, BIND_NUMBER = 13 };
enum { AMBIENT = 47, AMBIENT_RAISE = 2 };  // of prctl

bool csys_is_root(void) { return !geteuid(); }

// The number in a field, and where it ends.
static uint64_t number(const char **at) {
  uint64_t value = 0;
  while (**at >= '0' && **at <= '9' && value < UINT32_MAX) value = value * 10 + (uint64_t)(*(*at)++ - '0');
  return value;
}

bool csys_account(const char *table, const char *name, uint32_t *user, uint32_t *group) {
  size_t length = strlen(name);
  for (const char *line = table; line; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, name, length) || line[length] != ':') continue;
    line = strchr(line + length + 1, ':');
    if (!line) return false;
    const char *first = ++line;
    uint64_t one = number(&line), other = 0;
    if (line > first && *line++ == ':') other = number(&line);
    *user = (uint32_t)one, *group = (uint32_t)other;
    // Root's numbers are nobody's to go on as.
    return *line == ':' && one && other && one < UINT32_MAX && other < UINT32_MAX;
  }
  return false;
}

csys_result csys_give_file(const char *path, uint32_t user, uint32_t group) {
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return csys_failure(errno);
  struct stat info;
  int error = fstat(fd, &info) ? errno : 0;
  // A file with two names may be another's under the other one.
  if (!error && !S_ISDIR(info.st_mode) && (!S_ISREG(info.st_mode) || info.st_nlink != 1)) error = EPERM;
  if (!error && fchown(fd, user, group)) error = errno;
  close(fd);
  return error ? csys_failure(error) : csys_give(0);
}

csys_result csys_become(uint32_t user, uint32_t group) {
  struct {
    uint32_t version;
    int32_t process;
  } header = {VERSION, 0};
  struct {
    uint32_t effective, permitted, inheritable;
  } rights[2] = {{READ | BIND, READ | BIND, BIND}, {0, 0, 0}};
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || syscall(GROUPS, 1, &group) || syscall(GROUP, group, group, group) ||
      syscall(USER, user, user, user) || syscall(SYS_capset, &header, rights))
    return csys_failure(errno);
  // The tools get that one, and no other. Before Linux 4.3 they get none.
  prctl(AMBIENT, AMBIENT_RAISE, BIND_NUMBER, 0, 0);
  return csys_give(0);
}

void csys_allow_descriptors(size_t count) {
  struct rlimit limit;
  if (prlimit(0, RLIMIT_NOFILE, NULL, &limit) || limit.rlim_cur >= count) return;
  limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
  prlimit(0, RLIMIT_NOFILE, &limit, NULL);
}
