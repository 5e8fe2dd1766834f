# SPDX-License-Identifier: Apache-2.0
# make           build/x86_64/ddns, the static executable, and its names in build/x86_64/bin
# make modules   only compile, the way it ships
# make deps      the C libraries: for the executable and for `swift build` (host)
# make check     everything: lint, unit tests, end-to-end on both builds, the executable itself, and the
#                other processors: one in full, the others at work once
# make check ARCH=aarch64   end-to-end on that executable
# make test | lint | format | size | bench | bench-fleet
# make check-asan       unit tests and some of the end-to-end tests under sanitizers, C libraries included
# make check-valgrind   some of the end-to-end tests, each program by valgrind
# make order     measures anew which code runs, for tools/order.txt (needs valgrind)
# make fuzz      SECONDS= (60) for each of what reads foreign bytes, with libFuzzer
# make demo      the programs at work, against servers on this machine
# make sizes     builds for all processors, and writes their sizes into README.md
# make install   DESTDIR= PREFIX=/usr SYSTEM=openwrt|linux
# make ipk | deb packages for OpenWrt and for Debian, in build/x86_64
# With ARCH= (x86_64 aarch64 armv7 armv6 riscv64 mipsel) any of them is for that processor; QEMU runs it.
# make clean     removes what was built, except the C libraries (those: rm -rf build)

ARCH    ?= x86_64
SWIFTC  ?= swiftc
PREFIX  ?= /usr
BUILD   ?= build
# A folder to install into is a router's root; this machine is not, unless it is a router.
SYSTEM  ?= $(if $(DESTDIR)$(wildcard /etc/openwrt_release),openwrt,linux)
Q       := @ # `make Q=` shows whole command lines

B      := $(BUILD)/$(ARCH)
O      := $(B)/objects
DEPS   := build/deps/$(ARCH)
NAMES  := ddns-detect-ip ddns-verify ddns-update ddns-runner ddns-synology
SHIMS  := CSystem CCurl CMbedTLS CJSON

.DELETE_ON_ERROR:
.PHONY: all modules deps check check-all check-host check-builds check-one check-others check-binary check-asan check-valgrind reproducible sizes \
  test test-build unit end-to-end lint format size demo bench bench-fleet fuzz order install ipk deb clean
all:

# The module table of Package.swift, as MODULES and one IMPORTS_<module> each.
-include $(BUILD)/modules.mk
$(BUILD)/modules.mk: Package.swift
	@mkdir -p $(@D)
	@sed -n '/^let modules/,/^]/s/^  "\([A-Za-z]*\)": \[\(.*\)\],/MODULES += \1\nIMPORTS_\1 := \2/p' $< \
	  | tr -d '",' >$@

# What is known of the processor, and where the toolchain's own programs are: SWIFT_BIN, TARGET and so on.
-include $(B)/target.mk
$(B)/target.mk: tools/cc.sh $(shell command -v $(SWIFTC))
	@mkdir -p $(@D)
	@SWIFTC=$(SWIFTC) tools/cc.sh $(ARCH) --variables >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# A compiler that hangs (it can) must not hang the build. No libswiftUnicodeDataTables.a is linked:
# that makes comparing two Strings a link error instead of 60 KB. Its optimizer is told that calls, loads and
# stores cost nothing, and to be modest: to save them it leaves to the linker, which sees how large code becomes.
# Nor is a function to have a copy for each closure it is handed, nor an object to live until its scope ends: whoever
# needs that says so. (What cannot be copied does.)
# Which bounds checks are needed (bcopts) it answers one way or another, as its memory happens to lie.
SWIFT := timeout 300 $(SWIFTC) -swift-version 6 -parse-as-library -Osize -wmo \
  $(patsubst %,-Xllvm -sil-inline-%-benefit=0,removed-call removed-load removed-store removed-terminator \
    fast-path-builtin ref-count) -Xllvm -sil-inline-overall-caller-block-limit=50 \
  -Xllvm -sil-disable-pass=closure-specialize -Xllvm -sil-disable-pass=bcopts \
  -Xfrontend -enable-lexical-lifetimes=false \
  -enable-experimental-feature Embedded -Xfrontend -mergeable-traps -assume-single-threaded \
  -I $(O) $(SHIMS:%=-I Sources/%/include)
# Its LLVM has its turn after tools/ir-texts.sed, for what that says it must have known from the beginning.
SWIFT_OPTIMIZER = timeout 300 $(SWIFT_BIN)/swift-frontend -frontend -emit-ir -Osize -wmo \
  -enable-experimental-feature Embedded
CC = SWIFT_BIN=$(SWIFT_BIN) tools/cc.sh $(ARCH)
CFLAGS := -std=c11 -Wall -Wextra -Werror -Oz -flto -MMD -MP \
  -I$(DEPS)/include $(SHIMS:%=-ISources/%/include) $(if $(UNCONFINED),-DCSYS_UNCONFINED)
# The linker optimizes Swift, C and the libraries as one program: what nobody calls goes, what is called
# once moves to its caller, and what is repeated anywhere becomes a function (the outliner). Without
# threads nothing has to be atomic. Twice, because what the first time leaves of a function may fit its callers,
# if it is not longer than the call. A comparison is shorter than its entry in a table of jumps. What is computed once,
# before a loop or where it is needed first, is in a register from then on, which others have to save.
LTO = --lto-newpm-passes='function(lower-atomic),lto<Oz>,lto<Oz>' -mllvm -inline-threshold=-20 \
  -mllvm -inline-instr-cost=3 -mllvm -min-jump-table-entries=1000 \
  $(patsubst %,-mllvm -disable-%,machine-licm machine-cse constant-hoisting block-placement) $(LINK_FLAGS)
LD = timeout 300 $(SWIFT_BIN)/ld.lld -O2 -static --no-dynamic-linker -z noseparate-code $(LAYOUT) \
  --no-rosegment --build-id=none --gc-sections --icf=all -T tools/link.ld \
  --wrap=__mmap --wrap=munmap # Sources/CSystem/pages.c

# What runs so often that it is built for speed. It is machine code from the beginning, which the
# linker's optimizer, who is after size, leaves as it is.
FAST := $(O)/CSystem/pages.o
$(FAST): CFLAGS += -O2 -fno-lto -ffunction-sections -fdata-sections

ARCHIVES := $(patsubst %,$(DEPS)/lib/lib%.a,curl mbedtls mbedx509 mbedcrypto cjson)
SHIM_OBJECTS := $(foreach s,$(SHIMS),$(patsubst Sources/%.c,$(O)/%.o,$(wildcard Sources/$s/*.c)))
# Dependencies first: of equal generic code the linker keeps the first, and that order is smaller.
OBJECTS := $(O)/ddns/main.o $(SHIM_OBJECTS) $(MODULES:%=$(O)/%.bc)

all: $(B)/ddns $(NAMES:%=$(B)/bin/%)
modules: $(MODULES:%=$(O)/%.bc)

# A folder is named as well as its files, so that a removed file counts as a change.
define module
$(O)/$1.bc: $(wildcard Sources/$1 Sources/$1/*.swift) Makefile $(B)/target.mk tools/ir-texts.sed $(IR_SCRIPTS) \
  $(patsubst %,$(O)/%.bc,$(filter $(MODULES),$(IMPORTS_$1))) \
  $(wildcard $(patsubst %,Sources/%/include/*,$(filter $(SHIMS),$(IMPORTS_$1))))
	@mkdir -p $$(@D)
	@echo "swiftc $1"
	$(Q)$$(SWIFT) -target $$(SWIFT_TARGET) $$(SWIFT_OPTIONS) -module-name $1 -emit-module \
	  -emit-module-path $(O)/$1.swiftmodule -emit-irgen $$(filter %.swift,$$^) -o $(O)/$1.irgen
	$(Q)sed -E -f tools/ir-texts.sed $(O)/$1.irgen >$(O)/$1.irgen.ll
	$(Q)$$(SWIFT_OPTIMIZER) -target $$(SWIFT_TARGET) $$(SWIFT_OPTIONS) -module-name $1 $(O)/$1.irgen.ll -o $(O)/$1.ll
	$(Q)sed -E -i $$(IR_SCRIPTS:%=-f %) $(O)/$1.ll
	$(Q)$$(SWIFT_BIN)/clang --target=$$(TARGET) $$(TARGET_FLAGS) -Wno-override-module -O0 -Xclang -disable-llvm-passes \
	  -c -emit-llvm $(O)/$1.ll -o $$@
	@rm -f $(O)/$1.ll $(O)/$1.irgen $(O)/$1.irgen.ll
endef
$(foreach m,$(MODULES),$(eval $(call module,$m)))

$(O)/%.o: Sources/%.c Makefile $(B)/target.mk
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(CC) $(CFLAGS) -c $< -o $@
$(O)/ddns/main.o $(SHIM_OBJECTS): $(DEPS)/.stamp
-include $(SHIM_OBJECTS:.o=.d) $(O)/ddns/main.d

# The whole program as machine code, each function in a section of its own; as assembly before that
# where tools/outline.awk knows to make it smaller.
$(B)/ddns.o: $(OBJECTS) $(DEPS)/.stamp tools/link.ld tools/order.txt tools/outline.awk
	@echo "optimize $@"
	$(Q)$(LD) $(LTO) $(if $(OUTLINE),--lto-emit-asm,--lto-obj-path=$@) -o $(B)/ddns.unordered \
	  $(CRT_BEGIN) $(OBJECTS) $(ARCHIVES) $(CRT_END) || \
	  { echo "If _swift_stdlib_* is missing: compare and hash bytes, not Strings" >&2; exit 1; }
	$(Q)$(if $(OUTLINE),mv $(B)/ddns.unordered.lto.s $(B)/ddns.s)
	$(Q)for at in $(OUTLINE); do awk -v AT=$$at -f tools/outline.awk tools/order.txt $(B)/ddns.s >$(B)/ddns.s.new && \
	  mv $(B)/ddns.s.new $(B)/ddns.s || exit 1; done
	$(Q)$(if $(OUTLINE),$(SWIFT_BIN)/clang --target=$(TARGET) -c $(B)/ddns.s -o $@ && rm $(B)/ddns.s)
	@rm -f $(B)/ddns.unordered
# What runs comes first, in the order of tools/order.txt (tools/order.py says why).
$(B)/order: $(B)/ddns.o tools/order.txt tools/order.awk
	@$(SWIFT_BIN)/llvm-objdump --syms --reloc $< | awk -f tools/order.awk tools/order.txt - >$@
# With symbols for the debugger and for tools/check-binary.sh; the one that ships has none.
$(B)/ddns.symbols: $(B)/ddns.o $(B)/order
	@echo "link $@"
	$(Q)$(LD) --symbol-ordering-file=$(B)/order --no-warn-symbol-ordering -Map=$(B)/ddns.map -o $@ \
	  $(CRT_BEGIN) $< $(FAST) $(ARCHIVES) $(CRT_END)
order: all
	swift build --product ddns-mock
	tools/order.py $(B)/ddns.symbols .build/debug/ddns-mock >$(B)/order.txt
	mv $(B)/order.txt tools/order.txt
$(B)/ddns: $(B)/ddns.symbols
	$(Q)$(SWIFT_BIN)/llvm-objcopy --strip-all $< $@
$(NAMES:%=$(B)/bin/%): | $(B)/ddns
	@mkdir -p $(@D)
	@ln -sf ../ddns $@

deps: $(DEPS)/.stamp build/deps/host/.stamp
build/deps/asan/.stamp: tools/sanitize.sh
build/deps/%/.stamp: tools/deps.sh tools/fetch.sh tools/cc.sh tools/deps.lock $(wildcard tools/deps/* Sources/CCurl/*.c)
	tools/deps.sh $*
	@touch $@

PROCESSORS := $(shell awk '!/^\#/ { print $$1 }' tools/processors)
OTHERS     := $(filter-out x86_64,$(PROCESSORS))
# Which of them has its turn goes by the commit.
TURN        = $(shell set -- $(OTHERS); \
  shift $$((0x$$(git rev-parse --short=4 HEAD 2>/dev/null || echo 0) % $(words $(OTHERS)))); echo $$1)

check: $(if $(filter file,$(origin ARCH)),check-all,check-one)
check-all:
	tools/setup.sh
	tools/lint.sh
	$(MAKE) -j2 test-build executable-x86_64
	@: >$(BUILD)/failed
	$(MAKE) -j3 check-host check-builds || { cat $(BUILD)/failed >&2; exit 1; }
	@if tools/emulate.sh $(TURN) $(BUILD)/$(TURN)/bin/ddns-runner -V; then $(MAKE) check-others; else \
	  echo "check: QEMU cannot be started for another processor's programs here: they are built, not run" >&2; fi
# Tests wait most of the time, and the other processors are built meanwhile. What fails there is said again at the
# end, below all that tests say.
check-host:
	$(MAKE) unit
	$(MAKE) end-to-end DDNS_BIN=.build/debug-links
	$(MAKE) end-to-end DDNS_BIN=$(B)/bin
TOLD = >$(BUILD)/$1.log 2>&1 || { tail -n 30 $(BUILD)/$1.log | tee -a $(BUILD)/failed >&2; exit 1; }
check-builds: $(OTHERS:%=executable-%)
	@nice $(MAKE) reproducible ARCH=$(TURN) $(call TOLD,reproducible)
	@tail -n 1 $(BUILD)/reproducible.log
check-others:
	$(MAKE) check-one ARCH=$(TURN)
	set -e; for arch in $(filter-out $(TURN),$(OTHERS)); do $(MAKE) demo ARCH=$$arch; done
check-one:
	tools/setup.sh
	$(MAKE) -j2 check-binary
	$(MAKE) end-to-end DDNS_BIN=$(B)/bin
check-binary: all
	SWIFT_BIN=$(SWIFT_BIN) tools/check-binary.sh $(B)/ddns $(BUDGET) $(findstring -pie,$(LAYOUT))
executable-%:
	@echo "build for $*"
	@nice $(MAKE) check-binary ARCH=$* $(call TOLD,$*)
	@tail -n 1 $(BUILD)/$*.log
reproducible: all
	SWIFT_BIN=$(SWIFT_BIN) tools/reproducible.sh $(B)/ddns $(ARCH)
sizes: $(PROCESSORS:%=executable-%)
	tools/sizes.sh README.md $(PROCESSORS)

test: test-build
	$(MAKE) unit
test-build: build/deps/host/.stamp
	timeout 1800 swift build --build-tests
	tools/imports.py .build/debug/index/store
	@mkdir -p .build/debug-links
	@for name in $(NAMES); do ln -sf ../debug/ddns .build/debug-links/$$name; done
unit:
	tools/test.sh $(B)/unit.log --skip EndToEndTests
end-to-end:
	DDNS_BIN=$(abspath $(DDNS_BIN)) TEST_SECONDS=$(if $(EMULATOR),2000,1200) tools/emulate.sh $(ARCH) \
	  tools/test.sh $(B)/end-to-end.log --filter 'EndToEndTests|DocumentationTests'
lint:
	tools/lint.sh
format:
	swift format format --in-place --parallel --recursive Package.swift Sources Tests
size: $(B)/ddns
	@tools/size.py $(B)/ddns $(BUDGET) $(SWIFT_BIN) $(OBJECTS) $(ARCHIVES)
demo:
	tools/setup.sh
	$(MAKE) all
	tools/emulate.sh $(ARCH) tools/demo.sh $(B)/bin
check-asan:
	tools/setup.sh
	$(MAKE) build/deps/asan/.stamp
	tools/sanitize.sh
# Which suites valgrind runs; it is thirty times as slow, and limits of time are not for that.
VALGRIND := EndToEnd/(AnswerTests|RequestTests|VerifyTests|GnuDIPTests|StatusTests)
check-valgrind:
	tools/setup.sh
	$(MAKE) all BUILD=$(BUILD)/valgrind UNCONFINED=1
	tools/valgrind.sh $(BUILD)/valgrind/$(ARCH)/ddns.symbols '$(VALGRIND)'
fuzz:
	tools/fuzz.sh $(or $(SECONDS),60)
bench: all
	tools/setup.sh
	swift build --product ddns-mock
	tools/emulate.sh $(ARCH) tools/bench.py $(B)/bin .build/debug/ddns-mock $(ARCH)
# Ten thousand sections and a year, as fast as the machine can.
bench-fleet: build/deps/host/.stamp
	DDNS_TESTS=RunnerTests FLEET_SECTIONS=10000 FLEET_DAYS=365 TEST_SECONDS=3600 \
	  tools/test.sh $(B)/fleet.log -c release -Xswiftc -enable-testing \
	  --scratch-path .build/fleet --filter FleetScaleTests

install: all
	tools/install.sh $(SYSTEM) $(B)/ddns "$(DESTDIR)" $(PREFIX)
ipk: all
	tools/ipk.sh $(B)/ddns $(ARCH) $(B)
deb: all
	tools/deb.sh $(B)/ddns $(ARCH) $(B)

clean:
	rm -rf $(B) $(BUILD)/modules.mk .build
