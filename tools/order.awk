# SPDX-License-Identifier: Apache-2.0
# order.awk ORDER SYMBOLS-AND-RELOCATIONS: the names of ORDER as this build has numbered them, each followed by the
# pieces of it that the outliner made functions of, and by what swiftc has given no name (tools/ir.sed). Those are
# numbered anew, too, so a list that lasts cannot name them.
FNR == 1 { file++ }
file == 1 && !/^#/ { names[++count] = $1 }
/^RELOCATION RECORDS FOR / {
  section = $4
  gsub(/^\[\.text\.|\]:$/, "", section)
}
file == 2 && / R_.*[. ](OUTLINED_FUNCTION|unnamed)_/ {
  sub(/[-+]0x[0-9a-f]+$/, "", $3)
  sub(/^\.text\./, "", $3)
  if (!seen[section, $3]++) pieces[section] = pieces[section] " " $3
}
# SYMBOL TABLE: 0000000000000000 l     F .text.NAME  00000000000000a3 .hidden NAME
file == 2 && / F \.text/ && $NF ~ /\.[0-9]+$/ {
  name = $NF
  sub(/\.[0-9]+$/, "", name)
  numbered[name] = numbered[name] " " $NF
}
function place(name, part, i, n) {
  if (placed[name]++) return
  print name
  n = split(pieces[name], part, " ")
  for (i = 1; i <= n; i++) place(part[i])
}
END {
  for (i = 1; i <= count; i++) {
    place(names[i])
    n = split(numbered[names[i]], same, " ")
    for (j = 1; j <= n; j++) place(same[j])
  }
}
