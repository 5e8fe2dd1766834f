# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
# A stand-in for OpenWrt's /lib/functions.sh: what our files call of it, no more.

config() {
	CONFIG_SECTION=$2
	CONFIG_SECTIONS="$CONFIG_SECTIONS $2"
	eval "CONFIG_${2}_TYPE=\$1"
}
option() { eval "CONFIG_${CONFIG_SECTION}_$1=\$2"; }
config_load() {
	CONFIG_SECTIONS=
	eval "$(/sbin/uci -q export "$1")"
}
config_get() { eval "$1=\${CONFIG_${2}_${3}:-\$4}"; }
config_get_bool() {
	local word
	config_get word "$2" "$3" "$4"
	case "$word" in
	1 | on | true | yes | enabled) word=1 ;;
	0 | off | false | no | disabled) word=0 ;;
	*) word=$4 ;;
	esac
	eval "$1=\$word"
}
config_foreach() {
	local function=$1 wanted=$2 section type
	for section in $CONFIG_SECTIONS; do
		config_get type "$section" TYPE
		case "${wanted:-$type}" in
		"$type") $function "$section" ;;
		esac
	done
}

# As the scripts of a package call them: migration, then enable and start; stop and disable.
default_postinst() {
	local file
	for file in /etc/uci-defaults/*; do
		# shellcheck disable=SC1090
		[ ! -f "$file" ] || { (. "$file") && rm -f "$file"; }
	done
	/etc/init.d/ddns enable
	/etc/init.d/ddns start
}
default_prerm() {
	/etc/init.d/ddns stop
	/etc/init.d/ddns disable
}
