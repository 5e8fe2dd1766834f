// SPDX-License-Identifier: Apache-2.0
//
// Memory for mbedTLS in the programs that ship. Its elliptic curves take and give back a number for
// each multiplication, tens of thousands in a handshake, and with the C library's malloc that was a
// quarter of all it costs. Small pieces come from a few places here; there is only one thread.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 64, LARGEST = 128 };

static _Alignas(16) uint8_t places[PLACES][LARGEST];
static uint64_t taken;

void *deps_calloc(size_t count, size_t size);
void deps_free(void *memory);

void *deps_calloc(size_t count, size_t size) {
  if (count > LARGEST || size > LARGEST || count * size > LARGEST || !~taken) return calloc(count, size);
  unsigned place = (unsigned)__builtin_ctzll(~taken);
  taken |= UINT64_C(1) << place;
  return memset(places[place], 0, count * size);
}

void deps_free(void *memory) {
  uintptr_t offset = (uintptr_t)memory - (uintptr_t)places;
  if (offset < sizeof places)
    taken &= ~(UINT64_C(1) << offset / LARGEST);
  else
    free(memory);
}
