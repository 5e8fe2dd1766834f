# SPDX-License-Identifier: Apache-2.0
# order.awk ORDER RELOCATIONS: the names of ORDER, each followed by the pieces of it that the outliner
# made functions of. Those are numbered anew by each build, so a list that lasts cannot name them.
FNR == 1 { file++ }
file == 1 && !/^#/ { names[++count] = $1 }
/^RELOCATION RECORDS FOR / {
  section = $4
  gsub(/^\[\.text\.|\]:$/, "", section)
}
file == 2 && /OUTLINED_FUNCTION_/ {
  sub(/[-+]0x[0-9a-f]+$/, "", $3)
  sub(/^\.text\./, "", $3)
  if (!seen[section, $3]++) pieces[section] = pieces[section] " " $3
}
function place(name, part, i, n) {
  if (placed[name]++) return
  print name
  n = split(pieces[name], part, " ")
  for (i = 1; i <= n; i++) place(part[i])
}
END { for (i = 1; i <= count; i++) place(names[i]) }
