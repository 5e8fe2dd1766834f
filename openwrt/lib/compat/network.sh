# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# Stands in for OpenWrt's /lib/functions/network.sh where there is no netifd: a logical network is a
# network device of that name. All set the variable and have status 0, or empty it and have 1.

network_flush_cache() { return 0; }

# __ddns_addresses FAMILY DEVICE: global addresses, one a line.
__ddns_addresses() {
	ip -"$1" addr show dev "$2" 2>/dev/null |
		sed -n 's|^ *inet6\{0,1\} \([0-9a-fA-F.:]*\)/\([0-9]*\) .*scope global.*|\1/\2|p'
}
__ddns_first() { # VAR FAMILY DEVICE
	local __ddns_line
	__ddns_line=$(__ddns_addresses "$2" "$3" | sed -n '1s|/.*||p')
	eval "$1=\$__ddns_line"
	[ -n "$__ddns_line" ]
}
__ddns_all() { # VAR FAMILY DEVICE EXPRESSION
	local __ddns_line
	__ddns_line=$(__ddns_addresses "$2" "$3" | sed "$4" | tr '\n' ' ')
	__ddns_line=${__ddns_line% }
	eval "$1=\$__ddns_line"
	[ -n "$__ddns_line" ]
}
network_get_ipaddr() { __ddns_first "$1" 4 "$2"; }
network_get_ipaddr6() { __ddns_first "$1" 6 "$2"; }
network_get_ipaddrs() { __ddns_all "$1" 4 "$2" 's|/.*||'; }
network_get_ipaddrs6() { __ddns_all "$1" 6 "$2" 's|/.*||'; }
network_get_subnet() { __ddns_all "$1" 4 "$2" '1!d'; }
network_get_subnets() { __ddns_all "$1" 4 "$2" ''; }
network_get_subnet6() { __ddns_all "$1" 6 "$2" '1!d'; }
network_get_subnets6() { __ddns_all "$1" 6 "$2" ''; }
network_get_ipaddrs_all() {
	local __ddns_four __ddns_six
	network_get_ipaddrs __ddns_four "$2"
	network_get_ipaddrs6 __ddns_six "$2"
	eval "$1=\"\${__ddns_four:+\$__ddns_four }\$__ddns_six\""
	[ -n "$__ddns_four$__ddns_six" ]
}

network_get_device() {
	if [ -e "/sys/class/net/$2" ]; then eval "$1=\$2"; else
		eval "$1=''"
		return 1
	fi
}
network_get_physdev() { network_get_device "$@"; }
network_is_up() {
	local __ddns_flags
	[ -r "/sys/class/net/$1/flags" ] || return 1
	read -r __ddns_flags <"/sys/class/net/$1/flags"
	[ $((__ddns_flags & 1)) -eq 1 ]
}

# The device of the default route.
network_find_wan() {
	local __ddns_line
	__ddns_line=$(awk '$2 == "00000000" && $8 == "00000000" { print $1; exit }' /proc/net/route 2>/dev/null)
	eval "$1=\$__ddns_line"
	[ -n "$__ddns_line" ]
}
network_find_wan6() {
	local __ddns_line
	__ddns_line=$(awk '$1 == "00000000000000000000000000000000" && $2 == "00" && $10 != "lo" { print $10; exit }' \
		/proc/net/ipv6_route 2>/dev/null)
	eval "$1=\$__ddns_line"
	[ -n "$__ddns_line" ]
}
