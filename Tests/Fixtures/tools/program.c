// SPDX-License-Identifier: Apache-2.0
// Says the same before and after tools/outline.awk, or that has broken something: calls and ends alike, arguments
// on the stack, values in the red zone, numbers at all kinds of places.
#include <stdint.h>
#include <stdio.h>

#define NEVER_INLINE __attribute__((noinline))

static uint64_t sum;

NEVER_INLINE static void note(uint64_t a, const void *text, int32_t b) {
  sum = (sum ^ a ^ (uint64_t)b) * 0x100000001b3;
  for (const char *c = text; *c; c++) sum += (uint8_t)*c;
}
NEVER_INLINE static uint64_t many(int a, int b, int c, int d, int e, int f, int g, int64_t h, uint64_t *out) {
  *out = (uint64_t)(a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g) + (uint64_t)h;
  return *out + sum;
}
NEVER_INLINE static void zone(volatile uint64_t *to, uint64_t a, uint64_t b) {
  volatile uint64_t local[4] = {a, b, a * b, a - b};  // in the red zone: it calls nobody
  for (int i = 0; i < 4; i++) to[i] = local[3 - i] + a;
}

#define FUNCTION(n)                                                                  \
  NEVER_INLINE static uint64_t work_##n(uint64_t a, uint64_t b) {                    \
    uint64_t result[5] = {a, b, n, 0, 0};                                            \
    note(a, "one", 7);                                                               \
    many(1, 2, 3, 4, 5, 6, 7, (int64_t)a, &result[3]);                               \
    zone(result, a + n, b);                                                          \
    if (result[1] % (n + 2) == 1) {                                                  \
      note(b, "two", 7);                                                             \
      many(7, 6, 5, 4, 3, 2, 1, (int64_t)b, &result[4]);                             \
      note(result[4], "three", n);                                                   \
      return result[0] + result[4];                                                  \
    }                                                                                \
    note(result[2], "three", 7);                                                     \
    many(1, 2, 3, 4, 5, 6, 7, (int64_t)result[3], &result[4]);                       \
    return result[0] * 31 + result[1] * 17 + result[2] + result[3] + result[4];      \
  }
FUNCTION(1) FUNCTION(2) FUNCTION(3) FUNCTION(4) FUNCTION(5) FUNCTION(6) FUNCTION(7)

int main(void) {
  uint64_t (*const all[])(uint64_t, uint64_t) = {work_1, work_2, work_3, work_4, work_5, work_6, work_7};
  uint64_t a = 3, b = 5;
  for (int i = 0; i < 7000; i++) {
    uint64_t next = all[i % 7](a, b);
    a = b ^ next >> 7;
    b = next;
  }
  printf("%llu %llu %llu\n", (unsigned long long)a, (unsigned long long)b, (unsigned long long)sum);
}
