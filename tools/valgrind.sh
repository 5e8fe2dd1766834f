#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# valgrind.sh FILE SUITES   the end-to-end tests SUITES (an expression), each program of FILE by valgrind
#
# FILE has symbols, for what is said, and no confinement (make UNCONFINED=1), which would be valgrind's, too. What is
# found is what depends on memory that nobody has written, and ends a program with 99. Leaks are not: what
# valgrind puts in malloc's place is in a library, and an executable without a loader loads none.
set -eu
cd "$(dirname "$0")/.."
file=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/real" "$folder/bin" "$folder/log"
for name in ddns-detect-ip ddns-verify ddns-update ddns-runner ddns-synology; do
  ln -s "$file" "$folder/real/$name"
  cat >"$folder/bin/$name" <<EOF
#!/bin/sh
: "\${DDNS_LIBEXEC:=$folder/bin}"
export DDNS_LIBEXEC
exec valgrind -q --leak-check=no --error-exitcode=99 --log-file=$folder/log/%p $folder/real/$name "\$@"
EOF
  chmod +x "$folder/bin/$name"
done
status=0
DDNS_BIN=$folder/bin tools/test.sh build/valgrind.log --filter "$2" >/dev/null || status=1
runs=$(find "$folder/log" -type f | wc -l)
if [ -n "$(find "$folder/log" -type f -size +0)" ]; then
  echo "valgrind: faults:" >&2
  find "$folder/log" -type f -size +0 -exec head -40 {} + | head -200 >&2
  status=1
fi
[ "$runs" -gt 0 ] || { echo "valgrind: no program has run" >&2; status=1; }
grep -E 'Test run with' build/valgrind.log || true
echo "valgrind: $runs programs"
exit $status
