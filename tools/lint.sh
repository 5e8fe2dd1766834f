#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rules a compiler does not check. Prints file:line: what is wrong; the status is 1 then.
#
#   format      swift format, strict, with .swift-format
#   words       what does not belong in a router's daemon (see `banned` below)
#   imports     each module imports only what the table in Package.swift allows it, each file only
#               what it uses, and the table has nothing that no file does
#   size        a file 400 lines, a function 60; `// lint: flat switch` in a function exempts it
#   shell       shellcheck, on what runs on other machines
#   tools       what rewrites and measures the executable does so rightly (tools/selftest.sh)
#   licence     one SPDX line at the top of each source file
#   references  "contract 1.4", "users 9", "DESIGN 6.5" and "B14" have a heading, a row or an item
#   traces      no folder of a build machine, no package mirror of its configuration
set -u
cd "$(dirname "$0")/.." || exit 1
status=0
failed() { status=1; }

# Sources that ship; Mock and ddns-mock are for tests only.
mapfile -t shipped < <(find Sources -name '*.swift' ! -path '*/Mock/*' ! -path '*/ddns-mock/*' | sort)
mapfile -t swift < <(find Package.swift Sources Tests -name '*.swift' | sort)
mapfile -t c < <(find Sources -name '*.[ch]' | sort)
mapfile -t scripts < <(find tools .ci -type f \( -name '*.sh' -o -name run \) | sort)

# --- format -------------------------------------------------------------------------------------

# What is not shipped needs no doc comment on each public declaration.
mapfile -t helpers < <(printf '%s\n' "${swift[@]}" | grep -vxF -f <(printf '%s\n' "${shipped[@]}"))
undocumented=$(sed 's/\("AllPublicDeclarationsHaveDocumentation": \)true/\1false/' .swift-format)
swift format lint --strict --parallel "${shipped[@]}" || failed
swift format lint --strict --parallel --configuration "$undocumented" "${helpers[@]}" || failed

# --- words, imports -----------------------------------------------------------------------

# Prints the code of a Swift file without its comments and the text of its string literals.
# shellcheck disable=SC2016
code='
  function code_of(line) {
    if (in_text) {
      if (line !~ /"""/) return ""
      in_text = 0
      sub(/.*"""/, "\"\"", line)
    }
    gsub(/\\\\|\\"/, "", line)
    if (line ~ /"""/) { in_text = 1; sub(/""".*/, "\"\"", line) }
    gsub(/"[^"]*"/, "\"\"", line)
    sub(/\/\/.*/, "", line)
    return line
  }
  FNR == 1 { in_text = 0 }'

awk "$code"'
  function banned(pattern, why) {
    if (code ~ pattern) { printf "%s:%d: %s\n", FILENAME, FNR, why; bad = 1 }
  }
  {
    code = code_of($0)
    banned("^ *(@[a-z]+ )?(public |internal )?import (Foundation|Glibc|Musl|Darwin)",
           "only CSystem touches a C library, and nothing Foundation")
    banned("(^|[^A-Za-z_.])(debugPrint|print|dump)\\(", "print: output goes through System")
    banned("try!", "try!: nothing from outside may trap")
    banned("(^|[^A-Za-z_])fatalError", "fatalError: a daemon logs and goes on")
    banned("(^|[^A-Za-z_.])any [A-Z]", "any: Embedded Swift has no existentials")
    banned("(Task|Thread)\\.sleep|csys_[a-z]*sleep", "sleep: waiting is a deadline in one poll")
  }
  END { exit bad }' "${shipped[@]}" </dev/null || failed

grep -nE '(^|[^A-Za-z_])(u|nano)?sleep *\(' "${c[@]}" /dev/null && failed

# A zero byte ends a Literal (Wire), so that text has none.
grep -nE '\\(0|u\{0+\})' "${shipped[@]}" /dev/null && failed

# The table of Package.swift as "Module Import Import...", then every import in the sources.
{
  sed -n '/^let modules/,/^]/s/^  "\([A-Za-z]*\)": \[\(.*\)\],/\1 \2/p' Package.swift | tr -d '",'
  echo
  grep -nE '^ *(@[^ ]+ )?([a-z]+ )?import ' "${shipped[@]}" /dev/null | sed "s: *//.*::"
} | awk '
  /^$/ { sources = 1; next }
  !sources { known[$1] = 1; for (i = 2; i <= NF; i++) allowed[$1, $i] = 1; next }
  {
    split($0, part, ":"); split(part[1], folder, "/"); module = folder[2]
    split($NF, name, "."); import = name[1]
    if (import == "Synchronization") next
    if (!known[module]) why = module " is not in the table of Package.swift"
    else if (!allowed[module, import]) why = module " may not import " import
    else next
    printf "%s:%d: %s\n", part[1], part[2], why; bad = 1
  }
  END { exit bad }' || failed

# A function ends at the first closing brace that stands as far left as its first line does:
# the format above sees to that.
awk "$code"'
  function check_length() {
    if (FNR_last > 400) { printf "%s:401: %d lines, the limit is 400\n", file, FNR_last; bad = 1 }
  }
  FNR == 1 { check_length(); file = FILENAME; open = 0; swift = /swift$/ }
  { FNR_last = FNR; line = $0; code = FILENAME ~ /swift$/ ? code_of($0) : $0 }
  /lint: flat switch/ { exempt = FNR }
  !open && FILENAME ~ /swift$/ && code ~ /^ *([a-z@(_)]+ )*(func |init[?(<]|deinit|subscript|var .*\{$)/ {
    start = FNR; match(line, /^ */); indent = RLENGTH; open = 1
    if (code ~ /\{.*\}$/) open = 0
  }
  !open && FILENAME ~ /\.c$/ && /^[a-z].*\(/ && !/;$/ { start = FNR; indent = 0; open = 1 }
  open && match(line, /^ *}/) && RLENGTH == indent + 1 {
    open = 0
    if (FNR - start + 1 > 60 && exempt < start - 1) {
      printf "%s:%d: a function of %d lines, the limit is 60\n", FILENAME, start, FNR - start + 1
      bad = 1
    }
  }
  END { check_length(); exit bad }' "${swift[@]}" "${c[@]}" || failed

# --- shell --------------------------------------------------------------------------------------

# Of the shells that shellcheck knows, dash is the closest to ash. SC1091: /lib/functions.sh is the
# router's; SC2034 and SC2317: so are those who use START and call the functions.
mapfile -t installed < <(find openwrt linux -type f ! -name '*.keep' ! -name '*.service' ! -name '*.cron' ! -name '*.awk' \
  ! -name '*.uc' ! -name '*.js' ! -name '*.json' ! -name Makefile | sort)
if command -v shellcheck >/dev/null; then
  shellcheck -s dash -e SC1091,SC2034,SC2317 "${installed[@]}" || failed
  shellcheck -x tools/{install,ipk,deb,package}.sh || failed
fi

tools/selftest.sh || failed

# --- references ---------------------------------------------------------------------------------

# What there is, a line each, an empty line, and what is referred to, as file:line:reference.
# Whatever leads out of the repository, to the number of an issue or a document not in it, is refused.
{
  sed -nE 's/^##+ ([0-9.]*[0-9])\.? .*/contract \1/p; s/^\| (B[0-9]+) \|.*/\1/p' docs/contract.md
  sed -nE 's/^\| ([0-9]+) \|.*/users \1/p' docs/users.md
  awk '/^## [0-9]+\. / { section = $2 + 0; print "DESIGN " section }
    /^[0-9]+\. \*\*/ { print "DESIGN " section "." $1 + 0 }' DESIGN.md
  echo
  more='[0-9]+(\.[0-9]+)?((, | and )[0-9]+(\.[0-9]+)?)*'
  grep -rnoEI --exclude=order.txt --exclude=lint.sh --exclude-dir=Fixtures \
    "\\<((contract|users|DESIGN)(\.md)? ($more|[A-Z][0-9]+)|B[0-9]{1,3}\\>|([Ii]ssue|protocols|EMBEDDED|STYLE|ddclient) #?[0-9.]+)" \
    Sources Tests docs tools openwrt linux man services uci-examples ./*.md Makefile Package.swift
} | awk '
  /^$/ { references = 1; next }
  !references { known[$0] = 1; next }
  {
    match($0, /:[0-9]+:/)
    place = substr($0, 1, RSTART + RLENGTH - 1); text = substr($0, RSTART + RLENGTH)
    count = split(text, part, /, | and | /)
    sub(/\.md$/, "", part[1])
    for (i = count > 1 ? 2 : 1; i <= count; i++) {
      reference = count > 1 ? part[1] " " part[i] : part[1]
      if (!known[reference]) { print place " " reference ": no such heading, row or item"; bad = 1 }
    }
  }
  END { exit bad }' || failed

# --- licence, traces ----------------------------------------------------------------------------

spdx='SPDX-License-Identifier: Apache-2.0'
for file in "${swift[@]}" "${c[@]}"; do
  [ "$file" = Package.swift ] || [ "$(head -n 1 "$file")" = "// $spdx" ] ||
    { echo "$file:1: the first line is not // $spdx"; failed; }
done
mapfile -t others < <(find openwrt linux -type f ! -name '*.json' | sort)
for file in Package.swift Makefile "${scripts[@]}" "${others[@]}"; do
  head -n 2 "$file" | grep -qxE "(#|//) $spdx" ||
    { echo "$file:1: no line $spdx"; failed; }
done

# What would tell where a file was written: this folder, the home folder, the mirrors in use.
traces=("$PWD/")
[ "${#HOME}" -gt 1 ] && traces+=("$HOME/")
mapfile -t mirrors < <(
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/pip.conf 2>/dev/null |
    grep -oE 'https?://[^/ "]+' | sed 's|.*[/@]||; s|:.*||' | grep -v 'debian\.org$' | sort -u)
patterns=()
for trace in "${traces[@]}" "${mirrors[@]}"; do patterns+=(-e "$trace"); done
git rev-parse --git-dir >/dev/null 2>&1 &&
  git grep --untracked -nIF "${patterns[@]}" -- . && failed

[ "$status" -eq 0 ] && echo "lint: ${#swift[@]} Swift files, ${#c[@]} C files: clean"
exit "$status"
