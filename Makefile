# SPDX-License-Identifier: Apache-2.0
# make           build/x86_64/ddns, the static executable, and its names in build/x86_64/bin
# make modules   only compile, the way it ships
# make deps      the C libraries: for the executable (musl) and for `swift build` (host)
# make check     everything: lint, unit tests, end-to-end on both builds, the executable itself
# make test | lint | format | size | bench
# make order     measures anew which code runs, for tools/order.txt (needs valgrind)
# make demo      the programs at work, against servers on this machine
# make install   DESTDIR= PREFIX=/usr SYSTEM=openwrt|linux
# make ipk | deb packages for OpenWrt and for Debian, in build/x86_64
# make clean     removes what was built, except the C libraries (those: rm -rf build)

ARCH    ?= x86_64
SWIFTC  ?= swiftc
MUSL_CC ?= musl-gcc
PREFIX  ?= /usr
BUILD   ?= build
# A folder to install into is a router's root; this machine is not, unless it is a router.
SYSTEM  ?= $(if $(DESTDIR)$(wildcard /etc/openwrt_release),openwrt,linux)
Q       := @ # `make Q=` shows whole command lines

ifneq ($(ARCH),x86_64)
  $(error ARCH=$(ARCH): only x86_64 is built so far)
endif
TRIPLE := x86_64-unknown-linux-gnu

B      := $(BUILD)/$(ARCH)
O      := $(B)/objects
DEPS   := build/deps/musl
NAMES  := ddns-detect-ip ddns-verify ddns-update ddns-runner
SHIMS  := CSystem CCurl CMbedTLS CJSON
BUDGET := 900000

.DELETE_ON_ERROR:
.PHONY: all modules deps check test end-to-end lint format size demo bench order install ipk deb clean
all:

# The module table of Package.swift, as MODULES and one IMPORTS_<module> each.
-include $(BUILD)/modules.mk
$(BUILD)/modules.mk: Package.swift
	@mkdir -p $(@D)
	@sed -n '/^let modules/,/^]/s/^  "\([A-Za-z]*\)": \[\(.*\)\],/MODULES += \1\nIMPORTS_\1 := \2/p' $< \
	  | tr -d '",' >$@

# A compiler that hangs (it can) must not hang the build. No libswiftUnicodeDataTables.a is linked:
# that makes comparing two Strings a link error instead of 60 KB. No program here has threads; that
# and the outliner save 30 KB.
SWIFT := timeout 300 $(SWIFTC) -target $(TRIPLE) -swift-version 6 -parse-as-library -Osize -wmo \
  -enable-experimental-feature Embedded -Xfrontend -function-sections \
  -Xllvm -enable-machine-outliner=always -Xfrontend -mergeable-traps -assume-single-threaded \
  -I $(O) $(SHIMS:%=-I Sources/%/include)
CFLAGS := -std=c11 -Wall -Wextra -Werror -Os -ffunction-sections -fdata-sections -MMD \
  -I$(DEPS)/include $(SHIMS:%=-ISources/%/include)
LDFLAGS := -static -flto=2 -Oz -ffunction-sections -fdata-sections -Wl,--gc-sections \
  -Wl,-T,tools/link.ld -Wl,-T,$(B)/order.ld -Wl,-z,noseparate-code -Wl,--build-id=none

ARCHIVES := $(patsubst %,$(DEPS)/lib/lib%.a,curl mbedtls mbedx509 mbedcrypto cjson)
SHIM_OBJECTS := $(foreach s,$(SHIMS),$(patsubst Sources/%.c,$(O)/%.o,$(wildcard Sources/$s/*.c)))
# Dependencies first: of equal generic code the linker keeps the first, and that order is smaller.
OBJECTS := $(MODULES:%=$(O)/%.o) $(SHIM_OBJECTS)

all: $(B)/ddns $(NAMES:%=$(B)/bin/%)
modules: $(MODULES:%=$(O)/%.o)

# A folder is named as well as its files, so that a removed file counts as a change.
define module
$(O)/$1.o: $(wildcard Sources/$1 Sources/$1/*.swift) Makefile \
  $(patsubst %,$(O)/%.o,$(filter $(MODULES),$(IMPORTS_$1))) \
  $(wildcard $(patsubst %,Sources/%/include/*,$(filter $(SHIMS),$(IMPORTS_$1))))
	@mkdir -p $$(@D)
	@echo "swiftc $1"
	@rm -f $$@ # swiftc would keep it for the same code, even when a flag for the code generator changed
	$(Q)$$(SWIFT) -module-name $1 -emit-module -emit-module-path $(O)/$1.swiftmodule \
	  -c $$(filter %.swift,$$^) -o $$@
endef
$(foreach m,$(MODULES),$(eval $(call module,$m)))

$(O)/%.o: Sources/%.c Makefile
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(MUSL_CC) $(CFLAGS) -c $< -o $@
$(filter-out $(O)/CSystem/%,$(SHIM_OBJECTS)): $(DEPS)/.stamp
-include $(SHIM_OBJECTS:.o=.d) $(O)/ddns/main.d

# With symbols for the debugger and for tools/check-binary.sh; the one that ships has none.
$(B)/ddns.symbols: $(O)/ddns/main.o $(OBJECTS) $(DEPS)/.stamp tools/link.ld $(B)/order.ld
	@echo "link $@"
	$(Q)$(MUSL_CC) $(LDFLAGS) -Wl,-Map,$(B)/ddns.map -o $@ $(O)/ddns/main.o $(OBJECTS) $(ARCHIVES) || \
	  { echo "If _swift_stdlib_* is missing: compare and hash bytes, not Strings" >&2; exit 1; }
# What runs comes first, in the order of tools/order.txt (tools/order.py says why).
$(B)/order.ld: tools/order.txt Makefile
	@mkdir -p $(@D)
	@{ echo 'SECTIONS { .rodata.all : { *(.rodata .rodata.*) }'; \
	   echo '.fini : { KEEP (*(SORT_NONE(.fini))) } .text.used : { *crt*.o(.text)'; \
	   sed '/^#/d; s/.*\.lo$$/*libc.a:&(.text)/; t; s/.*/*(&)/' $<; \
	   echo '} } INSERT BEFORE .text;'; } >$@
order: all
	swift build --product ddns-mock
	tools/order.py $(B)/ddns.symbols $(B)/ddns.map .build/debug/ddns-mock >$(B)/order.txt
	mv $(B)/order.txt tools/order.txt
$(B)/ddns: $(B)/ddns.symbols
	strip -o $@ $<
$(NAMES:%=$(B)/bin/%): | $(B)/ddns
	@mkdir -p $(@D)
	@ln -sf ../ddns $@

deps: build/deps/musl/.stamp build/deps/host/.stamp
build/deps/host/.stamp: | build/deps/musl/.stamp # one after the other: they share the download
build/deps/%/.stamp: tools/deps.sh tools/deps.lock $(wildcard tools/deps/*)
	tools/deps.sh $*
	@touch $@

check:
	tools/setup.sh
	tools/lint.sh
	$(MAKE) deps
	$(MAKE) test
	$(MAKE) -j2 all
	$(MAKE) end-to-end DDNS_BIN=.build/debug-links
	$(MAKE) end-to-end DDNS_BIN=$(B)/bin
	tools/check-binary.sh $(B)/ddns $(BUDGET)

test: build/deps/host/.stamp
	timeout 600 swift build
	@mkdir -p .build/debug-links
	@for name in $(NAMES); do ln -sf ../debug/ddns .build/debug-links/$$name; done
	timeout 600 swift test --disable-xctest --skip EndToEndTests
end-to-end:
	DDNS_BIN=$(abspath $(DDNS_BIN)) timeout 600 swift test --disable-xctest --filter 'EndToEndTests|DocumentationTests'
lint:
	tools/lint.sh
format:
	swift format format --in-place --parallel --recursive Package.swift Sources Tests
size: $(B)/ddns
	@tools/size.sh $(B)/ddns $(BUDGET) $(OBJECTS)
demo:
	tools/setup.sh
	$(MAKE) all
	tools/demo.sh $(B)/bin
bench: all
	swift build --product ddns-mock
	tools/bench.py $(B)/bin

install: all
	tools/install.sh $(SYSTEM) $(B)/ddns "$(DESTDIR)" $(PREFIX)
ipk: all
	tools/ipk.sh $(B)/ddns $(ARCH) $(B)
deb: all
	tools/deb.sh $(B)/ddns $(ARCH) $(B)

clean:
	rm -rf $(B) $(BUILD)/modules.mk .build
