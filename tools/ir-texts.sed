# SPDX-License-Identifier: Apache-2.0
# For the intermediate language as swiftc makes it, before any optimizer has seen it.

# A text needs no alignment; without a word it would get up to 16 bytes, and could not be the end of another.
# To say so later would be wrong: an optimizer that takes the address of a text for even writes
# "address | 1" for its second byte.
s/^(@.* constant \[[0-9]+ x i8\] c".*")$/\1, align 1/
