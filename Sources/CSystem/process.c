// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

extern char **environ;

// Points each entry of a list at the strings of a block; the list ends with NULL.
static char **list(const char *block, size_t count, char **extra) {
  size_t extras = 0;
  while (extra && extra[extras]) extras++;
  char **result = calloc(count + extras + 1, sizeof *result);
  if (!result) return NULL;
  for (size_t i = 0; i < count; i++) {
    result[i] = (char *)block;
    block += strlen(block) + 1;
  }
  for (size_t i = 0; i < extras; i++) result[count + i] = extra[i];
  return result;
}

csys_result csys_spawn(const char *path, const char *argv, size_t argc, const char *environment,
                   size_t environment_count, int32_t input, int32_t output, int32_t error,
                   int32_t report, int32_t own_group) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  sigset_t none, defaults;
  pid_t pid = -1;
  int32_t ends[4] = {input, output, error, report};
  char **arguments = list(argv, argc, NULL), **variables = list(environment, environment_count, environ);
  int result = arguments && variables ? 0 : ENOMEM;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  posix_spawnattr_setflags(&attributes, own_group ? flags | POSIX_SPAWN_SETPGROUP : flags);
  posix_spawn_file_actions_init(&actions);
  // The caller's descriptors are all above 3 (see System.Child), so no dup2 overwrites a source.
  for (int i = 0; i < 4 && !result; i++) {
    if (ends[i] >= 0) result = posix_spawn_file_actions_adddup2(&actions, ends[i], i);
    else if (i < 3) result = posix_spawn_file_actions_addopen(&actions, i, "/dev/null", O_RDWR, 0);
  }
  if (!result) result = posix_spawn(&pid, path, &actions, &attributes, arguments, variables);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  free(arguments);
  free(variables);
  return csys_give(result ? -result : pid);
}

csys_ending csys_wait(int32_t pid, int32_t block) {
  int status;
  pid_t done = RETRY(waitpid(pid, &status, block ? 0 : WNOHANG));
  if (done <= 0) return (csys_ending){done ? CSYS_GONE : CSYS_RUNNING, 0};
  return WIFSIGNALED(status) ? (csys_ending){CSYS_KILLED, WTERMSIG(status)}
                             : (csys_ending){CSYS_EXITED, WEXITSTATUS(status)};
}

csys_result csys_kill(int32_t pid, int32_t signal) { return csys_give(RETRY(kill(pid, signal))); }
csys_result csys_kill_group(int32_t pid, int32_t signal) { return csys_kill(-pid, signal); }
int32_t csys_pid(void) { return getpid(); }

static const int watched[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGTERM, SIGCHLD};

csys_result csys_signals_open(void) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) sigaddset(&set, watched[i]);
  // A shell starts `command &` with INT and QUIT ignored; a signalfd would then never see them.
  for (size_t i = 0; i < sizeof watched / sizeof *watched; i++) signal(watched[i], SIG_DFL);
  if (sigprocmask(SIG_BLOCK, &set, NULL)) return csys_failure(errno);
  return csys_give(RETRY(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)));
}

int32_t csys_signals_next(int32_t fd) {
  struct signalfd_siginfo info;
  ssize_t count = RETRY(read(fd, &info, sizeof info));
  if (count != (ssize_t)sizeof info) return 0;
  switch (info.ssi_signo) {
    case SIGHUP: return CSYS_HUP;
    case SIGINT: return CSYS_INT;
    case SIGQUIT: return CSYS_QUIT;
    case SIGUSR1: return CSYS_USR1;
    case SIGTERM: return CSYS_TERM;
    default: return CSYS_CHLD;
  }
}

// The group that ends with us, and the signal that asked for it.
static volatile sig_atomic_t passing_group, passed_signal;

static void pass_on(int number) {
  int before = errno;
  // Whoever asks twice gets no more patience.
  kill(-(pid_t)passing_group, passed_signal ? SIGKILL : number);
  passed_signal = number;
  errno = before;
}

void csys_pass_signals(int32_t group) {
  static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  struct sigaction action = {0}, old;
  if (!group && passed_signal) csys_die(passed_signal);
  passing_group = group;
  action.sa_handler = group ? pass_on : SIG_DFL;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaction(numbers[i], NULL, &old);
    if (old.sa_handler != SIG_IGN) sigaction(numbers[i], &action, NULL);
  }
}

void csys_die(int32_t number) {
  sigset_t set;
  signal(number, SIG_DFL);
  kill(getpid(), number);
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  _exit(128 + number);
}

void csys_prepare(void) {
  struct rlimit none = {0, 0};
  // The C library's call would also reach other threads; there are none.
  syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, NULL);
  prctl(PR_SET_DUMPABLE, 0);  // a core_pattern that is a pipe ignores the limit
  signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of write, not the end of us
  int fd;
  do fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd < 3);
  if (fd == 3) fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (fd > 3) close(fd);
}
