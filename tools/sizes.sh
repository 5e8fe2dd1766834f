#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sizes.sh FILE ARCH...: writes the table of sizes into FILE, in place of the one that is there.
set -euo pipefail
cd "$(dirname "$0")/.."
file=$1
shift

table() {
  echo '| `ARCH` | bytes | as `xz -9` | Debian | OpenWrt |'
  echo '|---|---|---|---|---|'
  for arch in "$@"; do
    binary=build/$arch/ddns
    awk -v arch="$arch" -v bytes="$(stat -c %s "$binary")" -v packed="$(xz -9 -c "$binary" | wc -c)" '
      function grouped(number) {
        return number < 1000 ? number : grouped(int(number / 1000)) sprintf(",%03d", number % 1000)
      }
      $1 == arch {
        debian = $2
        sub(/^[^ ]+ +[^ ]+ +/, "")
        printf "| %s | %s | %s | %s | %s |\n", arch, grouped(bytes), grouped(packed), debian, $0
      }' tools/processors
  done
}

table "$@" >"$file.table"
awk -v table="$file.table" '
  /^\| `ARCH` \| bytes / { while ((getline line <table) > 0) print line; skip = 1 }
  !/^\|/ { skip = 0 }
  !skip' "$file" >"$file.new"
rm "$file.table"
mv "$file.new" "$file"
