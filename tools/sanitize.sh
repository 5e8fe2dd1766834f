#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sanitize.sh   the unit suite, and the C it calls, under the address and undefined-behaviour sanitizers
#
# A read beside an array in C shows nowhere else. Undefined behaviour traps: swiftc has no runtime for it here. What
# Swift holds until the end is no leak, and the worlds of the policy are Swift alone and would take twenty minutes.
set -eu
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
log=.build/sanitize.log
options=(--sanitize address --scratch-path .build/sanitize
  -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined -Xcc -fno-sanitize=function)
mkdir -p .build
timeout 1200 swift build --build-tests "${options[@]}" >"$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }
if ! timeout 1800 swift test --disable-xctest --skip-build "${options[@]}" \
  --skip 'EndToEndTests|DocumentationTests|CycleWorldTests' >"$log" 2>&1; then
  grep -A 12 -E 'ERROR: |recorded an issue|Fatal error|unexpected signal' "$log" | cut -c 1-300 | head -60 >&2
  echo "sanitize: see $log" >&2
  exit 1
fi
tail -1 "$log"
