// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

// The C library's open makes a second call to set close-on-exec, for kernels before 2.6.23.
static int32_t open_file(const char *path, int how, mode_t mode) {
  how |= O_CLOEXEC | O_NONBLOCK | O_LARGEFILE;
  return RETRY((int32_t)syscall(SYS_openat, AT_FDCWD, path, how, mode));
}

int32_t csys_open_read(const char *path) { return open_file(path, O_RDONLY, 0); }

int32_t csys_open_write(const char *path, int32_t flags, int32_t mode) {
  int how = O_RDWR;
  if (flags & CSYS_CREATE) how |= O_CREAT;
  if (flags & CSYS_TRUNCATE) how |= O_TRUNC;
  if (flags & CSYS_APPEND) how |= O_APPEND;
  if (flags & CSYS_EXCLUSIVE) how |= O_EXCL;
  if (flags & CSYS_NOFOLLOW) how |= O_NOFOLLOW;
  return open_file(path, how, (mode_t)mode);
}

void csys_close(int32_t fd) { close(fd); }

int64_t csys_read(int32_t fd, void *buffer, size_t count) { return RETRY(read(fd, buffer, count)); }

int64_t csys_write_all(int32_t fd, const void *bytes, size_t count) {
  const char *next = bytes;
  size_t left = count;
  while (left > 0) {
    int64_t written = RETRY(write(fd, next, left));
    if (written < 0) return written;
    next += written;
    left -= (size_t)written;
  }
  return (int64_t)count;
}

int32_t csys_memory(const void *bytes, size_t count) {
  int fd = memfd_create("ddns", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  int64_t result = csys_write_all(fd, bytes, count);
  if (result >= 0 && lseek(fd, 0, SEEK_SET) < 0) result = -errno;
  if (result >= 0) return fd;
  close(fd);
  return (int32_t)result;
}

int32_t csys_sync(int32_t fd) { return RETRY(fsync(fd)); }

int32_t csys_sync_directory(const char *path) {
  int fd = open_file(path, O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return fd;
  int result = RETRY(fsync(fd));
  close(fd);
  return result;
}

int32_t csys_rename(const char *from, const char *to) { return RETRY(rename(from, to)); }
int32_t csys_unlink(const char *path) { return RETRY(unlink(path)); }
int32_t csys_mkdir(const char *path, int32_t mode) { return RETRY(mkdir(path, (mode_t)mode)); }
int32_t csys_truncate(int32_t fd, int64_t size) { return RETRY(ftruncate(fd, size)); }
int32_t csys_lock(int32_t fd) { return RETRY(flock(fd, LOCK_EX | LOCK_NB)); }

int32_t csys_stat(const char *path, int64_t *size, int32_t *mode) {
  struct stat info;
  int result = RETRY(stat(path, &info));
  if (result < 0) return result;
  *size = (int64_t)info.st_size;
  *mode = (int32_t)(info.st_mode & 07777);
  if (S_ISREG(info.st_mode)) return CSYS_FILE;
  return S_ISDIR(info.st_mode) ? CSYS_DIRECTORY : CSYS_OTHER;
}

int32_t csys_is_executable(const char *path) { return RETRY(access(path, X_OK)); }

int64_t csys_readlink(const char *path, char *buffer, size_t count) {
  return RETRY(readlink(path, buffer, count));
}

void *csys_directory_open(const char *path) { return opendir(path); }

int64_t csys_directory_next(void *directory, char *buffer, size_t count) {
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    size_t length = strlen(entry->d_name);
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || length >= count) continue;
    memcpy(buffer, entry->d_name, length + 1);
    return (int64_t)length;
  }
  return 0;
}

void csys_directory_close(void *directory) { closedir(directory); }
