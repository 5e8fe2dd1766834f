// SPDX-License-Identifier: Apache-2.0
// What a tool may still ask of the kernel while it talks to strangers: no program, no file to write,
// no signal, no right. The kernel's headers are not musl's, so its numbers are written out here.
#define _GNU_SOURCE
#include <endian.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "csystem.h"

#if defined(__x86_64__)
#define MACHINE 0xc000003e
#elif defined(__aarch64__)
#define MACHINE 0xc00000b7
#elif defined(__arm__)
#define MACHINE 0x40000028
#elif defined(__riscv)
#define MACHINE 0xc00000f3
#elif defined(__mips__) && BYTE_ORDER == LITTLE_ENDIAN
#define MACHINE 0x40000008
#elif defined(__mips__)
#define MACHINE 0x00000008
#else
#error "the processor's AUDIT_ARCH number (linux/audit.h) is missing"
#endif

struct instruction {
  uint16_t code;
  uint8_t if_true, if_false;
  uint32_t value;
};
struct data {  // struct seccomp_data
  int32_t number;
  uint32_t machine;
  uint64_t at, arguments[6];
};
enum {
  LOAD = 0x20, EQUAL = 0x15, AND = 0x54, RETURN = 0x06,  // BPF_LD|W|ABS, JMP|JEQ|K, ALU|AND|K, RET|K
  NOTE = 0x07,                                           // BPF_MISC|TAX
  ALLOW = 0x7fff0000, REFUSE = 0x00050001                // SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO|EPERM
};
#define ARGUMENT(n) (offsetof(struct data, arguments) + 8 * (n) + (BYTE_ORDER == BIG_ENDIAN ? 4 : 0))

// What a processor has no number for is left out.
static const uint16_t allowed[] = {
    SYS_read, SYS_readv, SYS_write, SYS_writev, SYS_close, SYS_brk, SYS_munmap, SYS_mremap, SYS_mprotect,
    SYS_madvise, SYS_socket, SYS_bind, SYS_connect, SYS_getsockname, SYS_getpeername, SYS_getsockopt,
    SYS_setsockopt, SYS_sendto, SYS_sendmsg, SYS_recvfrom, SYS_recvmsg, SYS_ioctl, SYS_getrandom, SYS_getpid,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_exit, SYS_exit_group, SYS_restart_syscall,
    SYS_getdents64, SYS_ppoll,
#ifdef SYS_clock_gettime
    SYS_clock_gettime,
#endif
#ifdef SYS_clock_gettime32
    SYS_clock_gettime32, SYS_clock_gettime64, SYS_ppoll_time64,
#endif
#ifdef __GLIBC__
    SYS_futex,  // the test bench's runtime has threads
#endif
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_open
    SYS_stat, SYS_lstat,
#endif
#ifdef SYS_mmap
    SYS_mmap,
#endif
#ifdef SYS_mmap2
    SYS_mmap2,
#endif
#ifdef SYS_lseek
    SYS_lseek,
#endif
#ifdef SYS__llseek
    SYS__llseek,
#endif
#ifdef SYS_fstat
    SYS_fstat,
#endif
#ifdef SYS_fstat64
    SYS_fstat64,
#endif
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_statx
    SYS_statx,
#endif
#ifdef SYS_fcntl
    SYS_fcntl,
#endif
#ifdef SYS_fcntl64
    SYS_fcntl64,
#endif
#ifdef SYS_send
    SYS_send, SYS_recv,
#endif
};

void csys_sandbox(void) {
  static char done;
  if (done) return;
  done = 1;
  enum { COUNT = sizeof allowed / sizeof *allowed };
  struct instruction program[COUNT + 20];
  uint16_t n = 0;
#define ADD(...) program[n++] = (struct instruction){__VA_ARGS__}
  // Nothing reads this register. But the kernel, when it takes a filter, tries it with every number
  // there is, to remember which are always allowed; that took longer than all else a tool does at its
  // start, and here it gives up at once.
  ADD(NOTE, 0, 0, 0);
  ADD(LOAD, 0, 0, offsetof(struct data, machine));
  ADD(EQUAL, 1, 0, MACHINE);
  ADD(RETURN, 0, 0, REFUSE);
  ADD(LOAD, 0, 0, offsetof(struct data, number));
  for (uint8_t left = COUNT; left > 0; left--) ADD(EQUAL, left, 0, allowed[COUNT - left]);
  ADD(EQUAL, 1, 1, UINT32_MAX);  // past the next, whatever the number is
  ADD(RETURN, 0, 0, ALLOW);
  // A file may be opened to be read.
#ifdef SYS_open
  ADD(EQUAL, 0, 2, SYS_open);
  ADD(LOAD, 0, 0, ARGUMENT(1));
  ADD(EQUAL, 3, 3, UINT32_MAX);  // on to the flags, whatever they are
#endif
  ADD(EQUAL, 1, 0, SYS_openat);
  ADD(RETURN, 0, 0, REFUSE);
  ADD(LOAD, 0, 0, ARGUMENT(2));
  ADD(AND, 0, 0, O_ACCMODE | O_CREAT | O_TRUNC);
  ADD(EQUAL, 0, 1, O_RDONLY);
  ADD(RETURN, 0, 0, ALLOW);
  ADD(RETURN, 0, 0, REFUSE);
#undef ADD
  struct {
    uint16_t count;
    const struct instruction *program;
  } filter = {n, program};
#ifdef CSYS_UNCONFINED  // for valgrind, which is in the same process and needs more than we do
  (void)filter;
#else
  // A kernel without it (and qemu-user) says no, and all goes on as before.
  if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) prctl(PR_SET_SECCOMP, 2, &filter, 0, 0);
#endif
}
