// SPDX-License-Identifier: Apache-2.0
// What a compiler calls on a processor of 32 bits without floating point: division of 64-bit integers, and
// IEEE 754 doubles, rounded to nearest. GCC's library has it too, but Debian's is for processors with floating
// point. An unpacked number is fraction / 2^62 * 2^(exponent - 1023), the fraction's highest bit being 62.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { INFINITE = 0x7ff, BIAS = 1023, ZERO = -4096 };
static const uint64_t SIGN = UINT64_C(1) << 63, IMPLICIT = UINT64_C(1) << 52;
static const uint64_t QUIET = UINT64_C(0x7ff8) << 48, INFINITY_BITS = UINT64_C(0x7ff) << 52;

struct number {
  uint64_t sign, fraction;
  int32_t exponent;
};

static uint64_t bits(double value) {
  uint64_t result;
  memcpy(&result, &value, sizeof result);
  return result;
}

static double number(uint64_t bits) {
  double result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

static bool is_nan(uint64_t x) { return (x & ~SIGN) > INFINITY_BITS; }
static bool is_infinite(uint64_t x) { return (x & ~SIGN) == INFINITY_BITS; }
static bool is_zero(uint64_t x) { return !(x & ~SIGN); }

// To the right; what falls out leaves a bit, so that rounding knows of it.
static uint64_t shifted(uint64_t x, uint32_t count) {
  if (count == 0) return x;
  return count > 63 ? x != 0 : x >> count | (x << (64 - count) != 0);
}

// The highest bit goes to 62.
static void normalize(struct number *n) {
  int count = __builtin_clzll(n->fraction) - 1;
  n->fraction = count < 0 ? shifted(n->fraction, 1) : n->fraction << count;
  n->exponent -= count;
}

static struct number unpack(uint64_t x) {
  struct number n = {x & SIGN, x & (IMPLICIT - 1), (int32_t)(x >> 52 & INFINITE)};
  if (n.exponent) {
    n.fraction = (n.fraction | IMPLICIT) << 10;
  } else if (n.fraction) {
    n.exponent = 11;
    normalize(&n);
  } else {
    n.exponent = ZERO;
  }
  return n;
}

static double pack(struct number n) {
  if (n.exponent >= INFINITE) return number(n.sign | INFINITY_BITS);
  if (n.exponent <= 0) {
    n.fraction = shifted(n.fraction, (uint32_t)(1 - n.exponent));
    n.exponent = 1;
  }
  uint64_t rest = n.fraction & 0x3ff;
  uint64_t result = (n.fraction + 0x200) >> 10;
  if (rest == 0x200) result &= ~UINT64_C(1);
  // The implicit bit adds one to the exponent, as does a carry; a number too small for it has neither.
  return number(n.sign | (result + ((uint64_t)(n.exponent - 1) << 52)));
}

double __adddf3(double left, double right) {
  uint64_t x = bits(left), y = bits(right);
  if (is_nan(x) || is_nan(y) || (is_infinite(x) && is_infinite(y) && x != y)) return number(QUIET);
  if (is_infinite(x)) return left;
  if (is_infinite(y)) return right;
  struct number a = unpack(x), b = unpack(y);
  if ((x & ~SIGN) < (y & ~SIGN)) {
    struct number greater = b;
    b = a;
    a = greater;
  }
  b.fraction = shifted(b.fraction, (uint32_t)(a.exponent - b.exponent));
  if (a.sign == b.sign) {
    a.fraction += b.fraction;
  } else {
    a.fraction -= b.fraction;
    if (!a.fraction) return 0;
  }
  if (!a.fraction) return number(a.sign);
  normalize(&a);
  return pack(a);
}

double __subdf3(double left, double right) { return __adddf3(left, number(bits(right) ^ SIGN)); }

double __muldf3(double left, double right) {
  uint64_t x = bits(left), y = bits(right), sign = (x ^ y) & SIGN;
  if (is_nan(x) || is_nan(y)) return number(QUIET);
  if (is_infinite(x) || is_infinite(y))
    return number(is_zero(x) || is_zero(y) ? QUIET : sign | INFINITY_BITS);
  if (is_zero(x) || is_zero(y)) return number(sign);
  struct number a = unpack(x), b = unpack(y);
  uint64_t low = (a.fraction & UINT32_MAX) * (b.fraction & UINT32_MAX);
  uint64_t middle = (a.fraction >> 32) * (b.fraction & UINT32_MAX) + (low >> 32);
  uint64_t other = (a.fraction & UINT32_MAX) * (b.fraction >> 32) + (middle & UINT32_MAX);
  uint64_t high = (a.fraction >> 32) * (b.fraction >> 32) + (middle >> 32) + (other >> 32);
  low = other << 32 | (low & UINT32_MAX);
  struct number product = {sign, high << 2 | low >> 62 | (low << 2 != 0), a.exponent + b.exponent - BIAS};
  normalize(&product);
  return pack(product);
}

double __divdf3(double left, double right) {
  uint64_t x = bits(left), y = bits(right), sign = (x ^ y) & SIGN;
  if (is_nan(x) || is_nan(y)) return number(QUIET);
  if (is_infinite(x)) return number(is_infinite(y) ? QUIET : sign | INFINITY_BITS);
  if (is_zero(y)) return number(is_zero(x) ? QUIET : sign | INFINITY_BITS);
  if (is_infinite(y) || is_zero(x)) return number(sign);
  struct number a = unpack(x), b = unpack(y);
  struct number quotient = {sign, 0, a.exponent - b.exponent + BIAS};
  uint64_t rest = a.fraction;
  for (int i = 0; i < 63; i++) {
    bool fits = rest >= b.fraction;
    if (fits) rest -= b.fraction;
    quotient.fraction = quotient.fraction << 1 | fits;
    rest <<= 1;
  }
  quotient.fraction |= rest != 0;
  normalize(&quotient);
  return pack(quotient);
}

// --- comparing: the sign of what is returned has the comparison's; with a NaN none is true ------------

static int compare(double left, double right, int unordered) {
  uint64_t x = bits(left), y = bits(right);
  if (is_nan(x) || is_nan(y)) return unordered;
  int64_t a = x & SIGN ? -(int64_t)(x & ~SIGN) : (int64_t)x;
  int64_t b = y & SIGN ? -(int64_t)(y & ~SIGN) : (int64_t)y;
  return (a > b) - (a < b);
}

int __eqdf2(double left, double right) { return compare(left, right, 1); }
int __nedf2(double left, double right) { return compare(left, right, 1); }
int __ltdf2(double left, double right) { return compare(left, right, 1); }
int __ledf2(double left, double right) { return compare(left, right, 1); }
int __gtdf2(double left, double right) { return compare(left, right, -1); }
int __gedf2(double left, double right) { return compare(left, right, -1); }
int __unorddf2(double left, double right) { return is_nan(bits(left)) || is_nan(bits(right)); }

// --- to and from integers ------------------------------------------------------------------------------

double __floatundidf(uint64_t value) {
  if (!value) return 0;
  struct number n = {0, value, BIAS + 62};
  normalize(&n);
  return pack(n);
}

double __floatdidf(int64_t value) {
  double magnitude = __floatundidf(value < 0 ? -(uint64_t)value : (uint64_t)value);
  return value < 0 ? number(bits(magnitude) | SIGN) : magnitude;
}

double __floatsidf(int32_t value) { return __floatdidf(value); }
double __floatunsidf(uint32_t value) { return __floatundidf(value); }

// Towards zero; what does not fit is not defined.
uint64_t __fixunsdfdi(double value) {
  struct number n = unpack(bits(value));
  int32_t power = n.exponent - BIAS;
  if (power < 0 || power > 63) return 0;
  return power == 63 ? n.fraction << 1 : n.fraction >> (62 - power);
}

int64_t __fixdfdi(double value) {
  uint64_t magnitude = __fixunsdfdi(value);
  return (int64_t)(bits(value) & SIGN ? -magnitude : magnitude);
}

int32_t __fixdfsi(double value) { return (int32_t)__fixdfdi(value); }
uint32_t __fixunsdfsi(double value) { return (uint32_t)__fixdfdi(value); }

// --- dividing integers ---------------------------------------------------------------------------------

static uint64_t divide(uint64_t dividend, uint64_t divisor, uint64_t *rest) {
  uint64_t quotient = 0;
  if (!((dividend | divisor) >> 32)) {
    *rest = (uint32_t)dividend % (uint32_t)divisor;
    return (uint32_t)dividend / (uint32_t)divisor;
  }
  if (divisor && divisor <= dividend) {
    int shift = __builtin_clzll(divisor) - __builtin_clzll(dividend);
    divisor <<= shift;
    for (; shift >= 0; shift--, divisor >>= 1) {
      quotient <<= 1;
      if (dividend >= divisor) dividend -= divisor, quotient |= 1;
    }
  }
  *rest = dividend;
  return quotient;
}

static uint64_t magnitude(int64_t value) { return value < 0 ? -(uint64_t)value : (uint64_t)value; }

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  return divide(dividend, divisor, &rest);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  divide(dividend, divisor, &rest);
  return rest;
}

int64_t __divdi3(int64_t dividend, int64_t divisor) {
  uint64_t quotient = __udivdi3(magnitude(dividend), magnitude(divisor));
  return (int64_t)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
  uint64_t rest = __umoddi3(magnitude(dividend), magnitude(divisor));
  return (int64_t)(dividend < 0 ? -rest : rest);
}
