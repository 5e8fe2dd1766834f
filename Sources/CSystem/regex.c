// SPDX-License-Identifier: Apache-2.0
// Extended regular expressions of POSIX, case ignored: whether a text matches, and nothing more. The C
// library's would be 30 KB, for it also tells where each group matched.
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
  enum { CHARACTER, SET, FORK, BEGINNING, END, WORD_BEGINS, WORD_ENDS, AT_WORD, NOT_AT_WORD, MATCH } what;
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
  const char *rest;  // of the expression
  struct step *steps;
  struct set *sets;
  unsigned count, set_count;
  bool is_wrong;
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
  unsigned char c = (unsigned char)*p->rest++;
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
      if (*p->rest++ != '}' || least < 0 || least > LARGEST_BOUND || most > LARGEST_BOUND ||
          (most >= 0 && most < least)) {
        p->is_wrong = true;
        return;
      }
    }
    repeat(p, start, least, most);
  }
}

static void read_alternatives(struct program *p, unsigned depth);

static void read_atom(struct program *p, unsigned depth) {
  unsigned char c = (unsigned char)*p->rest++;
  switch (c) {
    case '(':
      if (depth == DEEPEST) p->is_wrong = true;
      if (!p->is_wrong) read_alternatives(p, depth + 1);
      if (*p->rest++ != ')') p->is_wrong = true;
      break;
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

// Follows the forks and conditions from a place on, and notes the steps that want a character. `seen` has
// the round in which a step was met; `list` is as long as the program, and so many of it are in use.
// True when the end of the program is reached.
static bool follow(const struct program *p, unsigned place, uint32_t round, uint32_t *seen, uint16_t *list,
                   unsigned *count, uint16_t *stack, bool was_word, bool is_word_next, bool is_first,
                   bool is_last) {
  unsigned depth = 0;
  if (seen[place] == round) return false;
  seen[place] = round;
  stack[depth++] = (uint16_t)place;
  while (depth) {
    place = stack[--depth];
    const struct step *step = &p->steps[place];
    bool holds = false;
    switch (step->what) {
      case MATCH: return true;
      case CHARACTER:
      case SET: list[(*count)++] = (uint16_t)place; break;
      case FORK:
        for (int i = 1; i >= 0; i--) {
          unsigned next = (unsigned)((int)place + step->next[i]);
          if (seen[next] == round) continue;
          seen[next] = round;
          stack[depth++] = (uint16_t)next;
        }
        break;
      case BEGINNING: holds = is_first; break;
      case END: holds = is_last; break;
      case WORD_BEGINS: holds = !was_word && is_word_next; break;
      case WORD_ENDS: holds = was_word && !is_word_next; break;
      case AT_WORD: holds = was_word != is_word_next; break;
      case NOT_AT_WORD: holds = was_word == is_word_next; break;
    }
    if (holds && seen[place + 1] != round) {
      seen[place + 1] = round;
      stack[depth++] = (uint16_t)(place + 1);
    }
  }
  return false;
}

static bool run(const struct program *p, const char *text) {
  // Three lists of places, and when each was met.
  uint16_t *lists = calloc(p->count, 3 * sizeof *lists + sizeof(uint32_t));
  if (!lists) return false;
  uint32_t *seen = (uint32_t *)lists;
  uint16_t *now = (uint16_t *)(seen + p->count), *next = now + p->count, *stack = next + p->count;
  unsigned count = 0;
  bool matches = false, was_word = false;
  for (size_t i = 0;; i++) {
    unsigned char c = (unsigned char)text[i];
    bool is_word_next = is_word(c);
    uint32_t round = (uint32_t)i + 1;
    unsigned next_count = 0;
    // A match may begin anywhere. The characters of the last round lead here.
    matches = follow(p, 0, round, seen, next, &next_count, stack, was_word, is_word_next, i == 0, !c);
    for (unsigned k = 0; k < count && !matches; k++)
      matches = follow(p, now[k], round, seen, next, &next_count, stack, was_word, is_word_next, i == 0, !c);
    if (matches || !c) break;
    count = 0;
    for (unsigned k = 0; k < next_count; k++) {
      const struct step *step = &p->steps[next[k]];
      if (step->what == SET ? has(&p->sets[step->set], c) : step->character == tolower(c))
        now[count++] = (uint16_t)(next[k] + 1);
    }
    was_word = is_word_next;
  }
  free(lists);
  return matches;
}

bool csys_regex_matches(const char *pattern, const char *text) {
  struct program p = {.rest = pattern};
  p.steps = malloc((MOST + 1) * sizeof *p.steps);
  p.sets = malloc((strlen(pattern) + 1) * sizeof *p.sets);
  bool matches = false;
  if (p.steps && p.sets) {
    read_alternatives(&p, 0);
    append(&p, (struct step){MATCH, .set = 0});
    if (!p.is_wrong && !*p.rest) matches = run(&p, text);
  }
  free(p.steps);
  free(p.sets);
  return matches;
}
