// SPDX-License-Identifier: Apache-2.0
// Extended regular expressions of POSIX, case ignored: whether a text matches, and where the first group
// does. The C library's would be 30 KB.
//
// The expression becomes a program: steps that want a character, and steps that lead on to others. All
// ways through it are followed at once (K. Thompson, "Regular Expression Search Algorithm", 1968), so the
// work is at most the length of the text times that of the program.
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "csystem.h"

enum { MOST = 16384, DEEPEST = 256, LARGEST_BOUND = 255 };

// A place of the program. Where a fork leads is relative to it, so that code can be moved and copied.
struct step {
  enum {
    CHARACTER, SET, FORK, BEGINNING, END, WORD_BEGINS, WORD_ENDS, AT_WORD, NOT_AT_WORD, GROUP_BEGINS,
    GROUP_ENDS, MATCH
  } what;
  union {
    unsigned char character;
    unsigned set;
    int16_t next[2];
  };
};

struct set {
  uint8_t bits[32];
};

struct program {
  const char *rest;  // of the expression; never steps over its end
  struct step *steps;
  struct set *sets;
  unsigned count, set_count;
  bool is_wrong, has_group;
};

static bool is_word(int c) { return isalnum(c) || c == '_'; }
static bool is_space(int c) { return isspace(c); }
static bool is_digit(int c) { return isdigit(c); }

static void append(struct program *p, struct step step) {
  if (p->count == MOST)
    p->is_wrong = true;
  else
    p->steps[p->count++] = step;
}

static struct step fork_to(int one, int other) {
  return (struct step){FORK, .next = {(int16_t)one, (int16_t)other}};
}

// Puts a step before those from `place` on.
static void insert(struct program *p, unsigned place, struct step step) {
  append(p, step);
  if (p->is_wrong) return;
  memmove(&p->steps[place + 1], &p->steps[place], (p->count - 1 - place) * sizeof step);
  p->steps[place] = step;
}

static void add(struct set *set, int c) { set->bits[c / 8] |= (uint8_t)(1 << c % 8); }
static bool has(const struct set *set, unsigned char c) { return set->bits[c / 8] >> c % 8 & 1; }

static void append_set(struct program *p, struct set set, bool is_inverse) {
  for (int c = 0; c < 256; c++) {
    if (has(&set, (unsigned char)c)) add(&set, tolower(c)), add(&set, toupper(c));
  }
  for (unsigned i = 0; is_inverse && i < sizeof set.bits; i++) set.bits[i] ^= 0xff;
  p->sets[p->set_count] = set;
  append(p, (struct step){SET, .set = p->set_count++});
}

static void add_class(struct set *set, bool (*is_member)(int)) {
  for (int c = 0; c < 128; c++)
    if (is_member(c)) add(set, c);
}

// The bytes of a class are those between 32 and 126 of which a name's first letters say so.
static bool add_named_class(struct set *set, const char *name, size_t count) {
  static const char names[] = "alnum alpha blank cntrl digit graph lower print punct space upper xdigit ";
  int (*const members[])(int) = {isalnum, isalpha, isblank, iscntrl, isdigit, isgraph,
                                 islower, isprint, ispunct, isspace, isupper, isxdigit};
  unsigned number = 0;
  for (const char *next = names; *next; number++) {
    size_t length = strcspn(next, " ");
    if (length == count && memcmp(next, name, count) == 0) {
      for (int c = 0; c < 128; c++)
        if (members[number](c)) add(set, c);
      return true;
    }
    next += length + 1;
  }
  return false;
}

// The rest of [...]; false when it is wrong.
static bool read_bracket(struct program *p) {
  struct set set = {0};
  bool is_inverse = *p->rest == '^';
  if (is_inverse) p->rest++;
  for (const char *start = p->rest; *p->rest != ']' || p->rest == start;) {
    const char *s = p->rest;
    unsigned char low = (unsigned char)*s, high = low;
    if (!low || (low == '[' && (s[1] == '.' || s[1] == '='))) return false;
    if (low == '[' && s[1] == ':') {
      size_t length = strcspn(s + 2, ":");
      if (s[2 + length] != ':' || s[3 + length] != ']' || !add_named_class(&set, s + 2, length)) return false;
      p->rest += length + 4;
      continue;
    }
    // A hyphen stands at one of the ends, or begins or ends a range.
    if (low == '-' && s != start && s[1] != ']' && (s[1] != '-' || s[2] == ']')) return false;
    p->rest++;
    if (s[1] == '-' && s[2] != ']') {
      high = (unsigned char)s[2];
      if (high < low) return false;
      p->rest += 2;
    }
    for (int c = low; c <= high; c++) add(&set, c);
  }
  p->rest++;
  append_set(p, set, is_inverse);
  return true;
}

// What a backslash is before.
static void read_escape(struct program *p) {
  unsigned char c = (unsigned char)*p->rest;
  if (c) p->rest++;
  struct set set = {0};
  static const char assertions[] = "<>bB", controls[] = "tnrfae", meant[] = "\t\n\r\f\a\033";
  const char *found;
  switch (tolower(c)) {
    case 0: p->is_wrong = true; return;
    case 'w': add_class(&set, is_word); break;
    case 's': add_class(&set, is_space); break;
    case 'd': add_class(&set, is_digit); break;
    default:
      if ((found = strchr(assertions, c)))
        append(p, (struct step){WORD_BEGINS + (unsigned)(found - assertions), .set = 0});
      else
        append(p, (struct step){CHARACTER, .character = (found = strchr(controls, c))
                                               ? (unsigned char)meant[found - controls]
                                               : (unsigned char)tolower(c)});
      return;
  }
  append_set(p, set, isupper(c));
}

static int read_number(struct program *p) {
  int number = -1;
  for (; isdigit((unsigned char)*p->rest); p->rest++) {
    number = (number < 0 ? 0 : number) * 10 + *p->rest - '0';
    if (number > LARGEST_BOUND) number = LARGEST_BOUND + 1;
  }
  return number;
}

// Makes what has been read from `start` on repeat: at least so often, and at most so often, or -1.
static void repeat(struct program *p, unsigned start, int least, int most) {
  unsigned length = p->count - start;
  int copies = most < 0 ? (least ? least : 1) : most;
  if (copies == 0) p->count = start;
  for (int i = 0; i < copies && !p->is_wrong; i++) {
    unsigned place = start;
    if (i) {
      // The first one is still there, behind a fork if it is optional.
      unsigned source = start + (least == 0);
      place = p->count;
      for (unsigned k = 0; k < length && !p->is_wrong; k++) append(p, p->steps[source + k]);
    }
    if (i >= least) insert(p, place, fork_to(1, (int)length + 1 + (most < 0)));
  }
  if (most < 0) append(p, fork_to(-(int)length - (least == 0), 1));
}

static bool is_repetition(char c) { return c == '*' || c == '+' || c == '?' || c == '{'; }

static void read_repetitions(struct program *p, unsigned start) {
  while (!p->is_wrong && is_repetition(*p->rest)) {
    int least = *p->rest == '+', most = *p->rest == '?' ? 1 : -1;
    if (*p->rest++ == '{') {
      most = least = read_number(p);
      if (*p->rest == ',') p->rest++, most = read_number(p);
      if (*p->rest != '}' || least < 0 || least > LARGEST_BOUND || most > LARGEST_BOUND ||
          (most >= 0 && most < least)) {
        p->is_wrong = true;
        return;
      }
      p->rest++;
    }
    repeat(p, start, least, most);
  }
}

static void read_alternatives(struct program *p, unsigned depth);

static void read_atom(struct program *p, unsigned depth) {
  unsigned char c = (unsigned char)*p->rest++;
  switch (c) {
    case '(': {
      bool is_first = !p->has_group;
      p->has_group = true;
      if (depth == DEEPEST) p->is_wrong = true;
      if (is_first) append(p, (struct step){GROUP_BEGINS, .set = 0});
      if (!p->is_wrong) read_alternatives(p, depth + 1);
      if (is_first) append(p, (struct step){GROUP_ENDS, .set = 0});
      if (*p->rest == ')')
        p->rest++;
      else
        p->is_wrong = true;
      break;
    }
    case '[':
      if (!read_bracket(p)) p->is_wrong = true;
      break;
    case '\\': read_escape(p); break;
    case '.': append_set(p, (struct set){0}, true); break;
    case '^': append(p, (struct step){BEGINNING, .set = 0}); break;
    case '$': append(p, (struct step){END, .set = 0}); break;
    default: append(p, (struct step){CHARACTER, .character = (unsigned char)tolower(c)});
  }
}

static void read_alternatives(struct program *p, unsigned depth) {
  unsigned start = p->count, leaps = 0, last = 0;
  while (!p->is_wrong) {
    if (is_repetition(*p->rest)) p->is_wrong = true;
    while (!p->is_wrong && *p->rest && *p->rest != '|' && !(*p->rest == ')' && depth)) {
      unsigned atom = p->count;
      read_atom(p, depth);
      if (!p->is_wrong) read_repetitions(p, atom);
    }
    if (*p->rest != '|') break;
    p->rest++;
    // This one, or what follows; behind it a leap to the end, which is not known yet: each leads to
    // the one before.
    insert(p, start, fork_to(1, (int)(p->count - start) + 2));
    int back = leaps++ ? (int)(p->count - last) : 0;
    last = p->count;
    append(p, fork_to(back, back));
    start = p->count;
  }
  while (!p->is_wrong && leaps--) {
    unsigned leap = last;
    last -= (unsigned)p->steps[leap].next[0];
    p->steps[leap] = fork_to((int)(p->count - leap), (int)(p->count - leap));
  }
}

// A way through the program: the step it has come to, where in the text the match has begun, and where
// the first group has.
struct way {
  unsigned place;
  size_t begin, from, to;
};

struct run {
  const struct program *p;
  uint32_t *seen;       // the round in which a step was met
  struct way *list;     // the ways that want a character, the better ones first
  struct way *stack;
  unsigned count;
  bool was_word, is_word_next, is_last, matches;
  size_t end;           // of the match
  struct way match;
};

// Follows the forks and conditions from a place on, and notes the steps that want a character. The earliest
// match is the best, of those the longest.
static void follow(struct run *r, struct way way, size_t i) {
  unsigned depth = 0;
  r->stack[depth++] = way;
  while (depth) {
    way = r->stack[--depth];
    const struct step *step = &r->p->steps[way.place];
    bool holds = false;
    if (r->seen[way.place] == i + 1) continue;
    r->seen[way.place] = (uint32_t)i + 1;
    switch (step->what) {
      case MATCH:
        if (r->matches && r->match.begin < way.begin) break;
        r->matches = true;
        r->match = way;
        r->end = i;
        break;
      case CHARACTER:
      case SET: r->list[r->count++] = way; break;
      case FORK:
        for (int k = 1; k >= 0; k--) {
          struct way next = way;
          next.place = (unsigned)((int)way.place + step->next[k]);
          if (r->seen[next.place] != i + 1) r->stack[depth++] = next;
        }
        break;
      case GROUP_BEGINS: way.from = i, holds = true; break;
      case GROUP_ENDS: way.to = i, holds = true; break;
      case BEGINNING: holds = i == 0; break;
      case END: holds = r->is_last; break;
      case WORD_BEGINS: holds = !r->was_word && r->is_word_next; break;
      case WORD_ENDS: holds = r->was_word && !r->is_word_next; break;
      case AT_WORD: holds = r->was_word != r->is_word_next; break;
      case NOT_AT_WORD: holds = r->was_word == r->is_word_next; break;
    }
    way.place++;
    if (holds) r->stack[depth++] = way;
  }
}

// With `from` and `to` until no longer match can come.
static bool run(const struct program *p, const char *text, size_t *from, size_t *to) {
  // A step is met once in a round, and leads on to two at most.
  struct way *ways = calloc(p->count + 1, 4 * sizeof *ways + sizeof(uint32_t));
  if (!ways) return false;
  struct run r = {.p = p, .list = ways + p->count + 1, .stack = ways + 2 * (p->count + 1)};
  r.seen = (uint32_t *)(ways + 4 * (p->count + 1));
  for (size_t i = 0;; i++) {
    unsigned char c = (unsigned char)text[i];
    r.is_word_next = is_word(c);
    r.is_last = !c;
    struct way *now = r.list == ways ? ways + p->count + 1 : ways;
    struct way *next = r.list;
    unsigned count = r.count;
    r.list = now;
    r.count = 0;
    for (unsigned k = 0; k < count; k++) follow(&r, next[k], i);
    // A match may begin anywhere.
    if (!r.matches) follow(&r, (struct way){0, i, SIZE_MAX, SIZE_MAX}, i);
    if ((r.matches && (!from || !r.count)) || !c) break;
    count = 0;
    for (unsigned k = 0; k < r.count; k++) {
      const struct step *step = &p->steps[now[k].place];
      if (step->what == SET ? !has(&p->sets[step->set], c) : step->character != tolower(c)) continue;
      now[count] = now[k];
      now[count++].place++;
    }
    r.count = count;
    r.was_word = r.is_word_next;
  }
  if (r.matches && from) {
    bool has_group = r.match.to != SIZE_MAX && r.match.from <= r.match.to;
    *from = has_group ? r.match.from : r.match.begin;
    *to = has_group ? r.match.to : r.end;
  }
  free(ways);
  return r.matches;
}

csys_match csys_regex_find(const char *pattern, const char *text, size_t *from, size_t *to) {
  struct program p = {.rest = pattern};
  p.steps = malloc((MOST + 1) * sizeof *p.steps);
  p.sets = malloc((strlen(pattern) + 1) * sizeof *p.sets);
  csys_match result = CSYS_NO_PATTERN;
  if (p.steps && p.sets) {
    read_alternatives(&p, 0);
    append(&p, (struct step){MATCH, .set = 0});
    if (!p.is_wrong && !*p.rest) result = run(&p, text, from, to) ? CSYS_MATCH : CSYS_NO_MATCH;
  }
  free(p.steps);
  free(p.sets);
  return result;
}
