# SPDX-License-Identifier: Apache-2.0
# A stand-in for rules.mk of OpenWrt's build system.
INCLUDE_DIR := $(TOPDIR)
ARCH_PACKAGES := x86_64
PKG_BUILD_DIR = $(OUT)/build
