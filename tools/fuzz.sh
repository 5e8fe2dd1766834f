#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh SECONDS [TARGET...]   each target (all of them) for so long, with libFuzzer
#
# What crashed once is in Tests/Fixtures/crashers/TARGET and is run first. A new finding is written there, and
# the script ends with 1. What is found on the way to new code stays in .build/fuzz/corpus for the next run.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
export DDNS_FUZZ=1 SWIFT_BACKTRACE=enable=no
build() {
  timeout 900 swift build -c release --sanitize fuzzer --scratch-path .build/fuzz --product ddns-fuzz \
    -Xswiftc -enable-testing -Xswiftc -use-ld=lld "$@"
}
build
fuzz=$(build --show-bin-path)/ddns-fuzz
corpus=.build/fuzz/corpus
"$fuzz" --seeds "$corpus"
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <("$fuzz" --list)
status=0
for target in "${targets[@]}"; do
  crashers=Tests/Fixtures/crashers/$target
  mkdir -p "$crashers"
  log=.build/fuzz/$target.log
  # Some 16 KB are read in milliseconds; ten seconds are a hang, however loaded the machine is.
  if DDNS_FUZZ_TARGET=$target timeout -k 5 $((seconds + 120)) "$fuzz" "$corpus/$target" "$crashers" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
    -artifact_prefix="$crashers/" -print_final_stats=1 >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    printf '%-12s %10s runs, %6s edges, nothing found\n' "$target" "$runs" "$cover"
  else
    printf '%-12s FOUND: %s\n' "$target" "$(grep -m 1 -E 'SUMMARY|Fatal error|ERROR' "$log" || echo "see $log")"
    status=1
  fi
  rmdir "$crashers" 2>/dev/null || true
done
exit $status
