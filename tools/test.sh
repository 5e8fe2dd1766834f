#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test.sh LOG ARGUMENT...   runs `swift test`, and says again at the end what failed
# TEST_SECONDS is how long it may take, 1200 if not given.
set -eu -o pipefail
log=$1
shift
mkdir -p "$(dirname "$log")"
timeout "${TEST_SECONDS:-1200}" swift test --disable-xctest "$@" 2>&1 | tee "$log" && exit
echo "What failed:" >&2
grep -A 3 -E 'recorded an issue|: error: |Fatal error' "$log" | cut -c 1-400 | tail -60 >&2
exit 1
