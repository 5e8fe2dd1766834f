# SPDX-License-Identifier: Apache-2.0
# After ir.sed, for processors whose back end knows the calling convention preserve_most.

# Retaining and releasing is in every function: it leaves its callers their registers. To save them
# is left to the rare last release, which calls the destructor.
s/call (.*@swift_(retain|release)(_n)?\()/call preserve_mostcc \1/
s/^(define weak_odr protected )(.*@swift_(retain|release)(_n)?\(.*) \{$/\1preserve_mostcc \2 "nooutline" {/
/^define .*@swift_release(_n)?\(/,/^}/ {
  s/tail call swiftcc void (%[0-9]+)\(ptr .*swiftself (%[0-9]+)\).*/call preserve_mostcc void @destroy(ptr \1, ptr \2)/
}

$a\
define linkonce_odr hidden preserve_mostcc void @destroy(ptr %destructor, ptr %object) noinline minsize {\
  tail call swiftcc void %destructor(ptr swiftself %object)\
  ret void\
}
