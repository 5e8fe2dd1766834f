#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# size.sh FILE BUDGET NM OBJECT...: the executable against its budget, then what it holds of each object
# and library. A function that moved into its caller counts as the caller's. FILE.symbols lies beside
# FILE; NM is the toolchain's, which can read the objects.
set -eu
file=$1 budget=$2 nm=$3
shift 3
bytes=$(stat -c %s "$file")
echo "$file: $bytes of $budget bytes ($((bytes * 100 / budget)) %); the aim is 780000"
{
  "$nm" --defined-only --print-file-name "$@" 2>/dev/null
  echo
  "$nm" --print-size --numeric-sort "$file.symbols"
} | awk -v bytes="$bytes" '
  BEGIN { print "     text     data  part" }
  /^$/ { executable = 1; next }
  !executable {
    part = $1
    sub(/:.*/, "", part)
    # A module is a file, a shim a folder, a library an archive.
    if (!sub(/\.bc$/, "", part) && !sub(/\.a$/, "", part)) sub(/\/[^\/]*$/, "", part)
    sub(/.*\//, "", part)
    if (!($NF in parts)) parts[$NF] = part
    next
  }
  NF == 4 && $1 != last && $3 !~ /[bB]/ {
    last = $1 # equal functions are one, under several names
    name = $4
    if (!(name in parts)) sub(/\.[0-9]+$/, "", name)
    part = name in parts ? parts[name] : name ~ /^OUTLINED_/ ? "repeated pieces (outlined)" : "musl"
    seen[part]; rest -= add(part, $3 ~ /[tTwW]/, $2)
  }
  END {
    for (part in seen) printf "%9d %8d  %s\n", text[part], data[part], part | "sort -rn"
    close("sort -rn")
    printf "%9s %8d  texts, tables without a name, headers\n", "", bytes + rest
  }
  function add(part, is_text, size, i, n) {
    for (i = 1; i <= length(size); i++) n = n * 16 + index("0123456789abcdef", substr(size, i, 1)) - 1
    if (is_text) text[part] += n; else data[part] += n
    return n
  }'
