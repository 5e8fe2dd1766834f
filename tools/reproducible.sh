#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh BINARY ARCH: builds everything a second time, in a folder of another name, and compares.
# The sources of the libraries are not fetched again.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$1
arch=$2
copy=$(mktemp -d "${TMPDIR:-/tmp}/ddns-elsewhere.XXXXXX")
trap 'rm -rf "$copy"' EXIT

git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
mkdir -p "$copy/build/deps"
for folder in src debs; do [ ! -d "build/deps/$folder" ] || cp -R "build/deps/$folder" "$copy/build/deps"; done
make -C "$copy" -j2 all ARCH="$arch" >"$copy/log" 2>&1 || { tail -n 20 "$copy/log" >&2; exit 1; }
if ! cmp "$binary" "$copy/build/$arch/ddns"; then
  # Where to look: the functions that are only in one of them, or of another length.
  names() { "$SWIFT_BIN/llvm-nm" --print-size "$1.symbols" | cut -d ' ' -f 2- | sort; }
  diff <(names "$binary") <(names "$copy/build/$arch/ddns") | grep '^[<>]' | head -n 40 >&2
  exit 1
fi
echo "$binary: the same, byte for byte, when it is built elsewhere"
