#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# selftest.sh   tries what rewrites, measures and checks the executable: tools/outline.awk, order.awk,
#               size.py, aligned.awk, check-binary.sh; and what fetches the libraries, fetch.sh
#
# The outliner reads assembly of which one line too many in a function is a crash on some router. So there are
# functions it must leave alone, to the letter (keep_...), some it must find (change_...), and a program
# that has to say the same afterwards.
set -eu -o pipefail
cd "$(dirname "$0")/.."
fixtures=Tests/Fixtures/tools
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
: "${SWIFT_BIN:=$(tools/cc.sh x86_64 --variables | sed -n 's/^SWIFT_BIN := //p')}"
failures=0
fail() {
  echo "selftest: $*" >&2
  failures=$((failures + 1))
}

# --- outline.awk --------------------------------------------------------------------------------

outline() { awk -v AT="$1" -f tools/outline.awk "$2" "$3"; }
# The lines of a function, without what says why it is there.
body() { awk -v name="$1:" '/^[a-z]/ { on = index($0, name) == 1; next } on { sub(/ *#.*/, ""); print }' "$2"; }

echo 'keep_often often' >"$scratch/order"
: >"$scratch/none"
for case in 'callq keep' 'jmp ends'; do
  read -r at file <<<"$case"
  outline "$at" "$scratch/order" "$fixtures/$file.s" >"$scratch/$file.s"
  "$SWIFT_BIN/clang" --target=x86_64-linux-musl -c "$scratch/$file.s" -o "$scratch/$file.o" ||
    fail "$file.s: what comes out is no assembly"
  for name in $(sed -n 's/^\([a-z_.0-9]*\):.*/\1/p' "$fixtures/$file.s"); do
    before=$(body "$name" "$fixtures/$file.s") after=$(body "$name" "$scratch/$file.s")
    case $name in
      keep_*) [ "$before" = "$after" ] || fail "$file.s: $name is not what it was:" "$after" ;;
      *) [ "$before" != "$after" ] || fail "$file.s: $name is what it was" ;;
    esac
  done
done
# The address of a new function's return is on the stack, and what the others see there is 8 bytes further.
grep -q 'leaq	32(%rsp), %rdx' "$scratch/keep.s" || fail 'keep.s: nothing counts from the stack as it is then'
grep -q -- '-8(%rsp)' "$scratch/ends.s" || fail 'ends.s: a jump moves the stack'

for options in '-Oz -no-pie' '-O1 -no-pie' '-O2 -no-pie' '-Oz -pie' '-O2 -pie'; do
  read -r level position <<<"$options"
  "$SWIFT_BIN/clang" --target="$(uname -m)-linux-gnu" "$level" "-f${position#-}" -fstack-protector-all -fno-addrsig \
    -fno-asynchronous-unwind-tables -mllvm -enable-machine-outliner=never \
    -S "$fixtures/program.c" -o "$scratch/program.s"
  outline callq "$scratch/none" "$scratch/program.s" >"$scratch/calls.s"
  outline jmp "$scratch/none" "$scratch/calls.s" >"$scratch/both.s"
  grep -q '^repeated_callq:' "$scratch/both.s" || fail "$options: nothing is repeated"
  for part in program both; do
    gcc "$position" "$scratch/$part.s" -o "$scratch/$part"
    "$scratch/$part" >"$scratch/$part.out" || fail "$options: $part ended with $?"
  done
  cmp -s "$scratch/program.out" "$scratch/both.out" || fail "$options: the program says something else"
done

# --- order.awk ----------------------------------------------------------------------------------

printf '%s\n' '# what runs' second 'first often' gone >"$scratch/order"
cat >"$scratch/listing" <<'EOF'
SYMBOL TABLE:
0000000000000000 l     F .text.first.7	000000000000004c first.7
0000000000000000 l     F .text.first.12	000000000000004c .hidden first.12
0000000000000000 g     F .text.second	000000000000004c second
0000000000000000 l     O .data.first.9	0000000000000008 first.9
RELOCATION RECORDS FOR [.text.first.7]:
0000000000000001 R_X86_64_PLT32 .text.OUTLINED_FUNCTION_3-0x4
EOF
placed=$(echo $(awk -f tools/order.awk "$scratch/order" "$scratch/listing"))
[ "$placed" = 'second first first.7 OUTLINED_FUNCTION_3 first.12 gone' ] || fail "order.awk: $placed"

# --- size.py ------------------------------------------------------------------------------------

echo 'int part(int a) { return a * 77; } const char table[5000] = "x";' >"$scratch/part.c"
echo 'int part(int a); extern const char table[]; void _start(void) { for (;;) part(table[4]); }' >"$scratch/main.c"
for name in part main; do
  "$SWIFT_BIN/clang" --target=x86_64-linux-musl -O1 -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
    -c "$scratch/$name.c" -o "$scratch/$name.o"
done
mkdir "$scratch/Main"
mv "$scratch/main.o" "$scratch/Main/main.o"
"$SWIFT_BIN/llvm-ar" rcs "$scratch/libpart.a" "$scratch/part.o"
"$SWIFT_BIN/ld.lld" -static -z noseparate-code --build-id=none -Map="$scratch/tiny.map" -o "$scratch/tiny.symbols" \
  "$scratch/Main/main.o" "$scratch/libpart.a"
"$SWIFT_BIN/llvm-objcopy" --strip-all "$scratch/tiny.symbols" "$scratch/tiny"
size() { tools/size.py "$scratch/tiny" "$1" "$SWIFT_BIN" "$scratch/Main/main.o" "$scratch/libpart.a"; }

bytes=$(stat -c %s "$scratch/tiny")
size "$bytes" >"$scratch/sizes" || fail 'size.py: a file of the budget is too large'
awk -v bytes="$bytes" '$2 == "libpart" && $1 > 5000 { part = 1 } $2 == "Main" { main = 1 }
  /tiny, of/ { total = $1 == bytes } !/^         / && !/tiny, of/ { sum += $1 }
  END { exit !(part && main && total && sum == bytes) }' "$scratch/sizes" || fail 'size.py says:' "$(cat "$scratch/sizes")"
! size $((bytes - 1)) >"$scratch/sizes" 2>&1 && grep -q '1 bytes too large' "$scratch/sizes" ||
  fail 'size.py: a byte over the budget is no failure'
sed -i '/libpart/s/^\( *[0-9a-f]* *[0-9a-f]* *\)[0-9a-f]*/\1ffffff/' "$scratch/tiny.map"
! size "$bytes" >/dev/null 2>&1 || fail 'size.py: a map that does not add up is no failure'

# --- aligned.awk --------------------------------------------------------------------------------

# Whoever believes in an even address may write this; then the linker places it, there or elsewhere.
echo 'extern const char text[]; void take(unsigned long);
void _start(void) { take((unsigned long)text | 1); }' >"$scratch/even.c"
for target in x86_64-linux-musl aarch64-linux-musl 'armv7-linux-musleabi -mthumb' 'armv6-linux-musleabi -mthumb' \
  riscv64-linux-musl 'mipsel-linux-musl -mno-abicalls'; do
  # shellcheck disable=SC2086
  "$SWIFT_BIN/clang" --target=$target -Oz -fno-pic -c "$scratch/even.c" -o "$scratch/even.o"
  for address in 0x210002 0x210003; do
    "$SWIFT_BIN/ld.lld" -static -e _start --defsym=text=$address --defsym=take=0x220000 --no-warnings \
      -o "$scratch/even" "$scratch/even.o"
    "$SWIFT_BIN/llvm-objdump" -d --no-show-raw-insn "$scratch/even" >"$scratch/even.s"
    awk -f tools/aligned.awk "$scratch/even.s" >"$scratch/faults" && found=0x210002 || found=0x210003
    [ $address = $found ] || fail "aligned.awk: $target, $address | 1:" "$(cat "$scratch/faults" "$scratch/even.s")"
  done
done
cp "$scratch/even" "$scratch/even.symbols"
tools/check-binary.sh "$scratch/even" 1000000 -pie >"$scratch/faults" 2>&1 || true
for fault in 'takes an address for aligned' 'only 0 places in curl_' 'is always at the same address' 'not stripped'; do
  grep -q "$fault" "$scratch/faults" || fail "check-binary.sh does not say: $fault"
done
tools/check-binary.sh "$scratch/tiny" 1000000 >"$scratch/faults" 2>&1 || true
grep -q 'tools/order.txt is old, [1-9]' "$scratch/faults" || fail 'check-binary.sh takes any tools/order.txt'

# Canaries are counted whatever labels a processor's functions have within.
{
  echo 'long __stack_chk_guard; void __stack_chk_fail(void) { for (;;); } void take(char *); void _start(void) { for (;;); }'
  for name in curl_{1..20} mbedtls_{1..20} csys_{1..4}; do echo "void $name(void) { char text[64]; take(text); }"; done
} >"$scratch/canary.c"
for target in x86_64-linux-musl aarch64-linux-musl 'riscv64-linux-musl -mcmodel=medany'; do
  # shellcheck disable=SC2086
  "$SWIFT_BIN/clang" --target=$target -Oz -fno-pic -fstack-protector-all -c "$scratch/canary.c" -o "$scratch/canary.o"
  "$SWIFT_BIN/ld.lld" -static -e _start --defsym=take=0x220000 --no-warnings -o "$scratch/canary.symbols" "$scratch/canary.o"
  "$SWIFT_BIN/llvm-objcopy" --strip-all "$scratch/canary.symbols" "$scratch/canary"
  tools/check-binary.sh "$scratch/canary" 1000000 >"$scratch/faults" 2>&1 || true
  ! grep 'places in' "$scratch/faults" || fail "check-binary.sh misses canaries of $target"
done

# --- fetch.sh -----------------------------------------------------------------------------------

# fetched NAME: fetches what $scratch/lock says of it, from a mirror without any lists, or with lists of another day,
# which is the same to apt.
fetched() (
  out=$scratch/fetched lock=$scratch/lock anew=''
  say() { :; }
  die() { echo "$*"; exit 1; }
  run() { shift; "$@" >/dev/null 2>&1 || die 'the lists are missing'; }
  # shellcheck source=tools/fetch.sh
  . tools/fetch.sh
  mirror() { echo "[signed-by=/none] copy:$scratch/mirror/"; }
  fetch_package deb trixie arm64 "$1" && cmp "$(debfile "$1")" "$scratch/mirror/pool/$(locked "$1" 5)"
)
mkdir -p "$scratch/mirror/pool/main" "$scratch/fetched"
for name in same other; do
  echo "$name" >"$scratch/mirror/pool/main/${name}_1_arm64.deb"
  echo "$name:arm64 trixie 1 $(echo same | sha256sum | cut -d ' ' -f 1) main/${name}_1_arm64.deb"
done >"$scratch/lock"
echo "gone:arm64 trixie 1 $(echo same | sha256sum | cut -d ' ' -f 1) main/gone_1_arm64.deb" >>"$scratch/lock"
fetched same:arm64 || fail "fetch.sh: the file that is locked needs no lists"
for name in other gone; do
  said=$(fetched "$name:arm64" || true)
  [ "$said" = 'the lists are missing' ] || fail "fetch.sh: $name is a matter for the lists: $said"
done
[ "$(ls "$scratch/fetched/debs")" = same_1_arm64.deb ] || fail 'fetch.sh leaves files that are not those of the lock'

[ "$failures" -eq 0 ] && echo 'selftest: outline.awk, order.awk, size.py, aligned.awk, check-binary.sh, fetch.sh: ok'
exit $((failures > 0))
