# SPDX-License-Identifier: Apache-2.0
# A stand-in for package.mk: `make compile` does what the package says, into $(OUT).
define BuildPackage
export POSTINST = $$(Package/$(1)/postinst)
export PRERM = $$(Package/$(1)/prerm)
$(eval $(call Package/$(1)))
compile:
	$(call Build/Prepare)
	$(call Build/Compile)
	$(call Package/$(1)/install,$(OUT)/data)
	echo "$(1) $(PKG_VERSION)-$(PKG_RELEASE) $(DEPENDS)" >$(OUT)/name
	echo "$(PROVIDES)" >$(OUT)/provides
	echo "$(CONFLICTS)" >$(OUT)/conflicts
	printf '%s\n' "$$$$POSTINST" >$(OUT)/postinst-pkg
	printf '%s\n' "$$$$PRERM" >$(OUT)/prerm-pkg
	echo "$(strip $(Package/$(1)/conffiles))" >$(OUT)/conffiles
endef
