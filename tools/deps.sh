#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the C libraries the programs link: mbedTLS, libcurl, cJSON.
#
#   tools/deps.sh ARCH    static libraries for the shipped programs, by tools/cc.sh ARCH
#   tools/deps.sh host    the same libraries for `swift build` and `swift test` (gcc)
#   tools/deps.sh fetch   only fetches the sources
#   tools/deps.sh lock    fetches, then writes what was fetched to tools/deps.lock
#
# The result is build/deps/ARCH/{include,lib,.stamp}. Sources are the Debian source packages of
# the suite in DEPS_SUITE (default: testing), from the mirror this system already uses, with apt's
# own signature check. CURL_SRC= MBEDTLS_SRC= CJSON_SRC= name unpacked sources to use instead.
# DEPS_OUT= moves build/deps elsewhere. Needs: apt, dpkg-dev, make, bzip2; gcc for the host.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
out=${DEPS_OUT:-$root/build/deps}
lock=$root/tools/deps.lock
settings=$root/tools/deps
suite=${DEPS_SUITE:-testing}
jobs=$(nproc 2>/dev/null || echo 1)
packages='mbedtls curl cjson'
fast='bignum bignum_core ecp_curves' # files of mbedTLS

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

# --- fetching -----------------------------------------------------------------------------------

# Prints the system's Debian entry as a one-line source entry for $suite.
source_entry() {
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk -v suite="$suite" '
      tolower($1) == "uris:" { uri = $2 }
      tolower($1) == "suites:" { suites = $0 }
      tolower($1) == "signed-by:" { key = $2 }
      tolower($1) == "enabled:" && tolower($2) == "no" { off = 1 }
      /^[ \t]*$/ { finish() }
      END { finish() }
      # The main archive, not the security one: its updates go into other suites.
      function finish() {
        if (!done && !off && uri ~ /debian\/?$/ && suites !~ /-security/) {
          option = key ~ /^\// ? "[signed-by=" key "] " : ""
          print "deb-src " option uri " " suite " main"
          done = 1
        }
        uri = suites = key = ""; off = 0
      }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    mirror='\(\[[^]]*\] \)\{0,1\}\([^ ]*/debian/\{0,1\}\)'
    sed -n "s|^deb $mirror .*|deb-src \1\2 $suite main|p" "$file"
  done
}

# isolated COMMAND ARGS...: apt that knows only our one entry and leaves the system's state alone.
# A mirror may be frozen; which files are right is in deps.lock, not a matter of their date.
isolated() {
  command=$1
  shift
  "$command" \
    -o Dir::Etc::sourcelist="$out/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$out/apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$out/apt/cache" \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

# The original tarball of a package, empty when there is none.
tarball() {
  find "$out/src" -maxdepth 1 -name "$1_*.orig.tar.*" ! -name '*.asc' 2>/dev/null | sort | tail -n 1
}

# The version in the name of a tarball: NAME_VERSION.orig.tar.xz, without a "+dfsg" mark.
tarball_version() {
  basename "$1" | sed 's/^[^_]*_//; s/\.orig\.tar\..*//; s/+.*//; s/~.*//'
}

source_override() {
  case $1 in
    mbedtls) printf %s "${MBEDTLS_SRC:-}" ;;
    curl) printf %s "${CURL_SRC:-}" ;;
    cjson) printf %s "${CJSON_SRC:-}" ;;
  esac
}

fetch() {
  missing=
  for package in $packages; do
    [ -n "$(source_override "$package")" ] || [ -n "$(tarball "$package")" ] ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    die "no apt-get here: set MBEDTLS_SRC, CURL_SRC and CJSON_SRC to unpacked sources"
  say "fetching$missing ($suite)"
  mkdir -p "$out/apt/state/lists/partial" "$out/apt/cache/archives/partial" "$out/src"
  source_entry | sed -n 1p >"$out/apt/sources.list"
  [ -s "$out/apt/sources.list" ] || die "no Debian mirror found below /etc/apt"
  : >"$out/fetch.log"
  run fetch isolated apt-get update
  # apt-get writes into the current folder. $missing is a list of words.
  # shellcheck disable=SC2086
  (cd "$out/src" && run fetch isolated apt-get source --download-only $missing)
}

# A tarball of the locked version must be the locked file; another version is only worth a word.
verify() {
  for package in $packages; do
    [ -z "$(source_override "$package")" ] || continue
    file=$(tarball "$package")
    [ -n "$file" ] || die "no source tarball of $package in $out/src"
    version=$(tarball_version "$file")
    locked=$(awk -v name="$package" '$1 == name { print $2, $3 }' "$lock")
    if [ "${locked%% *}" != "$version" ]; then
      say "notice: $package $version is not the version in tools/deps.lock (${locked%% *})"
    elif [ "${locked##* }" != "$(sha256sum "$file" | cut -d' ' -f1)" ]; then
      die "$file does not match tools/deps.lock; remove it to fetch it again"
    fi
  done
}

write_lock() {
  {
    echo '# Sources the libraries are built from: name, version, SHA-256 of the original tarball.'
    for package in $packages; do
      file=$(tarball "$package")
      printf '%s %s %s\n' "$package" "$(tarball_version "$file")" \
        "$(sha256sum "$file" | cut -d' ' -f1)"
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

# Our configuration takes the place of the library's own, so that every user of the headers sees
# the one the library was built with.
build_mbedtls() {
  unpack mbedtls
  cp "$settings/mbedtls_config.h" "$work/mbedtls/include/mbedtls/mbedtls_config.h"
  if [ "$flavour" = host ]; then
    cat "$settings/mbedtls_config_host.h" >>"$work/mbedtls/include/mbedtls/mbedtls_config.h"
  fi
  # A client without a key of its own signs, decrypts and encrypts nothing with RSA or ECDSA: without
  # these entries of its tables the linker drops what they would call.
  sed -i 's/\.\(sign\|decrypt\|encrypt\|check_pair\)_func = [a-z_]*,/.\1_func = NULL,/' \
    "$work/mbedtls/library/pk_wrap.c"
  run "$flavour" make -C "$work/mbedtls/library" -j"$jobs" static \
    CC="$CC" AR="$AR" ARFLAGS=rcs CFLAGS="$CFLAGS" WARNING_CFLAGS=-w
  # Elliptic curves are most of what an update costs: these few files are built for speed. They are
  # machine code at once, which the linker's optimizer, who is after size, leaves as it is.
  own='random small'
  if [ "$flavour" != host ]; then
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

build_curl() {
  unpack curl
  options=$(sed 's/#.*//' "$settings/curl.options")
  # $options is a list of words.
  # shellcheck disable=SC2086
  # alarm: its time-out would jump out of a look-up of names, of which there are none.
  (cd "$work/curl" && run "$flavour" env ac_cv_func_alarm=no ./configure --quiet ${TARGET:+--host="$TARGET"} \
    --prefix="$prefix" CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="$CFLAGS" \
    CPPFLAGS="-I$prefix/include" LDFLAGS="-L$prefix/lib" --with-mbedtls="$prefix" $options)
  run "$flavour" make -C "$work/curl/lib" -j"$jobs" V=0 libcurl.la
  cp "$work/curl/lib/.libs/libcurl.a" "$prefix/lib/"
  # What no request reaches is left out, though libcurl's configure has no switch for it.
  for part in socks x509asn1 cipher_suite cf-https-connect cf-haproxy vtls_scache multi_ev; do
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

# What the result depends on: the stamp holds it.
fingerprint() {
  echo "$CFLAGS"
  [ "$flavour" = host ] || { cat "$root/tools/cc.sh"; "$SWIFT_BIN/clang" --version | head -n 1; }
  for package in $packages; do
    echo "$package $(source_override "$package") $(basename "$(tarball "$package")")"
  done
  cat "$settings"/* "$root/tools/deps.sh"
}

build() {
  flavour=$1
  prefix=$out/$flavour.new
  work=$out/work/$flavour
  if [ "$flavour" = host ]; then
    CC=gcc AR=ar RANLIB=ranlib
    CFLAGS="-O1 -g -fPIC ${CFLAGS:-}"
  else
    # Optimized as one program, together with ours, when it is linked. curl's configure does not
    # know -Oz, and would add -O2 if it did not see -Os.
    variables=$("$root/tools/cc.sh" "$flavour" --variables)
    SWIFT_BIN=$(echo "$variables" | sed -n 's/^SWIFT_BIN := //p')
    TARGET=$(echo "$variables" | sed -n 's/^TARGET := //p')
    export SWIFT_BIN
    CC="$root/tools/cc.sh $flavour" AR=$SWIFT_BIN/llvm-ar RANLIB=$SWIFT_BIN/llvm-ranlib
    CFLAGS="-Os -Oz -flto ${CFLAGS:-}"
  fi
  command -v "${CC%% *}" >/dev/null || die "no ${CC%% *} here (Debian: gcc)"

  fetch
  verify
  stamp=$(fingerprint | sha256sum | cut -d' ' -f1)
  [ "$(cat "$out/$flavour/.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  say "building $packages for $flavour"
  rm -rf "$prefix" "$work"
  mkdir -p "$prefix/include" "$prefix/lib" "$work"
  : >"$out/$flavour.log"
  build_mbedtls
  build_curl
  build_cjson
  echo "$stamp" >"$prefix/.stamp"
  rm -rf "$work" "${out:?}/$flavour"
  mv "$prefix" "$out/$flavour"
  say "$flavour is ready in $out/$flavour"
}

# Two at once would build in the same place.
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

case ${1:-} in
  '' | -*) die "usage: tools/deps.sh ARCH|host|fetch|lock" ;;
  fetch) fetch && verify ;;
  lock) fetch && write_lock ;;
  *) build "$1" ;;
esac
