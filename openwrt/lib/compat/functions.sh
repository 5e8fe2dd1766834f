# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# Stands in for what scripts use of OpenWrt's /lib/functions.sh where there is none: UCI
# configurations, which ddns-update reads. The variables are named as they are there.

reset_cb() {
	config_cb() { return 0; }
	option_cb() { return 0; }
	list_cb() { return 0; }
}
reset_cb

append() { eval "$1=\"\${$1:+\$$1\${3:- }}\$2\""; }
list_contains() { eval "case \" \${$1:-} \" in *\" \$2 \"*) return 0 ;; esac; return 1"; }

package() { return 0; }
config() {
	CONFIG_SECTION=$2
	append CONFIG_SECTIONS "$2"
	eval "CONFIG_$2_TYPE=\$1"
	config_cb "$1" "$2"
}
option() {
	eval "CONFIG_${CONFIG_SECTION}_$1=\$2"
	option_cb "$1" "$2"
}
list() {
	local __ddns_n
	eval "__ddns_n=\$((\${CONFIG_${CONFIG_SECTION}_$1_LENGTH:-0} + 1))"
	eval "CONFIG_${CONFIG_SECTION}_$1_LENGTH=\$__ddns_n"
	eval "CONFIG_${CONFIG_SECTION}_$1_ITEM$__ddns_n=\$2"
	append "CONFIG_${CONFIG_SECTION}_$1" "$2"
	list_cb "$1" "$2"
}

# config_load PACKAGE: reads /etc/config/PACKAGE.
config_load() {
	local __ddns_text __ddns_name
	for __ddns_name in $(set | sed -n 's/^\(CONFIG_[A-Za-z0-9_]*\)=.*/\1/p'); do unset "$__ddns_name"; done
	CONFIG_SECTIONS='' CONFIG_SECTION=''
	__ddns_text=$("${__DDNS_PROGRAM:-/usr/lib/ddns/ddns}" ddns-update \
		${__DDNS_ROOT:+--root "$__DDNS_ROOT"} ${__DDNS_CONFIG:+-c "$__DDNS_CONFIG"} \
		--shell export "$1") || return 1
	eval "$__ddns_text"
	config_cb
}

# config_get VAR SECTION OPTION [DEFAULT], or `config_get SECTION OPTION` to print it.
config_get() {
	case $#:${3:-} in
	2: | 3:) eval "printf '%s\n' \"\${CONFIG_$1_$2:-}\"" ;;
	*) eval "$1=\${CONFIG_$2_$3:-\${4:-}}" ;;
	esac
}
config_get_bool() {
	local __ddns_bool
	config_get __ddns_bool "$2" "$3"
	case $__ddns_bool in
	1 | on | true | yes | enabled) eval "$1=1" ;;
	0 | off | false | no | disabled) eval "$1=0" ;;
	*) eval "$1=\${4:-}" ;;
	esac
}
config_set() { eval "CONFIG_$1_$2=\${3:-}"; }

# config_foreach FUNCTION [TYPE [ARGUMENT...]]: FUNCTION SECTION ARGUMENT...
config_foreach() {
	local __ddns_call="$1" __ddns_wants="${2:-}" __ddns_sec __ddns_type
	shift
	[ $# -eq 0 ] || shift
	for __ddns_sec in ${CONFIG_SECTIONS:-}; do
		config_get __ddns_type "$__ddns_sec" TYPE
		[ -z "$__ddns_wants" ] || [ "$__ddns_wants" = "$__ddns_type" ] || continue
		"$__ddns_call" "$__ddns_sec" "$@"
	done
	return 0
}
# config_list_foreach SECTION OPTION FUNCTION [ARGUMENT...]: FUNCTION ITEM ARGUMENT...
config_list_foreach() {
	local __ddns_sec="$1" __ddns_opt="$2" __ddns_call="$3" __ddns_i=0 __ddns_last __ddns_item
	shift 3
	config_get __ddns_last "$__ddns_sec" "${__ddns_opt}_LENGTH" 0
	while [ "$__ddns_i" -lt "$__ddns_last" ]; do
		__ddns_i=$((__ddns_i + 1))
		config_get __ddns_item "$__ddns_sec" "${__ddns_opt}_ITEM$__ddns_i"
		"$__ddns_call" "$__ddns_item" "$@"
	done
	return 0
}
