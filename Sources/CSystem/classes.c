// SPDX-License-Identifier: Apache-2.0
//
// What the C library's regular expressions ask about characters. No program here calls setlocale, so there
// are no characters but ASCII's, and its tables of Unicode would be 12 kB that nothing ever reads.
// With glibc, which is for tests, they stay.

#include <features.h>

#ifndef __GLIBC__
#include <ctype.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static const struct {
  char name[8];
  int (*has)(int);
} classes[] = {
    {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
    {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
    {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
};
enum { class_count = sizeof classes / sizeof classes[0] };

// The number of a class, from 1; 0 for a name that is none.
wctype_t wctype(const char *name) {
  for (wctype_t i = 0; i < class_count; i++)
    if (strcmp(name, classes[i].name) == 0) return i + 1;
  return 0;
}

int iswctype(wint_t c, wctype_t number) {
  return c < 128 && number && number <= class_count && classes[number - 1].has((int)c);
}

int iswalnum(wint_t c) { return c < 128 && isalnum((int)c); }
int iswlower(wint_t c) { return c < 128 && islower((int)c); }
int iswupper(wint_t c) { return c < 128 && isupper((int)c); }
wint_t towlower(wint_t c) { return c < 128 ? (wint_t)tolower((int)c) : c; }
wint_t towupper(wint_t c) { return c < 128 ? (wint_t)toupper((int)c) : c; }
#endif
