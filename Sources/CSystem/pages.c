// SPDX-License-Identifier: Apache-2.0
// For the C library's malloc, which maps and unmaps single pages all the time: a fifth of the system
// calls of a pass. The linker brings its calls here (--wrap); only the product has them.
#define _GNU_SOURCE
#include <features.h>
#ifdef __GLIBC__
void csys_pages_begin(void);
void csys_pages_begin(void) {}
void csys_pages_give_back(void);
void csys_pages_give_back(void) {}
#else
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum { PAGE = 4096, PAGES = 64, MOST = 16, AHEAD = 4 };

// What is never touched takes no memory. A page that was unmapped and not given back is dirty: malloc
// expects zeros of what it maps.
static _Alignas(PAGE) uint8_t pool[PAGES][PAGE];
static uint64_t taken, dirty, objects;
static size_t present;  // so many of the first pages are in memory

extern uint8_t __data_begin[];  // tools/link.ld
void *__real___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int __real_munmap(void *address, size_t length);
void *__wrap___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int __wrap_munmap(void *address, size_t length);
void csys_pages_begin(void);
void csys_pages_give_back(void);
int csys_object_make(void **result, size_t alignment, size_t size);
void csys_object_free(void *object);

// The bits of some pages, from the first in the pool.
static uint64_t bits(size_t count) { return (UINT64_C(1) << count) - 1; }

// Has the kernel bring the pages up to this one and some more at once, and with the first of them the
// variables before the pool: each would be a fault of its own, or two, and faults were an eighth of a pass.
// A kernel before 5.14 cannot, nor one with larger pages: there they come one by one.
static void bring(size_t last) {
  if (last < present) return;
  uint8_t *from = present ? pool[present] : (uint8_t *)((uintptr_t)__data_begin & -(uintptr_t)PAGE);
  present = last + AHEAD < PAGES ? last + AHEAD : PAGES;
  if (madvise(from, (size_t)(pool[0] + present * PAGE - from), MADV_POPULATE_WRITE)) present = PAGES;
}

void csys_pages_begin(void) { bring(0); }

void *__wrap___mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
  size_t count = length / PAGE;
  if (address || protection != (PROT_READ | PROT_WRITE) || flags != (MAP_PRIVATE | MAP_ANONYMOUS) ||
      count == 0 || count > MOST || getpagesize() != PAGE)
    return __real___mmap(address, length, protection, flags, fd, offset);
  for (size_t first = 0; first + count <= PAGES; first++) {
    uint64_t wanted = bits(count) << first;
    if (taken & wanted) continue;
    for (size_t i = first; i < first + count; i++)
      if (dirty >> i & 1) memset(pool[i], 0, PAGE);
    taken |= wanted;
    dirty &= ~wanted;
    bring(first + count - 1);
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

// Swift's objects (tools/ir.sed): some thousand in a pass, of a few sizes, by code that cannot write
// beside them. So they need nothing of what the C library's malloc does against that, which the C
// libraries keep, and which would be a quarter of all instructions. A page of the pool holds objects
// of one size; what the pool has no place for is malloc's.
enum { KINDS = 8, LARGEST = 512 };
static const uint16_t sizes[KINDS] = {48, 64, 96, 128, 192, 256, 384, LARGEST};
static const uint8_t kinds[LARGEST / 16 + 1] = {0, 0, 0, 0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
                                                6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7};

// A page of objects: those that were freed, a list through themselves; what no object has been in yet;
// and how many there are.
static struct page {
  void *freed;
  uint16_t used;
  uint8_t kind, count;
} pages[PAGES];
static struct page *current[KINDS];

static bool has_place(const struct page *page) { return page->freed || page->used + sizes[page->kind] <= PAGE; }

static void leave(struct page *page) {
  uint64_t bit = UINT64_C(1) << (page - pages);
  objects &= ~bit, taken &= ~bit, dirty |= bit;
}

// A page with a place for one more object of a kind.
static struct page *page_for(unsigned kind) {
  for (unsigned i = 0; i < PAGES; i++)
    if (objects >> i & 1 && pages[i].kind == kind && has_place(&pages[i])) return current[kind] = &pages[i];
  if (!~taken) return NULL;
  unsigned first = (unsigned)__builtin_ctzll(~taken);
  // No longer free, so not to be given back; an object needs no zeros.
  taken |= UINT64_C(1) << first, objects |= UINT64_C(1) << first, dirty &= ~(UINT64_C(1) << first);
  bring(first);
  pages[first] = (struct page){.kind = (uint8_t)kind};
  return current[kind] = &pages[first];
}

int csys_object_make(void **result, size_t alignment, size_t size) {
  if (size <= LARGEST && alignment <= 16) {
    unsigned kind = kinds[(size + 15) / 16];
    struct page *page = current[kind];
    if ((page && has_place(page)) || (page = page_for(kind))) {
      page->count++;
      void *object = page->freed;
      if (object) {
        page->freed = *(void **)object;
      } else {
        object = pool[page - pages] + page->used;
        page->used += sizes[kind];
      }
      *result = object;
      return 0;
    }
  }
  // malloc aligns to 16 bytes, and no object here wants more.
  *result = alignment <= 16 ? malloc(size) : NULL;
  return *result ? 0 : ENOMEM;
}

void csys_object_free(void *object) {
  uintptr_t offset = (uintptr_t)object - (uintptr_t)pool;
  struct page *page = &pages[offset / PAGE];
  if (offset >= sizeof pool || !(objects >> offset / PAGE & 1)) {
    free(object);
    return;
  }
  *(void **)object = page->freed;
  page->freed = object;
  if (--page->count == 0 && page != current[page->kind]) leave(page);
}

void csys_pages_give_back(void) {
  for (unsigned kind = 0; kind < KINDS; kind++) {
    if (current[kind] && current[kind]->count == 0) leave(current[kind]);
    current[kind] = NULL;
  }
  // With larger pages the kernel would take what lies beside the free ones, too.
  if (getpagesize() != PAGE) return;
  for (size_t first = 0; first < present; first++) {
    size_t end = first;
    while (end < present && !(taken >> end & 1)) end++;
    if (end > first) madvise(pool[first], (end - first) * PAGE, MADV_DONTNEED);
    first = end;
  }
  dirty = 0;
}
#endif
