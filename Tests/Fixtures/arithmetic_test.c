// SPDX-License-Identifier: Apache-2.0
// Holds tools/deps/arithmetic.c against this processor: special values with each other, then random ones.
#define __adddf3 our_add
#define __subdf3 our_sub
#define __muldf3 our_mul
#define __divdf3 our_div
#define __eqdf2 our_eq
#define __nedf2 our_ne
#define __ltdf2 our_lt
#define __ledf2 our_le
#define __gtdf2 our_gt
#define __gedf2 our_ge
#define __unorddf2 our_unordered
#define __floatdidf our_from_signed
#define __floatundidf our_from_unsigned
#define __floatsidf our_from_int
#define __floatunsidf our_from_uint
#define __fixdfdi our_to_signed
#define __fixunsdfdi our_to_unsigned
#define __fixdfsi our_to_int
#define __fixunsdfsi our_to_uint
#define __udivdi3 our_udiv
#define __umoddi3 our_umod
#define __divdi3 our_divide
#define __moddi3 our_mod
#include "../../tools/deps/arithmetic.c"

#include <stdio.h>

static int failures;

static void same(const char *what, uint64_t x, uint64_t y, uint64_t ours, uint64_t right) {
  if (ours != right && failures++ < 10)
    printf("%s %016llx %016llx: %016llx, not %016llx\n", what, (unsigned long long)x,
           (unsigned long long)y, (unsigned long long)ours, (unsigned long long)right);
}

// All that is no number is equal.
static uint64_t value(double d) { return d != d ? QUIET : bits(d); }

static void doubles(uint64_t x, uint64_t y) {
  double a = number(x), b = number(y);
  same("+", x, y, value(our_add(a, b)), value(a + b));
  same("-", x, y, value(our_sub(a, b)), value(a - b));
  same("*", x, y, value(our_mul(a, b)), value(a * b));
  same("/", x, y, value(our_div(a, b)), value(a / b));
  same("==", x, y, our_eq(a, b) == 0, a == b);
  same("!=", x, y, our_ne(a, b) != 0, a != b);
  same("<", x, y, our_lt(a, b) < 0, a < b);
  same("<=", x, y, our_le(a, b) <= 0, a <= b);
  same(">", x, y, our_gt(a, b) > 0, a > b);
  same(">=", x, y, our_ge(a, b) >= 0, a >= b);
  same("unordered", x, y, our_unordered(a, b) != 0, a != a || b != b);
  if (a > -0x1p63 && a < 0x1p63) same("signed", x, 0, (uint64_t)our_to_signed(a), (uint64_t)(int64_t)a);
  if (a >= 0 && a < 0x1p64) same("unsigned", x, 0, our_to_unsigned(a), (uint64_t)a);
  if (a > -0x1p31 && a < 0x1p31) same("int", x, 0, (uint32_t)our_to_int(a), (uint32_t)(int32_t)a);
  if (a >= 0 && a < 0x1p32) same("uint", x, 0, our_to_uint(a), (uint32_t)a);
}

static void integers(uint64_t x, uint64_t y) {
  same("from signed", x, 0, bits(our_from_signed((int64_t)x)), bits((double)(int64_t)x));
  same("from unsigned", x, 0, bits(our_from_unsigned(x)), bits((double)x));
  same("from int", x, 0, bits(our_from_int((int32_t)x)), bits((double)(int32_t)x));
  same("from uint", x, 0, bits(our_from_uint((uint32_t)x)), bits((double)(uint32_t)x));
  if (!y) return;
  same("udiv", x, y, our_udiv(x, y), x / y);
  same("umod", x, y, our_umod(x, y), x % y);
  if (x == SIGN && y + 1 == 0) return;
  same("div", x, y, (uint64_t)our_divide((int64_t)x, (int64_t)y), (uint64_t)((int64_t)x / (int64_t)y));
  same("mod", x, y, (uint64_t)our_mod((int64_t)x, (int64_t)y), (uint64_t)((int64_t)x % (int64_t)y));
}

static uint64_t state = 42;
static uint64_t next(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

int main(void) {
  static uint64_t special[3 * 12 * 2 + 64];
  size_t count = 0;
  for (uint64_t exponent = 0; exponent < 3; exponent++)
    for (int i = 0; i < 12; i++) {
      uint64_t fractions[] = {0, 1, 2, 3, IMPLICIT - 1, IMPLICIT - 2, IMPLICIT >> 1, (IMPLICIT >> 1) + 1,
                              IMPLICIT >> 2, 0x3ff, 0x400, next() & (IMPLICIT - 1)};
      uint64_t exponents[] = {0, 1023, 2046};
      special[count++] = exponents[exponent] << 52 | fractions[i];
      special[count++] = SIGN | ((exponents[exponent] + 1) << 52) | fractions[i];
    }
  for (int i = 0; i < 64; i++) special[count++] = UINT64_C(1) << i;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      doubles(special[i], special[j]);
      integers(special[i], special[j]);
    }
  for (int i = 0; i < 1000000; i++) {
    uint64_t x = next(), y = next();
    doubles(x, y);
    // Exponents beside each other, where bits cancel and are rounded.
    doubles(x, (x & INFINITY_BITS) + ((next() % 128) << 52) - (UINT64_C(64) << 52) + (y & (IMPLICIT - 1)));
    doubles((x & (IMPLICIT - 1)) | (1023 + next() % 64) << 52 | (y & SIGN), y);
    integers(x >> (next() % 64), y >> (next() % 64));
  }
  printf("%d differences\n", failures);
  return failures != 0;
}
