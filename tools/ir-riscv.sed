# SPDX-License-Identifier: Apache-2.0
# After ir.sed, for RISC-V: Embedded Swift knows it without floating point, Debian's C library with. Nothing
# of ours passes a number of that kind to C, so it may have the name, and the registers.
s/"target-features"="[^"]*"/"target-features"="+64bit,+m,+a,+f,+d,+c,+zicsr,+relax"/
s/!"target-abi", !"lp64"/!"target-abi", !"lp64d"/
