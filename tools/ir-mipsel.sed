# SPDX-License-Identifier: Apache-2.0
# After ir.sed, from RISC-V of 32 bits to MIPS: where each part of a type is stays the same.
s/^target datalayout = .*/target datalayout = "e-m:m-p:32:32-i8:8:32-i16:16:32-i64:64-n32-S64"/
s/ "target-(cpu|features)"="[^"]*"//g
s/!"target-abi", !"ilp32"/!"swift-abi", !"ilp32"/
