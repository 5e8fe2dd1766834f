// SPDX-License-Identifier: Apache-2.0
//
// The kernel and C library surface of the whole product.
//
// Freestanding on purpose: no libc type, macro or errno value crosses this header, so Swift sees
// one header under glibc (tests) and musl (product), and the same words for every processor.
// EINTR never comes out, descriptors are always close-on-exec, writes are never short.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifndef __clang__
#define _Nonnull
#define _Nullable
#endif

// Why a call failed, as far as anybody has to tell apart.
typedef enum {
  CSYS_OK,
  CSYS_NOT_FOUND,    // no such file, directory or device
  CSYS_EXISTS,
  CSYS_DENIED,       // also a read-only file system
  CSYS_UNREACHABLE,  // the other side is not there, or does not want us
  CSYS_TIMED_OUT,
  CSYS_TOO_LARGE,
  CSYS_BUSY,         // somebody else has it, or there is nothing yet
  CSYS_FAILED,       // all else
} csys_error;
// The value, unless there is an error. (No smaller struct is given or returned as a value: compiled for
// MIPS, Swift and C differ in how.) The number is the system's own for that error: only
// csys_error_text knows what it means.
typedef struct {
  int64_t value;
  csys_error error;
  int32_t number;
} csys_result;
size_t csys_error_text(int32_t number, char *_Nonnull buffer, size_t count);
// The failure that goes by a number of the system's, which the kernel sends over netlink, too.
csys_result csys_failure(int32_t number);

// Files.
enum { CSYS_CREATE = 1, CSYS_TRUNCATE = 2, CSYS_APPEND = 4, CSYS_NOFOLLOW = 16 };
csys_result csys_open_read(const char *_Nonnull path);
csys_result csys_open_write(const char *_Nonnull path, int32_t flags, int32_t mode);
void csys_close(int32_t fd);
csys_result csys_read(int32_t fd, void *_Nonnull buffer, size_t count);
// Goes to so many bytes before the end, when there are as many.
csys_result csys_skip_to_end(int32_t fd, int64_t count);
csys_result csys_write_all(int32_t fd, const void *_Nonnull bytes, size_t count);
// A nameless file in memory with these bytes, to be read from its beginning.
csys_result csys_memory(const void *_Nonnull bytes, size_t count);
csys_result csys_sync(int32_t fd);
csys_result csys_sync_directory(const char *_Nonnull path);
// An open file gets the owner, as far as we may, and the mode of another one, if that is there.
csys_result csys_imitate(int32_t fd, const char *_Nonnull path);
csys_result csys_rename(const char *_Nonnull from, const char *_Nonnull to);
csys_result csys_unlink(const char *_Nonnull path);
csys_result csys_mkdir(const char *_Nonnull path, int32_t mode);
// CSYS_BUSY when it is somebody else's.
csys_result csys_lock(int32_t fd);
typedef enum { CSYS_NOTHING, CSYS_FILE, CSYS_DIRECTORY, CSYS_OTHER } csys_kind;
// The kind; size in bytes and permission bits through the pointers.
csys_kind csys_stat(const char *_Nonnull path, int64_t *_Nonnull size, int32_t *_Nonnull mode);
// The kernel's number of a file, 0 when there is none.
// What differs whenever a file does: 1 for none, 0 for one that has changed within 3 seconds.
uint64_t csys_stamp(const char *_Nonnull path);
int64_t csys_inode(const char *_Nonnull path);
bool csys_is_executable(const char *_Nonnull path);
// The bytes that may still be written there.
csys_result csys_room(const char *_Nonnull path);
// Its length, 0 when there is none.
size_t csys_readlink(const char *_Nonnull path, char *_Nonnull buffer, size_t count);
void *_Nullable csys_directory_open(const char *_Nonnull path);
// Length of the next name without its NUL, 0 at the end; "." and ".." are skipped.
size_t csys_directory_next(void *_Nonnull directory, char *_Nonnull buffer, size_t count);
void csys_directory_close(void *_Nonnull directory);

// Clocks, randomness, environment.
int64_t csys_uptime_ms(void);
int64_t csys_wall_clock(void);
// strftime of local time; the length written.
size_t csys_format_time(int64_t seconds, const char *_Nonnull format, char *_Nonnull buffer,
                        size_t count);
void csys_set_time_zone(const char *_Nonnull zone);
void csys_random(void *_Nonnull buffer, size_t count);
int32_t csys_is_terminal(int32_t fd);
// How the terminal on descriptor 0 takes a line: as it was when this was called first; ended by a tab, too;
// or unseen, and then nobody can stop us, who would leave the terminal like that.
typedef enum { CSYS_AS_IT_WAS, CSYS_ENDED_BY_TAB, CSYS_UNSEEN } csys_entry;
void csys_terminal(csys_entry entry);
const char *_Nullable csys_environment(const char *_Nonnull name);
// Nothing that is started from now on gets it; whoever takes it again does, of at most 63.
const char *_Nullable csys_environment_take(const char *_Nonnull name);
typedef enum { CSYS_NO_PATTERN, CSYS_NO_MATCH, CSYS_MATCH } csys_match;
// Whether the pattern, an extended regular expression, is found; through the pointers, if there are any,
// where its first group is, or else all of it.
csys_match csys_regex_find(const char *_Nonnull pattern, const char *_Nonnull text,
                           size_t *_Nullable from, size_t *_Nullable to);

// Waiting. events and result: 1 = readable (or hung up), 2 = writable. With is_idle the kernel gets
// back the memory that malloc does not need.
csys_result csys_poll(const int32_t *_Nonnull fds, const uint8_t *_Nonnull events,
                  uint8_t *_Nonnull results, size_t count, int64_t timeout_ms,
                  int32_t is_idle);
csys_result csys_pipe(int32_t *_Nonnull read_end, int32_t *_Nonnull write_end);

// Sockets. Addresses are 4 or 16 bytes; a null device or local address means "any".
csys_result csys_socket_connect(const uint8_t *_Nonnull address, size_t address_count, uint16_t port,
                            const char *_Nullable scope, int32_t is_stream,
                            const char *_Nullable device, const uint8_t *_Nullable local,
                            size_t local_count);
// What a pending connect has failed with, if it has.
csys_result csys_socket_error(int32_t fd);
csys_result csys_send(int32_t fd, const void *_Nonnull bytes, size_t count);
csys_result csys_receive(int32_t fd, void *_Nonnull buffer, size_t count);
// The port, and the address through the pointer: where 16 bytes fit, of which 4 or 16 are used.
csys_result csys_socket_local(int32_t fd, uint8_t *_Nonnull address, size_t *_Nonnull count);
// A connected datagram socket hears from anybody from now on, and stays at its address.
csys_result csys_socket_open(int32_t fd);
csys_result csys_send_to(int32_t fd, const void *_Nonnull bytes, size_t count,
                         const uint8_t *_Nonnull address, size_t address_count, uint16_t port);
// With the address of who has sent it, of 4 or 16 bytes.
csys_result csys_receive_from(int32_t fd, void *_Nonnull buffer, size_t count,
                              uint8_t *_Nonnull sender, size_t *_Nonnull sender_count);
csys_result csys_unix_connect(const char *_Nonnull path, int32_t is_stream);
csys_result csys_netlink_open(uint32_t groups);
csys_result csys_interface_index(const char *_Nonnull name);
// The index, and the IFF_ flags through the pointer.
csys_result csys_interface_flags(const char *_Nonnull name, uint32_t *_Nonnull flags);

// Processes. argv and environment are blocks of NUL-terminated strings, one after the other.
// Descriptors 0, 1, 2 and 3 of the child; -1 = /dev/null, for 3: closed. The child has no signal
// blocked, and with own_group leads a process group.
csys_result csys_spawn(const char *_Nonnull path, const char *_Nonnull argv, size_t argc,
                   const char *_Nonnull environment, size_t environment_count, int32_t input,
                   int32_t output, int32_t error, int32_t report, int32_t own_group);
typedef enum { CSYS_RUNNING, CSYS_EXITED, CSYS_KILLED, CSYS_GONE } csys_state;
// With its exit status, or the signal that has killed it. Gone is a child that is none of ours.
typedef struct {
  csys_state state;
  int32_t number;
} csys_ending;
void csys_wait(int32_t pid, int32_t block, csys_ending *_Nullable ending);
csys_result csys_kill(int32_t pid, int32_t signal);
csys_result csys_kill_group(int32_t pid, int32_t signal);
int32_t csys_pid(void);
// A child that has ended and is not reaped yet; 0 when there is none.
int32_t csys_ended_child(void);
// Whatever is started from now on gets none of our descriptors from 3 on.
void csys_keep_descriptors(void);
enum { CSYS_HUP = 1, CSYS_INT = 2, CSYS_QUIT = 3, CSYS_USR1 = 10, CSYS_USR2 = 12,
       CSYS_TERM = 15, CSYS_CHLD = 17 };
// Blocks HUP INT QUIT USR1 USR2 TERM CHLD, and opens a descriptor that reports them.
csys_result csys_signals_open(void);
// One of the numbers above (the same on every target); 0 when none is pending.
int32_t csys_signals_next(int32_t fd);
// Dies by the signal, so that a shell sees 128 + signal.
void csys_die(int32_t signal);

bool csys_is_root(void);
// The numbers of a user in a table like /etc/passwd; false when it has none by that name, or root's.
bool csys_account(const char *_Nonnull table, const char *_Nonnull name, uint32_t *_Nonnull user,
                  uint32_t *_Nonnull group);
// Gives a directory, or a file that has no other name, to a user and a group.
csys_result csys_give_file(const char *_Nonnull path, uint32_t user, uint32_t group);
// Goes on as another user, with the rights to read any file and to bind to devices; the latter is
// inherited.
csys_result csys_become(uint32_t user, uint32_t group);
// So many descriptors may be open, if the hard limit lets them.
void csys_allow_descriptors(size_t count);
// HUP INT QUIT and TERM go to that group instead of ending us, a second one as KILL; those that are
// ignored stay so. With 0 they end us again, and one that has come does so at once.
// With -1 a signal is only noted: the group has got it, too, and is ours.
void csys_pass_signals(int32_t group);
// From now on nothing can be started, written to a file, or signalled, and no right can be gained.
void csys_sandbox(void);
// Puts /dev/null on closed descriptors among 0-3, ignores PIPE, allows no core file, which would
// have passwords in it. To be called first.
void csys_prepare(void);
#endif
