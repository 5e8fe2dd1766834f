# SPDX-License-Identifier: Apache-2.0
# aligned.awk   reads what llvm-objdump -d --no-show-raw-insn says, and tells where an address gets a bit
# by `or` that it already has
#
#     adrp x10, 0x208000        That is how the second byte of what lies at 0x208f41 is missed: somebody took
#     add  x10, x10, #0xf41     its address for even, where `or` is an addition, and then it was put
#     orr  x28, x10, #0x1       elsewhere (tools/ir-texts.sed).
#
# Looked at is what is executed one after the other, whatever the way there, so there are no false alarms. Of
# an address the last digit is enough, for nothing is aligned to more than 16. It ends with 1 when there was
# any, or nothing to read.

BEGIN { DIGITS = "0123456789abcdef" }
/^[0-9a-f]+ <.*>:$/ { name = $2; forget(); next }
/file format/ { mips = /mips/ }
!/^ *[0-9a-f]+:/ { next }
{
  at_all = 1
  place = $1
  comment = match($0, /(\/\/|@|# ).*/) ? substr($0, RSTART) : ""
  sub(/ *(\/\/|@|# ).*/, "")
  gsub(/[,#]/, " ")
  sub(/:$/, "", place)
  op = $2
  intel = /%/ || op ~ /^(jmp|callq?|retq?)$/
  to = register(intel ? $NF : $3)
}
# ARM has its addresses behind the function.
/\t\.word\t/ { if (place in orred) judge(digit($NF), orred[place], ored_at[place]); next }
op ~ /^(b|bl|blx|bx|br|blr|ret|j|jr|jal|jalr|jmp|callq?|retq?|udf|brk|unimp|ud2)(\.w)?$/ {
  if (op ~ /^j(r|al|alr)?$/ && mips) leaving = 2 # the next one comes before
  else { forget(); next }
}

op ~ /^or/ && !intel && NF == 5 && $5 ~ /^0x[0-9a-f]$/ { bits(register($4), digit($5)) }
op ~ /^or/ && intel && $3 ~ /^\$0x[0-9a-f]$/ { bits(to, digit($3)) }
op == "orrs" && NF == 4 { # Thumb-1 has no number in it.
  if (register($4) in constant) bits(to, constant[register($4)])
  if (to in constant) bits(register($4), constant[to])
}
{
  from = register($4)
  page = op ~ /^addi?u?$/ && NF == 5 && (from in pages) && $5 ~ /^-?0x[0-9a-f]+$/
  delete at[to]; delete pool[to]; delete constant[to]
  if (page) at[to] = digit($5)
  delete pages[to]
  if (op ~ /^(adrp|lui|auipc)$/) pages[to]
  if (op == "adr") at[to] = digit($4)
  if (op ~ /^movs?$/ && $4 ~ /^0x[0-9a-f]$/) constant[to] = digit($4)
  if (intel && op ~ /^mov[lq]$/ && $3 ~ /^\$0x.....+/) at[to] = digit($3)
  if (op == "leaq" && /\(%rip\)/) { sub(/ <.*/, "", comment); at[to] = digit(comment) }
  if (op ~ /^ldr(\.w)?$/ && /\[pc/ && sub(/^@ 0x/, "", comment)) { sub(/ .*/, "", comment); pool[to] = comment }
  if (leaving && !--leaving) forget()
}
END { exit faults > 0 || !at_all }

# One name for the parts of a register, on x86_64.
function register(text) {
  sub(/^%[re]?/, "", text)
  if (text ~ /^[0-9]+[dwb]$/) sub(/.$/, "", text)
  return text
}
function digit(text, value) {
  value = index(DIGITS, substr(text, length(text))) - 1
  return text ~ /^-/ ? (16 - value) % 16 : value
}
function forget() {
  split("", at); split("", pages); split("", pool); split("", constant)
  leaving = 0
}
function bits(base, value) {
  if (base in at) judge(at[base], value, place " " name)
  if (base in pool) { orred[pool[base]] = value; ored_at[pool[base]] = place " " name }
}
function judge(last, value, where, bit) {
  for (bit = 1; bit < 16; bit *= 2)
    if (int(last / bit) % 2 && int(value / bit) % 2) {
      print where " an address that ends with " substr(DIGITS, last + 1, 1) " | " value
      faults++
      return
    }
}
