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
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

// The C library's open makes a second call to set close-on-exec, for kernels before 2.6.23.
static int32_t open_file(const char *path, int how, mode_t mode) {
  how |= O_CLOEXEC | O_NONBLOCK | O_LARGEFILE;
  return RETRY((int32_t)syscall(SYS_openat, AT_FDCWD, path, how, mode));
}

csys_result csys_open_read(const char *path) { return csys_give(open_file(path, O_RDONLY, 0)); }

csys_result csys_open_write(const char *path, int32_t flags, int32_t mode) {
  int how = O_RDWR;
  if (flags & CSYS_CREATE) how |= O_CREAT;
  if (flags & CSYS_TRUNCATE) how |= O_TRUNC;
  if (flags & CSYS_APPEND) how |= O_APPEND;
  if (flags & CSYS_NOFOLLOW) how |= O_NOFOLLOW;
  return csys_give(open_file(path, how, (mode_t)mode));
}

void csys_close(int32_t fd) { close(fd); }

csys_result csys_read(int32_t fd, void *buffer, size_t count) {
  return csys_give(RETRY(read(fd, buffer, count)));
}

csys_result csys_skip_to_end(int32_t fd, int64_t count) {
  int64_t size = RETRY((int64_t)lseek(fd, 0, SEEK_END));
  if (size < 0) return csys_give(size);
  return csys_give(RETRY((int64_t)lseek(fd, size > count ? size - count : 0, SEEK_SET)));
}

csys_result csys_write_all(int32_t fd, const void *bytes, size_t count) {
  const char *next = bytes;
  size_t left = count;
  while (left > 0) {
    int64_t written = RETRY(write(fd, next, left));
    if (written < 0) return csys_give(written);
    next += written;
    left -= (size_t)written;
  }
  return csys_give((int64_t)count);
}

csys_result csys_memory(const void *bytes, size_t count) {
  int fd = memfd_create("ddns", MFD_CLOEXEC);
  if (fd < 0) return csys_failure(errno);
  for (size_t done = 0; done < count;) {  // its offset stays at the beginning
    int64_t written = RETRY(pwrite(fd, (const char *)bytes + done, count - done, (off_t)done));
    if (written <= 0) {
      close(fd);
      return csys_give(written ? written : -ENOSPC);
    }
    done += (size_t)written;
  }
  return csys_give(fd);
}

csys_result csys_sync(int32_t fd) { return csys_give(RETRY(fsync(fd))); }

csys_result csys_sync_directory(const char *path) {
  int fd = open_file(path, O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return csys_give(fd);
  int result = RETRY(fsync(fd));
  close(fd);
  return csys_give(result);
}

csys_result csys_imitate(int32_t fd, const char *path) {
  struct stat info;
  if (stat(path, &info)) return csys_give(0);
  // Another owner takes root; the mode afterwards, for a new owner takes bits away.
  if (fchown(fd, info.st_uid, info.st_gid)) info.st_mode &= ~(mode_t)(S_ISUID | S_ISGID);
  return csys_give(RETRY(fchmod(fd, info.st_mode & 07777)));
}

csys_result csys_rename(const char *from, const char *to) { return csys_give(RETRY(rename(from, to))); }
csys_result csys_unlink(const char *path) { return csys_give(RETRY(unlink(path))); }
csys_result csys_mkdir(const char *path, int32_t mode) { return csys_give(RETRY(mkdir(path, (mode_t)mode))); }
csys_result csys_lock(int32_t fd) { return csys_give(RETRY(flock(fd, LOCK_EX | LOCK_NB))); }

csys_kind csys_stat(const char *path, int64_t *size, int32_t *mode) {
  struct stat info;
  if (stat(path, &info)) return CSYS_NOTHING;
  *size = (int64_t)info.st_size;
  *mode = (int32_t)(info.st_mode & 07777);
  if (S_ISREG(info.st_mode)) return CSYS_FILE;
  return S_ISDIR(info.st_mode) ? CSYS_DIRECTORY : CSYS_OTHER;
}

int64_t csys_inode(const char *path) {
  struct stat info;
  return stat(path, &info) ? 0 : (int64_t)info.st_ino;
}

uint64_t csys_stamp(const char *path) {
  struct stat info;
  if (stat(path, &info)) return 1;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int64_t age = (int64_t)now.tv_sec - info.st_ctim.tv_sec;
  if (age > -3 && age < 3) return 0;
  const uint64_t facts[] = {info.st_dev, info.st_ino, (uint64_t)info.st_size,
                            (uint64_t)info.st_mtim.tv_sec, (uint64_t)info.st_mtim.tv_nsec,
                            (uint64_t)info.st_ctim.tv_sec, (uint64_t)info.st_ctim.tv_nsec};
  uint64_t stamp = 2;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    stamp = (stamp ^ facts[i]) * UINT64_C(0x9e3779b97f4a7c15), stamp ^= stamp >> 29;
  return stamp | 2;
}

bool csys_is_executable(const char *path) { return !access(path, X_OK); }

csys_result csys_room(const char *path) {
  struct statvfs info;
  int result = statvfs(path, &info);
  return csys_give(result ? result : (int64_t)(info.f_bavail * (uint64_t)info.f_frsize));
}

size_t csys_readlink(const char *path, char *buffer, size_t count) {
  ssize_t length = readlink(path, buffer, count);
  return length < 0 ? 0 : (size_t)length;
}

void *csys_directory_open(const char *path) { return opendir(path); }

size_t csys_directory_next(void *directory, char *buffer, size_t count) {
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    size_t length = strlen(entry->d_name);
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || length >= count) continue;
    memcpy(buffer, entry->d_name, length + 1);
    return length;
  }
  return 0;
}

void csys_directory_close(void *directory) { closedir(directory); }
