// SPDX-License-Identifier: Apache-2.0
// For the C library's malloc, which maps and unmaps single pages all the time: a fifth of the system
// calls of a pass. The linker brings its calls here (--wrap); only the product has them.
#define _GNU_SOURCE
#include <features.h>
#ifdef __GLIBC__
void csys_pages_give_back(void);
void csys_pages_give_back(void) {}
#else
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 64, MOST = 16 };

// What is never touched takes no memory. A page that was unmapped and not given back is dirty: malloc
// expects zeros of what it maps.
static _Alignas(PAGE) uint8_t pool[PAGES][PAGE];
static uint64_t taken, dirty;

void *__real___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int __real_munmap(void *address, size_t length);
void *__wrap___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int __wrap_munmap(void *address, size_t length);
void csys_pages_give_back(void);

// The bits of some pages, from the first in the pool.
static uint64_t bits(size_t count) { return (UINT64_C(1) << count) - 1; }

void *__wrap___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  size_t count = length / PAGE;
  if (address || protection != (PROT_READ | PROT_WRITE) || flags != (MAP_PRIVATE | MAP_ANONYMOUS) ||
      count == 0 || count > MOST || sysconf(_SC_PAGESIZE) != PAGE)
    return __real___mmap(address, length, protection, flags, fd, offset);
  for (size_t first = 0; first + count <= PAGES; first++) {
    uint64_t wanted = bits(count) << first;
    if (taken & wanted) continue;
    for (size_t i = first; i < first + count; i++)
      if (dirty >> i & 1) memset(pool[i], 0, PAGE);
    taken |= wanted;
    dirty &= ~wanted;
    return pool[first];
  }
  return __real___mmap(address, length, protection, flags, fd, offset);
}

int __wrap_munmap(void *address, size_t length) {
  uintptr_t offset = (uintptr_t)address - (uintptr_t)pool;
  if (offset >= sizeof pool) return __real_munmap(address, length);
  uint64_t unmapped = bits(length / PAGE) << offset / PAGE;
  taken &= ~unmapped;
  dirty |= unmapped;
  return 0;
}

// Swift asks for each object by an alignment, of 16 bytes at most, which malloc has anyway. The C
// library's own would take a larger piece each time and cut it.
int posix_memalign(void **result, size_t alignment, size_t size) {
  void *memory = alignment <= 16 ? malloc(size) : aligned_alloc(alignment, size);
  if (!memory) return errno;
  *result = memory;
  return 0;
}

void csys_pages_give_back(void) {
  for (size_t first = 0; first < PAGES && dirty >> first; first++) {
    size_t end = first;
    while (end < PAGES && dirty >> end & 1) end++;
    if (end > first) madvise(pool[first], (end - first) * PAGE, MADV_DONTNEED);
    first = end;
  }
  dirty = 0;
}
#endif
