#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cc.sh ARCH ARGUMENT...   the C compiler for a router's processor, with musl and nothing of this machine
# cc.sh ARCH --variables   what the Makefile has to know of that processor
#
# It is the clang of the Swift toolchain, whose linker optimizes C and Swift as one program. SWIFT_BIN names
# the toolchain's folder of programs, so that swiftc need not be asked for it each time.
set -eu
arch=$1
shift
: "${SWIFT_BIN:=$("${SWIFTC:-swiftc}" -print-target-info |
  sed -n 's|.*"runtimeResourcePath": "\(.*\)/lib/swift.*"|\1/bin|p')}"
clang=$SWIFT_BIN/clang
[ -x "$clang" ] || { echo "cc.sh: no clang beside swiftc, in $SWIFT_BIN" >&2; exit 1; }

# swift     the triple swiftc compiles for; what it emits is LLVM's intermediate language
# target    the triple that becomes code
# builtins  the arithmetic the processor has no instruction for
case $arch in
  x86_64)
    swift=x86_64-unknown-linux-gnu target=x86_64-unknown-linux-musl
    include=/usr/include/x86_64-linux-musl lib=/usr/lib/x86_64-linux-musl
    builtins=$("$clang" --target=$swift --rtlib=compiler-rt -print-libgcc-file-name)
    ;;
  *)
    echo "cc.sh: $arch: only x86_64 is built so far" >&2
    exit 1
    ;;
esac

if [ "${1-}" = --variables ]; then
  printf '%s := %s\n' SWIFT_BIN "$SWIFT_BIN" SWIFT_TARGET "$swift" TARGET "$target" \
    CRT_BEGIN "$lib/crt1.o $lib/crti.o" CRT_END "$lib/libc.a $builtins $lib/crtn.o"
  exit
fi

# No code here unwinds a stack, and its tables would be a tenth of the executable.
set -- --target="$target" -fno-pic -fno-unwind-tables -fno-asynchronous-unwind-tables \
  -nostdlibinc -isystem "$include" "$@"
for argument in "$@"; do
  case $argument in -c | -E | -S | -M | -MM) exec "$clang" "$@" ;; esac
done
exec "$clang" -nostdlib -static -no-pie -fuse-ld=lld "$lib/crt1.o" "$lib/crti.o" "$@" \
  "$lib/libc.a" "$builtins" "$lib/crtn.o"
