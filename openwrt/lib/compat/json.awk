# SPDX-License-Identifier: Apache-2.0
# Reads JSON from standard input, for jshn.sh and jsonfilter. LC_ALL=C, so that a character is a byte.
#
#   mode=shell                    prints calls of json_add_*, which build the value in a shell
#   mode=filter EXPR1=...         prints what expressions find; see jsonfilter. The values of
#                                 the variables come from the environment: awk -v eats backslashes
#
# Status: 0, 1 nothing found, 126 no JSON, 127 no expression.

BEGIN {
  RS = "\1"
  for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
  mode = ENVIRON["DDNS_JSON_MODE"]
}
{ T = T (NR > 1 ? "\1" : "") $0 }
END {
  L = length(T); P = 1
  root = value(0)
  blank()
  if (bad || P <= L) exit 126
  if (mode == "shell") {
    if (type[root] != "object" && type[root] != "array") exit 126
    print "json_init" (type[root] == "array" ? " array" : "")
    members(root)
    exit 0
  }
  found = 0
  for (i = 1; i <= ENVIRON["DDNS_JSON_COUNT"]; i++) found += filter(ENVIRON["DDNS_JSON_" i])
  exit fault ? 127 : !found
}

# --- parser: node numbers; type[n], text[n], count[n], child[n, i], name[n, i] --------------------

function blank() { while (index(" \t\r\n", substr(T, P, 1)) && P <= L) P++ }
function fail() { bad = 1; P = L + 1; return 0 }

function value(depth,   n, c, word) {
  if (depth > 32) return fail()
  blank()
  n = ++nodes
  c = substr(T, P, 1)
  if (c == "{" || c == "[") return contents(n, c, c == "{" ? "}" : "]", depth)
  if (c == "\"") { type[n] = "string"; text[n] = quoted(); return n }
  word = ""
  while (P <= L && index(" \t\r\n,]}", c = substr(T, P, 1)) == 0) { word = word c; P++ }
  text[n] = word
  if (word == "true" || word == "false") type[n] = "boolean"
  else if (word == "null") type[n] = "null"
  else if (word ~ /^-?(0|[1-9][0-9]*)$/) type[n] = "int"
  else if (word ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/) type[n] = "double"
  else return fail()
  return n
}

function contents(n, open, close_, depth,   i, c) {
  type[n] = open == "{" ? "object" : "array"
  count[n] = 0
  P++
  blank()
  if (substr(T, P, 1) == close_) { P++; return n }
  while (!bad) {
    i = ++count[n]
    if (open == "{") {
      blank()
      if (substr(T, P, 1) != "\"") return fail()
      name[n, i] = quoted()
      blank()
      if (substr(T, P++, 1) != ":") return fail()
    } else name[n, i] = i - 1
    child[n, i] = value(depth + 1)
    blank()
    c = substr(T, P++, 1)
    if (c == close_) return n
    if (c != ",") return fail()
  }
  return 0
}

function quoted(   s, c, code, low) {
  s = ""
  for (P++; P <= L; P++) {
    c = substr(T, P, 1)
    if (c == "\"") { P++; return s }
    if (c != "\\") { s = s c; continue }
    c = substr(T, ++P, 1)
    if (c == "u") {
      code = hex(substr(T, P + 1, 4))
      P += 4
      if (code >= 55296 && code < 56320 && substr(T, P + 1, 2) == "\\u") {
        low = hex(substr(T, P + 3, 4))
        if (low >= 56320 && low < 57344) { code = 65536 + (code - 55296) * 1024 + low - 56320; P += 6 }
      }
      s = s utf8(code)
    } else if (index("\"\\/", c)) s = s c
    else if (index("bfnrt", c)) s = s substr("\b\f\n\r\t", index("bfnrt", c), 1)
    else { fail(); return "" }
  }
  fail()
  return ""
}
function hex(digits,   i, v) {
  if (digits !~ /^[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]$/) { fail(); return 0 }
  v = 0
  for (i = 1; i <= 4; i++) v = v * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
  return v
}
function byte(v) { return sprintf("%c", v) }
function utf8(c) {
  if (c < 1) return ""
  if (c < 128) return byte(c)
  if (c < 2048) return byte(192 + int(c / 64)) byte(128 + c % 64)
  if (c < 65536) return byte(224 + int(c / 4096)) byte(128 + int(c / 64) % 64) byte(128 + c % 64)
  return byte(240 + int(c / 262144)) byte(128 + int(c / 4096) % 64) byte(128 + int(c / 64) % 64) byte(128 + c % 64)
}

# --- printing -------------------------------------------------------------------------------------

function word(s) { gsub(/'/, "'\\''", s); return "'" s "'" }

function members(n,   i, c, kind) {
  for (i = 1; i <= count[n]; i++) {
    c = child[n, i]
    kind = type[c]
    if (kind == "object" || kind == "array") {
      print "json_add_" kind " " word(name[n, i])
      members(c)
      print "json_close_" kind
    } else print "json_add_" kind " " word(name[n, i]) " " word(kind == "boolean" ? text[c] == "true" : text[c])
  }
}

function escape(s,   r, i, c) {
  r = ""
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    if (c == "\"" || c == "\\") r = r "\\" c
    else if (c == "\n") r = r "\\n"
    else if (c == "\t") r = r "\\t"
    else if (c == "\r") r = r "\\r"
    else if (ord[c] < 32) r = r sprintf("\\u%04x", ord[c])
    else r = r c
  }
  return r
}
function dump(n,   i, r) {
  if (type[n] == "string") return "\"" escape(text[n]) "\""
  if (type[n] != "object" && type[n] != "array") return text[n]
  r = ""
  for (i = 1; i <= count[n]; i++)
    r = r (i > 1 ? ", " : " ") (type[n] == "object" ? "\"" escape(name[n, i]) "\": " : "") dump(child[n, i])
  return type[n] == "object" ? "{" r " }" : "[" r " ]"
}
function shown(n) {
  if (ENVIRON["DDNS_JSON_TYPES"] != "") return type[n]
  return type[n] == "string" ? text[n] : dump(n)
}

# --- expressions: E is the text, Q the place in it; a set of nodes is a text of numbers -------------

function filter(expression,   label, set, list, n, i, r) {
  label = ""
  if (match(expression, /^[A-Za-z_][A-Za-z0-9_]*=/)) {
    label = substr(expression, 1, RLENGTH - 1)
    expression = substr(expression, RLENGTH + 1)
  }
  E = expression; Q = 2
  if (substr(E, 1, 1) != "$" && substr(E, 1, 1) != "@") { fault = 1; return 0 }
  set = path(root)
  if (fault || Q <= length(E)) { fault = 1; return 0 }
  n = split(set, list, " ")
  if (label == "") for (i = 1; i <= n; i++) print shown(list[i])
  else if (n > 0) {
    r = ""
    for (i = 1; i <= n; i++) r = r (i > 1 ? "\\ " : "") word(shown(list[i]))
    printf "export %s=%s; ", label, r
  }
  return n > 0
}

# The nodes that the steps from Q on lead to.
function path(set,   c, key) {
  while (Q <= length(E) && !fault) {
    c = substr(E, Q, 1)
    if (substr(E, Q, 2) == "..") { Q++; set = everything(set) ; c = substr(E, Q, 1) }
    if (c == ".") {
      Q++
      if (substr(E, Q, 1) == "*") { Q++; set = step(set, "*") ; continue }
      if (substr(E, Q, 1) == "[") continue
      key = ""
      while ((c = substr(E, Q, 1)) ~ /[A-Za-z0-9_$-]/ && c != "") { key = key c; Q++ }
      if (key == "") { fault = 1; break }
      set = step(set, "n" key)
    } else if (c == "[") {
      Q++
      set = bracket(set)
      if (substr(E, Q, 1) != "]") fault = 1
      Q++
    } else break
  }
  return set
}

function everything(set,   list, n, i, j, r, c) {
  n = split(set, list, " ")
  r = ""
  for (i = 1; i <= n; i++) {
    r = r " " list[i]
    c = ""
    for (j = 1; j <= count[list[i]]; j++) c = c " " child[list[i], j]
    if (c != "") r = r " " everything(c)
  }
  return r
}

# `*` all children, `nNAME` those of a name, `iINDEX` the one at a place (from the end when negative).
function step(set, what,   list, n, i, j, r, node, at) {
  n = split(set, list, " ")
  r = ""
  for (i = 1; i <= n; i++) {
    node = list[i]
    for (j = 1; j <= count[node]; j++) {
      if (what == "*") r = r " " child[node, j]
      else if (substr(what, 1, 1) == "n") {
        if (type[node] == "object" && name[node, j] "" == substr(what, 2)) r = r " " child[node, j]
      } else if (type[node] == "array") {
        at = substr(what, 2) + 0
        if (j - 1 == (at < 0 ? count[node] + at : at)) r = r " " child[node, j]
      }
    }
  }
  return r
}

# What stands between brackets: *, numbers or names with commas between them, or a condition.
function bracket(set,   c, r, start, list, n, i, j, node, number) {
  spaces()
  c = substr(E, Q, 1)
  if (c == "*") { Q++; spaces(); return step(set, "*") }
  r = ""
  if (c ~ /[0-9'"-]/) {
    while (!fault) {
      spaces()
      c = substr(E, Q, 1)
      if (c == "'" || c == "\"") r = r " " step(set, "n" string(c))
      else {
        if (!match(substr(E, Q), /^-?[0-9]+/)) { fault = 1; break }
        number = substr(E, Q, RLENGTH)
        Q += RLENGTH
        r = r " " step(set, "i" number)
      }
      spaces()
      if (substr(E, Q, 1) != ",") break
      Q++
    }
    return r
  }
  start = Q
  either(0)
  n = split(set, list, " ")
  for (i = 1; i <= n; i++) {
    node = list[i]
    for (j = 1; j <= count[node]; j++) {
      Q = start
      if (either(child[node, j])) r = r " " child[node, j]
    }
  }
  return r
}

function spaces() { while (substr(E, Q, 1) == " ") Q++ }
function string(quote,   s, c) {
  s = ""
  for (Q++; Q <= length(E); Q++) {
    c = substr(E, Q, 1)
    if (c == quote) { Q++; return s }
    if (c == "\\") c = substr(E, ++Q, 1)
    s = s c
  }
  fault = 1
  return ""
}

function either(node,   r, other) {
  r = both(node)
  for (spaces(); substr(E, Q, 2) == "||"; spaces()) { Q += 2; other = both(node); r = r || other }
  return r
}
function both(node,   r, other) {
  r = compared(node)
  for (spaces(); substr(E, Q, 2) == "&&"; spaces()) { Q += 2; other = compared(node); r = r && other }
  return r
}
function compared(node,   r, op, left, right, kind, exists) {
  spaces()
  if (substr(E, Q, 1) == "!") { Q++; return !compared(node) }
  if (substr(E, Q, 1) == "(") {
    Q++
    r = either(node)
    spaces()
    if (substr(E, Q++, 1) != ")") fault = 1
    return r
  }
  left = operand(node)
  kind = K; exists = X
  spaces()
  if (!match(substr(E, Q), /^(==|!=|<=|>=|=|<|>|~)/)) return exists
  op = substr(E, Q, RLENGTH)
  Q += RLENGTH
  right = operand(node)
  if (!exists || !X) return op == "!="
  if (kind == "int" && K == "int") { left += 0; right += 0 } else { left = left ""; right = right "" }
  if (op == "=" || op == "==") return left == right
  if (op == "!=") return left != right
  if (op == "<") return left < right
  if (op == ">") return left > right
  if (op == "<=") return left <= right
  if (op == ">=") return left >= right
  return left ~ right
}
# A value in a condition; its kind in K, whether there is one in X.
function operand(node,   c, set, list) {
  spaces()
  X = 1
  c = substr(E, Q, 1)
  if (c == "'" || c == "\"") { K = "string"; return string(c) }
  if (c == "@" || c == "$") {
    Q++
    set = path(c == "$" ? root : node)
    X = split(set, list, " ") > 0
    if (!X) return ""
    K = type[list[1]] == "double" ? "int" : type[list[1]]
    return text[list[1]]
  }
  if (match(substr(E, Q), /^(-?[0-9]+(\.[0-9]+)?|true|false|null)/)) {
    set = substr(E, Q, RLENGTH)
    Q += RLENGTH
    K = set ~ /[0-9]/ ? "int" : set == "null" ? "null" : "boolean"
    return set
  }
  fault = 1
  Q = length(E) + 1
  return ""
}
