// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
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

static int open_null(void) { return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0); }

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

// The group that ends with us, and the signal that asked for it.
static volatile sig_atomic_t passing_group, passed_signal;
static const int passed[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
static void pass_on(int number);

struct plan {
  const char *path;
  char **arguments, **variables;
  int32_t ends[4];
  int32_t own_group;
  int error;
};

// The child, in its parent's memory until it executes, while the parent stands still.
static int child(void *context) {
  struct plan *plan = context;
  struct sigaction action;
  sigset_t none;
  int null = -1;
  for (size_t i = 0; passing_group && i < sizeof passed / sizeof *passed; i++)
    if (!sigaction(passed[i], NULL, &action) && action.sa_handler == pass_on) signal(passed[i], SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
  if (plan->own_group && setpgid(0, 0)) goto failed;
  // Our own 0-3 are open from the start and never closed, so the caller's are all above 3, and no
  // dup2 overwrites a source.
  for (int i = 0; i < 4; i++) {
    int end = plan->ends[i];
    if (end < 0 && i == 3) break;
    if (end < 0 && null < 0) null = open_null();
    if (dup2(end < 0 ? null : end, i) < 0) goto failed;
  }
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(plan->path, plan->arguments, plan->variables);
failed:
  plan->error = errno;
  _exit(127);
}

// posix_spawn with fewer calls: it has a pipe for the error, which can be left in our own memory.
csys_result csys_spawn(const char *path, const char *argv, size_t argc, const char *environment,
                   size_t environment_count, int32_t input, int32_t output, int32_t error,
                   int32_t report, int32_t own_group) {
  _Alignas(16) char stack[16384];
  sigset_t all, before;
  struct plan plan = {path, list(argv, argc, NULL), list(environment, environment_count, environ),
                      {input, output, error, report}, own_group, 0};
  int32_t result = -ENOMEM;
  if (plan.arguments && plan.variables) {
    // Our own handlers must not run in the child.
    sigfillset(&all);
    if (passing_group) sigprocmask(SIG_BLOCK, &all, &before);
    result = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &plan);
    if (result < 0) result = -errno;
    if (passing_group) sigprocmask(SIG_SETMASK, &before, NULL);
  }
  if (result > 0 && plan.error) {
    waitpid(result, NULL, 0);
    result = -plan.error;
  }
  free(plan.arguments);
  free(plan.variables);
  return csys_give(result);
}

void csys_wait(int32_t pid, int32_t block, csys_ending *ending) {
  int status;
  pid_t done = RETRY(waitpid(pid, &status, block ? 0 : WNOHANG));
  if (!ending) return;
  if (done <= 0)
    *ending = (csys_ending){done ? CSYS_GONE : CSYS_RUNNING, 0};
  else if (WIFSIGNALED(status))
    *ending = (csys_ending){CSYS_KILLED, WTERMSIG(status)};
  else
    *ending = (csys_ending){CSYS_EXITED, WEXITSTATUS(status)};
}

// USR1 and USR2 are those of ours that have other numbers on MIPS.
static int number_of(int32_t signal) {
  return signal == CSYS_USR1 ? SIGUSR1 : signal == CSYS_USR2 ? SIGUSR2 : signal;
}
csys_result csys_kill(int32_t pid, int32_t signal) {
  return csys_give(RETRY(kill(pid, number_of(signal))));
}
csys_result csys_kill_group(int32_t pid, int32_t signal) { return csys_kill(-pid, signal); }
int32_t csys_pid(void) { return getpid(); }

int32_t csys_ended_child(void) {
  siginfo_t info = {0};
  return RETRY(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT)) < 0 ? 0 : info.si_pid;
}

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

void csys_keep_descriptors(void) {
  if (!syscall(SYS_close_range, 3U, ~0U, 4U)) return;  // CLOSE_RANGE_CLOEXEC
  // Kernels before 5.11.
  for (int fd = 3; fd < 1024; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
  }
}

static const int watched[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCHLD};

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
    case SIGUSR2: return CSYS_USR2;
    case SIGTERM: return CSYS_TERM;
    default: return CSYS_CHLD;
  }
}

static void pass_on(int number) {
  int before = errno;
  // Whoever asks twice gets no more patience.
  if (passing_group > 0) kill(-(pid_t)passing_group, passed_signal ? SIGKILL : number);
  passed_signal = number;
  errno = before;
}

void csys_pass_signals(int32_t group) {
  struct sigaction action = {0}, old;
  if (!group && passed_signal) csys_die(passed_signal);
  passing_group = group;
  action.sa_handler = group ? pass_on : SIG_DFL;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
    sigaction(passed[i], NULL, &old);
    if (old.sa_handler != SIG_IGN) sigaction(passed[i], &action, NULL);
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
  struct pollfd standard[4] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}};
  poll(standard, 4, 0);
  for (int fd = 0; fd < 4; fd++) {
    if (!(standard[fd].revents & POLLNVAL)) continue;
    // The lowest that is free. 0, 1 and 2 are for children, too.
    if (open_null() == fd && fd < 3) fcntl(fd, F_SETFD, 0);
  }
}
