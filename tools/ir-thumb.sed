# SPDX-License-Identifier: Apache-2.0
# After ir.sed, for ARM: code of 16-bit instructions where that is possible (Thumb-2).
s/-thumb-mode/+thumb-mode/g
