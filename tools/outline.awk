# SPDX-License-Identifier: Apache-2.0
# outline.awk -v AT=callq|jmp ORDER ASSEMBLY: the program's assembly for x86_64, where what is repeated before
# a call becomes a function, which ends by jumping to the one that is called:
#
#     movq %rbx, %rdi            callq .Lcallq1         .Lcallq1: movq %rbx, %rdi
#     callq swift_release                                         jmp swift_release
#
# With AT=jmp it is what is repeated before a return, or before a jump out of the function, and
# becomes a place to jump to. The compiler's own outliner does neither on this processor: it leaves
# alone whatever has to do with the stack. What is executed, and in which order, stays the same.
#
# ORDER is tools/order.txt; the functions it says run often are left as they are.

BEGIN { FS = "\t"; DEPTH = 16; CALLS = AT == "callq" }
FILENAME == ARGV[1] { if (sub(/ often$/, "")) often[$0]; next }

{ line[++lines] = $0 }
/^[^\t #]/ { # A label: others come there.
  units = 0
  if (!/^\.L/) {
    name = $1
    gsub(/(\.[0-9]+)?:.*|"/, "", name)
    skip = name in often
  }
  next
}
/^\t\.(section|text|p2align|cfi)/ { units = 0; next }
!/^\t[a-z]/ || skip { next }
{
  sub(/ +#.*/, "", $3)
  operands = $3
}
# A constant on the stack that is not taken from there at once is an argument: nothing but the call is behind it.
CALLS && units && $2 != "popq" && text[units] ~ /^\tpushq\t\$[^\n]*$/ { units = 0 }
$2 == AT && operands !~ /^\*|^\.L/ || $2 == "retq" && !CALLS { site("\t" $2 "\t" operands); units = 0; next }
/^\tj/ || CALLS && ($2 == "callq" || / %rsp$/ || /%rsp,/) { units = 0; next }
$2 == "popq" && units && text[units] ~ /^\tpushq\t\$[^\n]*$/ { # A small constant takes this way.
  text[units] = text[units] "\n\t" $2 "\t" operands
  last[units] = lines
  next
}
{
  if (CALLS && ($2 == "popq" || $2 == "pushq" && operands !~ /^\$/)) { units = 0; next }
  text[++units] = "\t" $2 "\t" operands
  first[units] = last[units] = lines
}

END { choose(); rewrite(); functions() }

# --- what is repeated -------------------------------------------------------------------------------

# A tree of what precedes: its roots are what is called or jumped to.
function site(root, node, i) {
  if (!units) return
  node = child("", root)
  sites++
  place[sites] = lines
  for (i = units; i && units - i < DEPTH; i--) {
    node = child(node, text[i])
    from[sites, units - i + 1] = first[i]
    to[sites, units - i + 1] = last[i]
  }
  node_of[sites] = node
}
function child(parent, text) {
  if (!((parent, text) in known)) {
    known[parent, text] = ++nodes
    up[nodes] = parent
    depth[nodes] = parent ? depth[parent] + 1 : 0
    what[nodes] = text
    bytes[nodes] = size(text)
    if (parent) { next_child[nodes] = children[parent]; children[parent] = nodes }
    else roots[++root_count] = nodes
    whole[nodes] = bytes[nodes] + (parent ? whole[parent] : 0)
  }
  count[known[parent, text]]++
  return known[parent, text]
}

# A piece is worth a function if what its copies take is more than one and a jump to the rest.
function choose(i, node) {
  for (node = 1; node <= nodes; node++) {
    if (!up[node]) chosen[node] = 1
    else if (chosen[up[node]]) chosen[node] = (count[node] - 1) * bytes[node] > (depth[node] == 1 ? 5 : 2)
  }
  for (i = 1; i <= sites; i++) {
    node = node_of[i]
    while (!chosen[node]) node = up[node]
    # A jump takes five bytes itself.
    if (!depth[node] || !CALLS && (whole[node] < 8 || count[node] == 2 && whole[node] < 12)) node = 0
    node_of[i] = node
    for (; node && !used[node]; node = up[node]) used[node] = 1
  }
}

function rewrite(i, j, n) {
  for (i = 1; i <= sites; i++) {
    if (!node_of[i]) continue
    for (j = 1; j <= depth[node_of[i]]; j++) {
      delete line[from[i, j]]
      delete line[to[i, j]]
    }
    line[place[i]] = "\t" AT "\t.L" AT node_of[i]
  }
  for (n = 1; n <= lines; n++) if (n in line) print line[n]
}

# --- the new functions ------------------------------------------------------------------------------

function functions(i) {
  print "\t.section\t.text.repeated_" AT ",\"ax\",@progbits"
  print "repeated_" AT ":"
  for (i = 1; i <= root_count; i++) if (used[roots[i]]) before(roots[i])
}

# Prints what comes before a node, and it. One of that needs no jump.
function before(node, i, through) {
  for (i = children[node]; i; i = next_child[i])
    if (used[i] && (!through || count[i] > count[through])) through = i
  if (!up[node]) {
    for (i = children[node]; i; i = next_child[i]) if (used[i]) { before(i); print ending(what[node]) }
    return
  }
  for (i = children[node]; i; i = next_child[i])
    if (used[i] && i != through) { before(i); print "\tjmp\t.L" AT node }
  if (through) before(through)
  print ".L" AT node ":"
  print CALLS ? lowered(what[node]) : what[node]
}
function ending(text) {
  sub(/^\tcallq/, "\tjmp", text)
  return text
}
# The call has put eight bytes on the stack.
function lowered(text, offset) {
  if (!match(text, /-?[0-9]*\(%rsp/)) return text
  offset = substr(text, RSTART, RLENGTH - 5) + 8
  return substr(text, 1, RSTART - 1) offset substr(text, RSTART + RLENGTH - 5)
}

# --- sizes, roughly ---------------------------------------------------------------------------------

function size(text, part, i, n, sum) {
  n = split(text, part, "\n")
  for (i = 1; i <= n; i++) sum += size_of(part[i])
  return sum
}
function size_of(text, sum) {
  if (text ~ /^\t(callq|jmp)/) return 5
  if (text ~ /^\tretq/) return 1
  if (text ~ /^\t(push|pop)q\t%r[0-9]/ || text ~ /^\tpushq\t\$/) return 2
  if (text ~ /^\t(push|pop)q/) return 1
  sum = 2 + (text ~ /^\t[a-z]+q\t|%r[0-9]/) + (text ~ /^\t(movz|movs|movup|movap|cmov|set|imul)/)
  if (text ~ /%rip/) sum += 4
  else if (match(text, /-?[0-9]+\(/)) sum += RLENGTH > 4 ? 4 : 1
  else if (text ~ /[a-zA-Z0-9_]\(/) sum += 4
  if (text ~ /\(%rsp|\(%r[a-z0-9]+,/) sum++
  if (text ~ /^\t[a-z]+\t\$-?[0-9][0-9]?[0-9]?,/ && text !~ /^\tmov[lq]/) sum++
  else if (text ~ /^\t[a-z]+\t\$/)
    sum += text ~ /^\tmovabs/ ? 7 : text ~ /^\t[a-z]+b\t/ ? 1 : text ~ /^\tmovl/ ? 3 : 4
  return sum
}
