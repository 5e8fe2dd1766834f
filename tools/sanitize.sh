#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sanitize.sh           the unit suite, and some of the end-to-end tests, under the address and undefined-behaviour
#                       sanitizers: Swift, our C, libcurl, mbedTLS and cJSON (build/deps/asan)
# sanitize.sh --flags   what clang compiles the libraries with
#
# A read beside an array in C shows nowhere else. Undefined behaviour is an illegal instruction, of which the address
# sanitizer tells where: swiftc has no runtime for it here. What the tests hold until the end is no leak, and the worlds
# of the policy and the fleet are Swift alone and would take twenty minutes.
set -eu
cd "$(dirname "$0")/.."
flags='-fsanitize=undefined -fsanitize-trap=undefined -fno-sanitize=function'
if [ "${1-}" = --flags ]; then
  echo "-fsanitize=address -fno-omit-frame-pointer $flags"
  exit
fi

# What runs the libraries: requests and answers, right ones and wrong ones, by HTTP, TLS, proxies and mail.
suites='EndToEnd/(Answer|Authority|FaultAnswer|GnuDIP|Mail|Notice|Proxy|Recipe|Request|TLS|Transport|Verify)Tests'
left_out='EndToEndTests|DocumentationTests|PolicyTests|FleetScaleTests'
build=.build/sanitize
faults=$PWD/$build.faults
export SWIFT_BACKTRACE=enable=no DDNS_LIBRARIES=asan
export ASAN_OPTIONS=detect_leaks=0:handle_sigill=1:log_path=$faults/fault
options=(--sanitize address --scratch-path "$build")
# The confinement of tools is for what they call, not for what a sanitizer does.
for flag in $flags -DCSYS_UNCONFINED; do options+=(-Xcc "$flag"); done
mkdir -p .build
rm -rf "$faults"
mkdir "$faults"

# run WHAT LOG ARGUMENT...: the tests, which nothing may have failed in or before
run() {
  local what=$1 log=$2 status=0
  shift 2
  timeout "${TEST_SECONDS:-1800}" swift test --disable-xctest --skip-build "${options[@]}" "$@" >"$log" 2>&1 || status=1
  [ -z "$(ls "$faults")" ] || status=1
  grep -q "Test run with [1-9]" "$log" || status=1
  if [ $status -ne 0 ]; then
    head -n 40 "$faults"/* 2>/dev/null | cut -c 1-300 | head -n 200 >&2
    grep -A 12 -E 'ERROR: |recorded an issue|Fatal error|unexpected signal' "$log" | cut -c 1-300 | head -60 >&2
    echo "sanitize: see $log" >&2
    exit 1
  fi
  echo "sanitize: $what: $(grep 'Test run with' "$log")"
}

for library in curl mbedcrypto mbedx509 mbedtls cjson; do
  nm "build/deps/asan/lib/lib$library.a" 2>/dev/null | grep -q __asan_report_load ||
    { echo "sanitize: lib$library is as it always is" >&2; exit 1; }
done
timeout "${BUILD_SECONDS:-2400}" swift build --build-tests "${options[@]}" >$build.log 2>&1 || { tail -40 $build.log >&2; exit 1; }
grep -q deps/asan/lib $build/debug.yaml || { echo "sanitize: the build has taken other libraries" >&2; exit 1; }
run 'unit tests' $build.log --skip "$left_out"

# The tests give programs an environment of their own, without these options. Programs leave nothing behind.
mkdir -p $build/bin
for name in ddns-detect-ip ddns-verify ddns-update ddns-runner ddns-synology; do
  cat >"$build/bin/$name" <<EOF
#!/bin/sh
export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=1
exec $PWD/$build/debug/ddns "\${0##*/}" "\$@"
EOF
  chmod +x "$build/bin/$name"
done
DDNS_BIN=$PWD/$build/bin run 'end-to-end tests' $build.end-to-end.log --filter "$suites"
