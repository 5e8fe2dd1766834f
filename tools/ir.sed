# SPDX-License-Identifier: Apache-2.0
# For the intermediate language swiftc emits, of which nothing ever runs in two threads.

# -assume-single-threaded calls swift_nonatomic_retain and its like, which Embedded Swift does not have.
# Its swift_retain is atomic only until the linker lowers atomics, so that is what they are.
/^declare .*@swift_nonatomic_/d
s/@swift_nonatomic_/@swift_/g

# Objects have an allocator of their own (Sources/CSystem/pages.c).
s/@posix_memalign\(/@csys_object_make(/
s/@free\(/@csys_object_free(/

# Functions without a name, and those whose name is for the assembler alone, are ones the linker could not place.
s/^define private /define internal /
/ c"/!s/@([0-9]+)\b/@unnamed_\1/g

# What moves the bytes of arrays is a loop, byte by byte, in which the optimizer does not see a move.
/^define .*"\$eSp14moveInitialize4from5countySpyxG_SitFs5UInt8V_Tg5"\(ptr %0, i[0-9]+ %1, ptr %2\)/,/^\}/ {
  /^define/ {
    h
    s/.*\(ptr %0, (i[0-9]+) %1.*/  call void @llvm.memmove.p0.p0.\1(ptr %2, ptr %0, \1 %1, i1 false)\n  ret void\n}/
    x
    G
    p
  }
  d
}
