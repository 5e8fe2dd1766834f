# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
# Sourced by the init script, and before the package goes: which file is rpcd's object luci.ddns where
# LuCI has one in ucode.

# luci_object: puts LuCI's own aside, so that ours counts, which hides no option. Who does not want that
# removes ours. An update of LuCI brings its own back, and that counts until this is called again.
# luci_object back: LuCI's own counts again.
luci_object() {
	local folder=/usr/share/rpcd
	local theirs=$folder/ucode/ddns.uc aside=$folder/ddns.uc.luci
	# With the rest of LuCI's package goes what is aside.
	[ -e "$folder/acl.d/luci-app-ddns.json" ] || rm -f "$aside"
	if [ "$1" != back ] && [ -e "$folder/ucode/ddns-toolkit.uc" ]; then
		[ -e "$theirs" ] || return 0
		mv -f "$theirs" "$aside"
	elif [ -e "$theirs" ]; then
		rm -f "$aside"
		return 0
	else
		[ -e "$aside" ] || return 0
		mv -f "$aside" "$theirs"
	fi
	[ ! -x /etc/init.d/rpcd ] || /etc/init.d/rpcd reload
}
