// SPDX-License-Identifier: Apache-2.0
// An executable that runs at any address has its tables of addresses filled by the C library's start, and
// nobody writes into them afterwards. A loader would ask the kernel to hold everybody to that; a static
// executable has none, and does it here.
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));  // the linker's
void csys_relro_protect(void);

void csys_relro_protect(void) {
  uintptr_t base = (uintptr_t)&__ehdr_start, page = (uintptr_t)getpagesize();
  const ElfW(Phdr) *header = (const ElfW(Phdr) *)(base + __ehdr_start.e_phoff);
  for (int i = 0; i < __ehdr_start.e_phnum; i++) {
    if (header[i].p_type != PT_GNU_RELRO) continue;
    // A page that variables begin in stays writable, where pages are larger than the linker thought.
    uintptr_t from = (base + header[i].p_vaddr) & -page;
    uintptr_t to = (base + header[i].p_vaddr + header[i].p_memsz) & -page;
    // Where the kernel refuses, the program still works as it should: this is for the day it does not.
    if (to > from) (void)mprotect((void *)from, to - from, PROT_READ);
  }
}
