#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# size.sh FILE BUDGET OBJECT...: the executable against its budget, then what each object holds
# before the linker drops what nobody calls (so they add up to more than the file).
set -eu
file=$1 budget=$2
shift 2
bytes=$(stat -c %s "$file")
echo "$file: $bytes of $budget bytes ($((bytes * 100 / budget)) %); the aim is 750000"
size "$@" | awk '
  NR == 1 { print "     text     data  object"; next }
  { sub(/.*objects\//, "", $6); printf "%9d %8d  %s\n", $1, $2 + $3, $6 }'
