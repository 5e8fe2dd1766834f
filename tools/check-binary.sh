#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check-binary.sh FILE [BYTES [PIE]]: is FILE what we promise to ship? Static, stripped, small, without
# Unicode tables, and without anything of the machine it was built on; with PIE, at another address each time.
# FILE.symbols, when it lies beside it, is the same executable before stripping. SWIFT_BIN is the toolchain's folder.
set -u
file=$1
budget=${2:-840000}
pie=${3-}
failures=0

fail() {
  echo "$file: $*" >&2
  failures=$((failures + 1))
}

[ -x "$file" ] || { fail "no such executable"; exit 1; }

kind=$(file -bL "$file")
case $kind in *"statically linked"* | *"static-pie linked"*) ;; *) fail "not statically linked: $kind" ;; esac
case $kind in *", stripped"*) ;; *) fail "not stripped" ;; esac
readelf --dynamic --wide "$file" | grep -qwE 'NEEDED|TEXTREL' && fail "wants a loader"

readelf --sections --wide "$file" | grep -qE ' \.(eh_frame|comment|note|symtab)' &&
  fail "holds sections nothing reads at run time"

segments=$(readelf --program-headers --wide "$file")
grep -qE 'GNU_STACK.* RW +0' <<<"$segments" || fail "its stack may be executed"
grep -qE '^ *LOAD.* RWE ' <<<"$segments" && fail "holds what may be written and executed"
grep -qw INTERP <<<"$segments" && fail "wants a loader"
# One that runs at any address has tables that are filled at its start, and protected from then on.
case $kind in
  *static-pie*) grep -qw GNU_RELRO <<<"$segments" || fail "leaves its tables of addresses writable" ;;
  *) [ -z "$pie" ] || fail "is always at the same address: $kind" ;;
esac

bytes=$(stat -Lc %s "$file")
[ "$bytes" -le "$budget" ] || fail "$bytes bytes, more than $budget"

# Embedded Swift asks for these when a String is compared, hashed or cut by Character.
if [ -e "$file.symbols" ]; then
  unicode=$(readelf --symbols --wide "$file.symbols" | grep -oE ' _swift_stdlib_.*' | sort -u | head -n 3)
  [ -z "$unicode" ] || fail "Unicode tables are linked:" $unicode
  : "${SWIFT_BIN:=$(tools/cc.sh x86_64 --variables | sed -n 's/^SWIFT_BIN := //p')}"
  code=$(mktemp)
  trap 'rm -f "$code"' EXIT
  "$SWIFT_BIN/llvm-objdump" -d --no-show-raw-insn "$file.symbols" >"$code"
  wrong=$(awk -f tools/aligned.awk "$code") ||
    fail "takes an address for aligned: ${wrong:-nothing could be read of it}"
  # A canary lies between buffers and where a function returns to. By their names these are the half of them:
  # some 45 places in libcurl, 50 in mbedTLS, eight in our own C.
  for part in curl:20 mbedtls:20 csys:4; do
    guarded=$(awk -v PART="${part%:*}" '
      /^[0-9a-f]+ <[^.]/ { ours = tolower($2) ~ "^<" PART "_" }
      ours && /<__stack_chk_fail(_local)?>( @|$)/ { places++ }
      END { print places + 0 }' "$code")
    [ "$guarded" -ge "${part#*:}" ] ||
      fail "only $guarded places in ${part%:*}_... look whether the stack was overwritten"
  done
  # tools/order.txt is measured on this processor.
  case $kind in *x86-64*)
    symbols=$(readelf --symbols --wide "$file.symbols")
    gone=$(awk 'FNR == NR { sub(/\.[0-9]+$/, "", $8); known[$8]; next }
      !/^#/ { names++; if (!($1 in known)) gone++ }
      END { if (gone * 20 >= names) print gone + 0, "of", names }' - tools/order.txt <<<"$symbols")
    [ -z "$gone" ] || fail "tools/order.txt is old, $gone functions are gone: make order" ;;
  esac
fi

text=$(strings -a "$file")
contains() { grep -qF -e "$1" <<<"$text"; }
contains "cannot print value" && fail "interpolates a value Embedded Swift cannot print"
# mbedTLS knows the first line of a key file; a key has more lines.
grep -A1 'BEGIN .*PRIVATE KEY' <<<"$text" | grep -qE '^[A-Za-z0-9+/]{40,}' &&
  fail "holds a private key"
for folder in "$PWD" "${HOME:-/}"; do
  [ "$folder" = / ] || ! contains "$folder/" || fail "names a folder of the build machine: $folder"
done

[ "$failures" -eq 0 ] && echo "$file: $bytes bytes, static, stripped, clean"
exit $((failures > 0))
