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

# What is known of a processor, and where:
#   swift     the triple swiftc compiles for; what it emits is LLVM's intermediate language
#   options   more for swiftc
#   ir        scripts of sed that make it the language of `target`
#   target    the triple that becomes code
#   flags     what clang has to know beside it
#   link      the same for the linker, which makes the code
#   pie       whether the executable runs at any address, which the kernel then chooses anew each time
#   outline   where tools/outline.awk makes that smaller, which knows x86_64
#   packages  Debian's, with the C library and the arithmetic the processor has no instruction for,
#   musl, gnu the names of their folders in them; without gnu that arithmetic is
#   builtins  in this library, or else in the C library
#   sources   the same as packages, to be built here
#   emulator  what runs it on another machine
#   budget    the bytes the executable may have
options='' flags='' pie='' outline='' packages='' sources='' builtins='' emulator='' ir=tools/ir.sed
outliner='-mllvm -enable-machine-outliner=always'
case $arch in
  x86_64)
    swift=x86_64-unknown-linux-gnu target=x86_64-unknown-linux-musl
    ir="$ir tools/ir-preserve.sed"
    # Two conditions are two branches, if the second costs anything.
    link="$outliner -mllvm -machine-outliner-reruns=3 -mllvm -x86-br-merging-base-cost=0"
    outline='callq jmp' pie=yes
    # Debian's C library would do, too, but is built for speed: 10,200 bytes.
    sources=musl musl=x86_64-linux-musl gnu=
    builtins=$("$clang" --target="$swift" --rtlib=compiler-rt -print-libgcc-file-name)
    budget=900000
    ;;
  aarch64)
    swift=aarch64-none-none-elf target=aarch64-unknown-linux-musl
    ir="$ir tools/ir-preserve.sed"
    link="$outliner -mllvm -machine-outliner-reruns=3" pie=yes
    packages='musl-dev:arm64 libgcc-14-dev-arm64-cross' emulator=qemu-aarch64
    musl=aarch64-linux-musl gnu=aarch64-linux-gnu
    budget=890000
    ;;
  armv7 | armv6)
    # Soft-float, so that the code runs on each of them, whatever it has for floating point.
    swift=$arch-none-none-eabi target=$arch-unknown-linux-musleabi
    options='-Xcc -mfpu=none -Xcc -fno-short-enums'
    flags='-mfloat-abi=soft -mfpu=none'
    # No reruns of the outliner: the code they make here calls without saving where to return to.
    link=$outliner
    packages='musl-dev:armel libgcc-14-dev-armel-cross' emulator=qemu-arm
    musl=arm-linux-musleabi gnu=arm-linux-gnueabi
    ir="$ir tools/ir-thumb.sed"
    case $arch in
      armv7) flags="$flags -march=armv7-a -mthumb" pie=yes budget=742000 ;;
      armv6) flags="$flags -march=armv6 -mthumb" pie=yes budget=794000 ;;
    esac
    ;;
  riscv64)
    swift=riscv64-none-none-eabi target=riscv64-unknown-linux-musl
    flags='-march=rv64gc -mabi=lp64d' ir="$ir tools/ir-riscv.sed"
    link=$outliner pie=yes
    packages='musl-dev:riscv64 libgcc-14-dev-riscv64-cross' emulator=qemu-riscv64
    musl=riscv64-linux-musl gnu=riscv64-linux-gnu
    budget=770000
    ;;
  mipsel)
    # Embedded Swift does not know MIPS; what it emits for RISC-V has the same sizes and byte order.
    # Code for any address would be a fifth larger: each call of it goes by a table (-mabicalls).
    # Debian's C library wants floating point, which these routers do not have: it is built anew.
    swift=riscv32-none-none-eabi target=mipsel-unknown-linux-musl
    ir="$ir tools/ir-mipsel.sed"
    flags='-march=mips32r2 -msoft-float -mno-abicalls -mno-gpopt'
    link='-mllvm -mcpu=mips32r2 -mllvm -mattr=+soft-float,+noabicalls'
    sources=musl emulator=qemu-mipsel
    musl=mipsel-linux-musl gnu=
    budget=1303000
    ;;
  *)
    echo "cc.sh: $arch: not one of x86_64 aarch64 armv7 armv6 riscv64 mipsel" >&2
    exit 64
    ;;
esac

# Where the C library is that tools/deps.sh has unpacked.
sysroot=${DEPS_OUT:-$(cd "$(dirname "$0")/.." && pwd)/build/deps}/sysroot/$arch
include=$sysroot/usr/include/$musl lib=$sysroot/usr/lib/$musl
[ -z "$gnu" ] || builtins=$sysroot/usr/lib/gcc-cross/$gnu/14/libgcc.a

# Its addresses are packed: as a list they would be 30 KB. What is filled with them at the start, and only read
# from then on, is protected by Sources/CSystem/relro.c.
position=-fno-pic crt=crt1.o layout='-z norelro'
[ -z "$pie" ] || position=-fpie crt=rcrt1.o layout='-pie -z relro -z pack-relative-relocs'

if [ "${1-}" = --variables ]; then
  printf '%s := %s\n' SWIFT_BIN "$SWIFT_BIN" SWIFT_TARGET "$swift" SWIFT_OPTIONS "$options" \
    IR_SCRIPTS "$ir" TARGET "$target" TARGET_FLAGS "$flags" LINK_FLAGS "$link" LAYOUT "$layout" OUTLINE "$outline" \
    CRT_BEGIN "$lib/$crt $lib/crti.o" CRT_END "$lib/libc.a $builtins $lib/crtn.o" \
    BUILTINS "$builtins" PACKAGES "$packages" SOURCES "$sources" EMULATOR "$emulator" BUDGET "$budget"
  exit
fi

# No code here unwinds a stack, and its tables would be a tenth of the executable.
# shellcheck disable=SC2086
set -- --target="$target" $flags $position -fstack-protector-strong \
  -fno-unwind-tables -fno-asynchronous-unwind-tables -nostdlibinc -isystem "$include" "$@"
for argument in "$@"; do
  case $argument in -c | -E | -S | -M | -MM) exec "$clang" "$@" ;; esac
done
# shellcheck disable=SC2086
exec "$clang" -nostdlib -static -no-pie -fuse-ld=lld "$lib/crt1.o" "$lib/crti.o" "$@" \
  "$lib/libc.a" $builtins "$lib/crtn.o"
