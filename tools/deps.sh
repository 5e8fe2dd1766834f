#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the C libraries the programs link: mbedTLS, libcurl, cJSON.
#
#   tools/deps.sh ARCH    static libraries for the shipped programs, by tools/cc.sh ARCH
#   tools/deps.sh host    the same libraries for `swift build` and `swift test` (gcc)
#   tools/deps.sh asan    those under the address and undefined-behaviour sanitizers (tools/sanitize.sh)
#   tools/deps.sh fetch   only fetches what tools/deps.lock names
#   tools/deps.sh lock    fetches it, then writes versions and sums of what came to tools/deps.lock
#
# The result is build/deps/ARCH/{include,lib,.stamp}, and build/deps/sysroot/ARCH: the C library of
# that processor. All are Debian packages of the suites in tools/deps.lock (DEPS_SUITE: another for the
# sources), from the mirror this system already uses: the files whose sums are there, or, once the mirror has
# others, what apt's signatures vouch for. CURL_SRC= MBEDTLS_SRC= CJSON_SRC= name unpacked sources to use
# instead. DEPS_OUT= moves build/deps elsewhere.
# Needs: apt, dpkg-dev, make, bzip2; gcc for the host.

set -eu
unset MAKEFLAGS MAKEOVERRIDES # ARCH means something else to the makefiles of the libraries

root=$(cd "$(dirname "$0")/.." && pwd)
out=${DEPS_OUT:-$root/build/deps}
lock=$root/tools/deps.lock
settings=$root/tools/deps
jobs=$(nproc 2>/dev/null || echo 1)
packages='mbedtls curl cjson'
fast='bignum bignum_core ecp_curves' # files of mbedTLS
binaries='' sources=''
anew='' # fetch what the suites have today, whatever is locked

say() { printf 'deps: %s\n' "$*"; }
die() { printf 'deps: %s\n' "$*" >&2; exit 1; }

# run LOG COMMAND...: output goes to the log; its end is shown when the command fails.
run() {
  log=$out/$1.log
  shift
  "$@" >>"$log" 2>&1 && return
  tail -n 15 "$log" >&2
  die "failed: $1 (whole output: $log)"
}

. "$root/tools/fetch.sh"

# --- fetching -----------------------------------------------------------------------------------

source_override() {
  case $1 in
    mbedtls) printf %s "${MBEDTLS_SRC:-}" ;;
    curl) printf %s "${CURL_SRC:-}" ;;
    cjson) printf %s "${CJSON_SRC:-}" ;;
  esac
}

fetch_sources() {
  for package in $packages $sources; do
    [ -n "$anew" ] || [ -z "$(source_override "$package")$(tarball "$package")" ] || continue
    fetch_package deb-src "${DEPS_SUITE:-$(locked "$package" 2)}" amd64 "$package"
  done
}

# The C library of another processor, and the arithmetic it has no instruction for.
fetch_binaries() {
  for package in $binaries; do
    [ -z "$anew" ] && [ -n "$(debfile "$package")" ] ||
      fetch_package deb "$(locked "$package" 2)" "$(debian_name "$package")" "$package"
  done
}

# check NAME VERSION FILE: a file of the locked version must be the locked file; another version is
# only worth a word.
check() {
  [ -n "$3" ] || die "no file of $1 in $out"
  if [ "$(locked "$1" 3)" != "$2" ]; then
    say "notice: $1 $2 is not the version in tools/deps.lock ($(locked "$1" 3))"
  elif [ "$(locked "$1" 4)" != "$(sum "$3")" ]; then
    die "$3 does not match tools/deps.lock; remove it to fetch it again"
  fi
}

fetch() {
  fetch_sources
  fetch_binaries
}

verify() {
  for package in $packages $sources; do
    [ -n "$(source_override "$package")" ] ||
      check "$package" "$(source_version "$package")" "$(tarball "$package")"
  done
  for package in $binaries; do
    check "$package" "$(binary_version "$package")" "$(debfile "$package")"
  done
}

everything() {
  packages=$(awk '!/^#/ && $1 !~ /:|-cross$/ { print $1 }' "$lock")
  binaries=$(awk '!/^#/ && $1 ~ /:|-cross$/ { print $1 }' "$lock")
}

# row NAME VERSION FILE KIND ARCH: a line of tools/deps.lock.
row() {
  suite=$(locked "$1" 2)
  echo "$1 $suite $2 $(sum "$3") $(pool "$4" "$suite" "$5" "$1")/$(basename "$3")"
}

write_lock() {
  {
    sed -n '/^#/p' "$lock"
    for package in $packages; do
      row "$package" "$(source_version "$package")" "$(tarball "$package")" deb-src amd64
    done
    for package in $binaries; do
      row "$package" "$(binary_version "$package")" "$(debfile "$package")" deb "$(debian_name "$package")"
    done
  } >"$lock.new"
  mv "$lock.new" "$lock"
}

# --- building -----------------------------------------------------------------------------------

# unpack PACKAGE: a fresh copy of its source in $work/PACKAGE; a named source is left untouched.
unpack() {
  rm -rf "${work:?}/$1"
  mkdir -p "$work/$1"
  given=$(source_override "$1")
  if [ -n "$given" ]; then
    cp -R "$given/." "$work/$1"
  else
    tar -xf "$(tarball "$1")" -C "$work/$1" --strip-components=1
  fi
}

# edit SCRIPT FOLDER NAME: runs a sed script over the files of that name. Each of its lines has to change one, and
# each name of a long list has to be in one: what fits no longer, since the library is another, would be missed by
# nobody.
edit() {
  mkdir "$work/$1"
  for name in $(grep '^s' "$settings/$1" | grep -oE '\([A-Za-z0-9_|]{40,}\)' | tr '()|' ' '); do
    find "$2" -name "$3" -exec cat {} + | grep -E "(->|\.|STRING_)$name\b" >"$work/$1/names" ||
      die "tools/deps/$1: $name is in this version no more"
  done
  awk -v at="$work/$1/" '/^s/ { $0 = $0 "w " at NR } { print }' "$settings/$1" \
    >"$work/$1/script"
  find "$2" -name "$3" -exec sed -E -i -f "$work/$1/script" {} +
  for line in $(grep -n '^s' "$settings/$1" | cut -d: -f1); do
    [ -s "$work/$1/$line" ] || die "tools/deps/$1: line $line changes nothing in this version"
  done
}

# Our configuration takes the place of the library's own, so that every user of the headers sees
# the one the library was built with.
build_mbedtls() {
  unpack mbedtls
  cp "$settings/mbedtls_config.h" "$work/mbedtls/include/mbedtls/mbedtls_config.h"
  if [ -n "$for_host" ]; then
    cat "$settings/mbedtls_config_host.h" >>"$work/mbedtls/include/mbedtls/mbedtls_config.h"
  fi
  edit pk_wrap.sed "$work/mbedtls/library" pk_wrap.c
  run "$flavour" make -C "$work/mbedtls/library" -j"$jobs" static \
    CC="$CC" AR="$AR" ARFLAGS=rcs CFLAGS="$CFLAGS" WARNING_CFLAGS=-w
  # Elliptic curves are most of what an update costs: these few files are built for speed. They are
  # machine code at once, which the linker's optimizer, who is after size, leaves as it is.
  own='random small'
  if [ -z "$for_host" ]; then
    for file in $fast; do
      # shellcheck disable=SC2086
      run "$flavour" $CC $CFLAGS -O2 -fno-lto -ffunction-sections -fdata-sections -w \
        -I"$work/mbedtls/include" \
        -c "$work/mbedtls/library/$file.c" -o "$work/mbedtls/library/$file.o"
      run "$flavour" "$AR" rs "$work/mbedtls/library/libmbedcrypto.a" \
        "$work/mbedtls/library/$file.o"
    done
    own="$own memory"
  fi
  # What ours takes the place of.
  run "$flavour" "$AR" d "$work/mbedtls/library/libmbedcrypto.a" ctr_drbg.o entropy.o entropy_poll.o \
    rsa_alt_helpers.o
  for file in $own; do
    # shellcheck disable=SC2086
    run "$flavour" $CC $CFLAGS -I"$work/mbedtls/include" -c "$settings/$file.c" \
      -o "$work/mbedtls/$file.o"
    run "$flavour" "$AR" rs "$work/mbedtls/library/libmbedcrypto.a" "$work/mbedtls/$file.o"
  done
  cp "$work"/mbedtls/library/libmbed*.a "$prefix/lib/"
  cp -R "$work/mbedtls/include/mbedtls" "$work/mbedtls/include/psa" "$prefix/include/"
}

# The options and facts of libcurl that our own code names, and the types of facts, with | between them.
curl_names() {
  grep -ohE 'CURL(OPT|INFO)_[A-Z0-9_]+' "$root"/Sources/CCurl/*.c | sort -u | tr '\n' '|'
  echo 'CURLINFO_(STRING|LONG|DOUBLE|SLIST|SOCKET|OFF_T|PTR)'
}

build_curl() {
  unpack curl
  options=$(sed 's/#.*//' "$settings/curl.options")
  edit curl.sed "$work/curl/lib" '*.c'
  edit curl_tls.sed "$work/curl/lib/vtls" mbedtls.c
  # What programs cannot ask for, nothing has to answer.
  sed -E -i "s/\bcase ($(curl_names)):/used \1:/; s/\bcase CURL(OPT|INFO)_[A-Z0-9_]+://; s/\bused CURL/case CURL/" \
    "$work/curl/lib/setopt.c" "$work/curl/lib/getinfo.c"
  edit curl_trc.sed "$work/curl/lib" curl_trc.h
  # $options is a list of words.
  # shellcheck disable=SC2086
  # alarm: its time-out would jump out of a look-up of names, of which there are none.
  # build: who names it gets nothing run that was built. Whether that works, and what comes of it, would depend on
  # the machine, and for another processor on QEMU.
  (cd "$work/curl" && run "$flavour" env curl_disallow_alarm=yes ./configure --quiet \
    ${TARGET:+--build="$(./config.guess)" --host="$TARGET"} \
    --prefix="$prefix" CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$CFLAGS" \
    CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib" --with-mbedtls="$prefix" $options)
  [ -n "$for_host" ] || ! grep -q ': ./conftest$' "$work/curl/config.log" || die "curl's configure ran what it built"
  run "$flavour" make -C "$work/curl/lib" -j"$jobs" V=0 libcurl.la
  cp "$work/curl/lib/.libs/libcurl.a" "$prefix/lib/"
  # What no request reaches is left out, though libcurl's configure has no switch for it.
  for part in socks x509asn1 cipher_suite cf-https-connect cf-haproxy vtls_scache multi_ev parsedate; do
    run "$flavour" "$AR" d "$prefix/lib/libcurl.a" "libcurl_la-$part.o"
  done
  # shellcheck disable=SC2086
  run "$flavour" $CC $CFLAGS -DHAVE_CONFIG_H -DBUILDING_LIBCURL -DCURL_STATICLIB \
    -I"$work/curl/lib" -I"$work/curl/include" -I"$prefix/include" -c "$settings/curl_unused.c" \
    -o "$work/curl/curl_unused.o"
  run "$flavour" "$AR" rs "$prefix/lib/libcurl.a" "$work/curl/curl_unused.o"
  cp -R "$work/curl/include/curl" "$prefix/include/"
}

build_cjson() {
  unpack cjson
  # shellcheck disable=SC2086
  run "$flavour" $CC $CFLAGS -DCJSON_HIDE_SYMBOLS -DCJSON_NESTING_LIMIT=32 -Dstrtod=cjson_strtod \
    -c "$work/cjson/cJSON.c" -o "$work/cjson/cJSON.o"
  run "$flavour" "$AR" rcs "$prefix/lib/libcjson.a" "$work/cjson/cJSON.o"
  mkdir -p "$prefix/include/cjson"
  cp "$work/cjson/cJSON.h" "$prefix/include/cjson/"
}

# The C library for tools/cc.sh.
make_sysroot() {
  [ -n "$binaries$sources" ] || return 0
  rm -rf "$sysroot"
  mkdir -p "$sysroot"
  for package in $binaries; do dpkg-deb -x "$(debfile "$package")" "$sysroot"; done
  for package in $sources; do "build_$package"; done
}

# Only what a static executable needs, and the arithmetic that is missing.
build_musl() {
  unpack musl
  name=${TARGET%%-*}-linux-musl
  (cd "$work/musl" && run "$flavour" ./configure --target="$name" --disable-shared \
    --prefix="$sysroot/usr" --includedir="$sysroot/usr/include/$name" --libdir="$sysroot/usr/lib/$name" \
    CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS=-Os)
  run "$flavour" make -C "$work/musl" -j"$jobs" install-headers \
    "$sysroot/usr/lib/$name/libc.a" "$sysroot/usr/lib/$name/crt1.o" "$start" \
    "$sysroot/usr/lib/$name/crti.o" "$sysroot/usr/lib/$name/crtn.o"
  [ -z "$builtins" ] || return 0
  run "$flavour" $CC -Os -ffunction-sections -c "$settings/arithmetic.c" -o "$work/arithmetic.o"
  run "$flavour" "$AR" rs "$sysroot/usr/lib/$name/libc.a" "$work/arithmetic.o"
}

# What the result depends on: the stamp holds it.
fingerprint() {
  echo "$CFLAGS"
  # The compiler, and what it is called with.
  [ "$flavour" = host ] || $CC -### -c -x c /dev/null 2>&1
  for package in $packages $sources; do
    echo "$package $(source_override "$package") $(basename "$(tarball "$package")")"
  done
  for package in $binaries; do basename "$(debfile "$package")"; done
  cat "$settings"/* "$root/tools/deps.sh"
  curl_names
}

build() {
  flavour=$1
  prefix=$out/$flavour.new
  work=$out/work/$flavour
  for_host=''
  case $flavour in host | asan) for_host=1 ;; esac
  if [ -n "$for_host" ]; then
    CC=gcc AR=ar RANLIB=ranlib
    CFLAGS="-O1 -g -fPIC ${CFLAGS:-}"
    if [ "$flavour" = asan ]; then
      CC=$("$root/tools/cc.sh" x86_64 --variables | sed -n 's/^SWIFT_BIN := //p')/clang
      CFLAGS="$CFLAGS $("$root/tools/sanitize.sh" --flags)"
      export ASAN_OPTIONS=detect_leaks=0 # what configure tries
    fi
  else
    # Optimized as one program, together with ours, when it is linked. curl's configure does not
    # know -Oz, and would add -O2 if it did not see -Os.
    variables=$("$root/tools/cc.sh" "$flavour" --variables)
    SWIFT_BIN=$(echo "$variables" | sed -n 's/^SWIFT_BIN := //p')
    TARGET=$(echo "$variables" | sed -n 's/^TARGET := //p')
    binaries=$(echo "$variables" | sed -n 's/^PACKAGES := //p')
    sources=$(echo "$variables" | sed -n 's/^SOURCES := //p')
    builtins=$(echo "$variables" | sed -n 's/^BUILTINS := //p')
    start=$(echo "$variables" | sed -n 's/^CRT_BEGIN := \([^ ]*\) .*/\1/p')
    sysroot=$out/sysroot/$flavour
    export SWIFT_BIN
    CC="$root/tools/cc.sh $flavour" AR=$SWIFT_BIN/llvm-ar RANLIB=$SWIFT_BIN/llvm-ranlib
    CFLAGS="-Os -Oz -flto ${CFLAGS:-}"
  fi
  command -v "${CC%% *}" >/dev/null || die "no ${CC%% *} here (Debian: gcc)"

  alone fetch
  fetch
  verify
  alone "$flavour"
  stamp=$(fingerprint | sha256sum | cut -d' ' -f1)
  [ "$(cat "$out/$flavour/.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  say "building $packages for $flavour"
  rm -rf "$prefix" "$work"
  mkdir -p "$prefix/include" "$prefix/lib" "$work"
  : >"$out/$flavour.log"
  make_sysroot
  build_mbedtls
  build_curl
  build_cjson
  echo "$stamp" >"$prefix/.stamp"
  rm -rf "$work" "${out:?}/$flavour"
  mv "$prefix" "$out/$flavour"
  say "$flavour is ready in $out/$flavour"
}

# alone WHAT: two at once would fetch into the same place, or build the same libraries.
alone() {
  exec 9>"$out/.lock.$1"
  flock 9
}

mkdir -p "$out"
case ${1:-} in
  '' | -*) die "usage: tools/deps.sh ARCH|host|asan|fetch|lock" ;;
  fetch) alone fetch && everything && fetch && verify ;;
  lock) anew=1 && alone fetch && everything && fetch && write_lock ;;
  *) build "$1" ;;
esac
