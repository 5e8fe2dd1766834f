# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# shellcheck disable=SC1090,SC2034,SC2154 # variables for, and of, those who source this; by eval
#
# /usr/lib/ddns/dynamic_dns_functions.sh: the names update scripts of ddns-scripts work with.
#
# ddns-update sources this in a shell of its own, after the variables of a section, and then calls
# __ddns_script. It can also be sourced by hand: see start_daemon_for_all_ddns_sections at the end.
# Made for busybox ash; bash will do, and dash for what is sourced by hand. `set -u` is tolerated.
#
# The work is done by the programs. What may be a secret goes to them through a pipe, never as an
# argument. Names that begin with __ddns are not for scripts.

# --- variables ------------------------------------------------------------------------------------

N='
'
__DDNS_VT=$(printf '\013')
: "${__DDNS_LIBRARY:=/usr/lib/ddns/dynamic_dns_functions.sh}"
: "${__DDNS_PROGRAM:=${__DDNS_LIBRARY%/*}/ddns}"
: "${__DDNS_SCRIPT:=}" "${__DDNS_ROOT:=}" "${__DDNS_CONFIG:=}"

: "${VERSION:=}" "${SECTION_ID:=}" "${MYPROG:=dynamic_dns_updater.sh}" "${LUCI_HELPER:=}"
: "${ddns_rundir:=$__DDNS_ROOT/var/run/ddns}" "${ddns_logdir:=$__DDNS_ROOT/var/log/ddns}"
[ -d "$ddns_rundir" ] || mkdir -p "$ddns_rundir" 2>/dev/null || :
: "${ddns_loglines:=250}" "${ddns_dateformat:=%F %R}" "${upd_privateip:=0}"
: "${__IP:=}" "${GET_REGISTERED_IP:=}" "${UPD_ANSWER:=}" "${CURRENT_IP:=$__IP}"
: "${CHECK_SECONDS:=600}" "${CHECK_SECONDS_MIN:=300}" "${FORCE_SECONDS:=259200}" "${RETRY_SECONDS:=60}"
: "${ERR_LAST:=0}" "${RETRY_COUNT:=0}" "${PID_SLEEP:=0}" "${DRY_RUN:=0}"

# The files of the section.
__ddns_files() {
	local __ddns_stem="${SECTION_ID:-shell.$$}"
	DATFILE=$ddns_rundir/$__ddns_stem.dat
	ERRFILE=$ddns_rundir/$__ddns_stem.err
	LOGFILE=$ddns_logdir/$__ddns_stem.log
	PIDFILE=$ddns_rundir/$__ddns_stem.pid
	UPDFILE=$ddns_rundir/$__ddns_stem.update
	IPFILE=$ddns_rundir/$__ddns_stem.ip
	CHKFILE=$ddns_rundir/$__ddns_stem.nextcheck
}
__ddns_files

# Uptimes in whole seconds, but for EPOCH_TIME, which is LAST_TIME as a date; 0 = never.
read -r CURR_TIME _ </proc/uptime
CURR_TIME=${CURR_TIME%%.*} LAST_TIME=0 NEXT_TIME=0 EPOCH_TIME=0 REGISTERED_IP=''
if [ -r "$UPDFILE" ]; then read -r LAST_TIME <"$UPDFILE" || :; fi
if [ -r "$IPFILE" ]; then read -r REGISTERED_IP <"$IPFILE" || :; fi
[ "${LAST_TIME:=0}" -eq 0 ] ||
	NEXT_TIME=$((LAST_TIME + FORCE_SECONDS)) EPOCH_TIME=$(($(date +%s) - CURR_TIME + LAST_TIME))

# A script that fails has to come back soon, as a failure: it is the runner that knows when to try
# again. Level 2, "no retries", is not for that: several scripts of ddns-scripts then leave their loops
# as if they had succeeded. So they may try once more after a second, and then give up.
if [ -n "$__DDNS_SCRIPT" ]; then VERBOSE=1; else : "${VERBOSE:=0}"; fi

# The options with their defaults; those that are yes or no become 1 or 0, for -eq.
__ddns_defaults() {
	local __ddns_name __ddns_value
	for __ddns_name in enabled use_https use_ipv6 force_ipversion force_dnstcp is_glue use_api_check; do
		eval "__ddns_value=\${$__ddns_name:-0}"
		case $__ddns_value in
		0 | off | false | no | disabled) __ddns_value=0 ;;
		*) __ddns_value=1 ;;
		esac
		eval "$__ddns_name=$__ddns_value"
	done
	for __ddns_name in service_name update_url update_script username password param_enc param_opt \
		cacert proxy dns_server bind_network user_agent ip_script ip_url domain lookup_host; do
		eval "$__ddns_name=\${$__ddns_name:-}"
	done
	: "${use_logfile:=1}" "${use_syslog:=2}" "${ip_source:=network}" "${ip_interface:=eth1}"
	: "${check_interval:=10}" "${check_unit:=minutes}" "${force_interval:=72}" "${force_unit:=hours}"
	: "${retry_interval:=60}" "${retry_unit:=seconds}" "${interface:=wan}"
	: "${retry_max_count:=0}" "${retry_count:=$retry_max_count}"
	[ -z "$__DDNS_SCRIPT" ] || RETRY_SECONDS=1 retry_max_count=1 retry_count=1
	: "${URL_USER:=}" "${URL_PASS:=}" "${URL_PENC:=}"
	if [ "$use_ipv6" -eq 1 ]; then : "${ip_network:=wan6}"; else : "${ip_network:=wan}"; fi
}
__ddns_defaults

# Names of older releases.
VERBOSE_MODE=$VERBOSE
LOGLINES=$ddns_loglines RUNDIR=$ddns_rundir LOGDIR=$ddns_logdir
LOCAL_IP=$CURRENT_IP ERR_UPDATE=$RETRY_COUNT ALLOW_LOCAL_IP=$upd_privateip
DATE_PROG=date public_suffix='' helpers=''

# Basic regular expressions, for grep -o and sed.
IPV4_REGEX='[0-9]\{1,3\}\.[0-9]\{1,3\}\.[0-9]\{1,3\}\.[0-9]\{1,3\}'
IPV6_REGEX='\([0-9A-Fa-f]\{1,4\}:\)\{1,\}\([0-9A-Fa-f]\{1,4\}\)\{0,1\}\(:[0-9A-Fa-f]\{1,4\}\)\{1,\}'
SHELL_ESCAPE='[]["'"'"'`$!();><{}?|*\\]'
DNS_CHARSET='[@a-zA-Z0-9.:_-]'
DNS_CHARSET_DOMAIN='[@a-zA-Z0-9._*,-]'

# The programs a script may want; empty when they are not installed.
WGET=$(command -v wget) CURL=$(command -v curl) UCLIENT_FETCH=$(command -v uclient-fetch)
BIND_HOST=$(command -v host) KNOT_HOST=$(command -v khost) DRILL=$(command -v drill)
HOSTIP=$(command -v hostip) NSLOOKUP=$(command -v nslookup) RESOLVEIP=$(command -v resolveip)
WGET_SSL='' CURL_SSL='' CURL_PROXY=''
if [ -n "$WGET" ] && [ -n "$__DDNS_SCRIPT" ]; then
	case $("$WGET" -V 2>/dev/null) in *+https*) WGET_SSL=$WGET ;; esac
fi
if [ -n "$CURL" ] && [ -n "$__DDNS_SCRIPT" ]; then
	case $("$CURL" -V 2>/dev/null) in *' https '* | *' https'"$N"* | *' https') CURL_SSL=yes ;; esac
	# A libcurl without proxies is rare, and its error says so when a script needs one.
	CURL_PROXY=yes
fi
USE_CURL=${use_curl:=0}
[ -n "$CURL" ] || USE_CURL=0

# --- helpers of our own ---------------------------------------------------------------------------

# The error for whoever calls a function with too few or too many words.
__ddns_wrong() { write_log 12 "Error calling '$1()' - wrong number of parameters"; }

# Runs one of the programs with the options that say where the configuration is.
__ddns() {
	local __ddns_name="$1"
	shift
	set -- ${__DDNS_ROOT:+--root "$__DDNS_ROOT"} ${__DDNS_CONFIG:+-c "$__DDNS_CONFIG"} "$@"
	case $__DDNS_PROGRAM in
	*/"$__ddns_name") "$__DDNS_PROGRAM" "$@" ;;
	*) "$__DDNS_PROGRAM" "$__ddns_name" "$@" ;;
	esac
}

# __ddns_replace VAR TEXT FROM TO: every FROM in TEXT becomes TO.
__ddns_replace() {
	local __ddns_rest="$2" __ddns_done=''
	while :; do
		case $__ddns_rest in
		*"$3"*)
			__ddns_done=$__ddns_done${__ddns_rest%%"$3"*}$4
			__ddns_rest=${__ddns_rest#*"$3"}
			;;
		*) break ;;
		esac
	done
	__ddns_done=$__ddns_done$__ddns_rest
	eval "$1=\$__ddns_done"
}

# What ddns-update calls: one update, or the question what is registered. Descriptor 9 tells it how
# the script came back, and that it did.
__ddns_script() {
	local __ddns_status=0
	send_update "$__IP" || __ddns_status=$?
	printf '%s %s\n' "$__ddns_status" "${REGISTERED_IP:-}" >&9
	exit "$__ddns_status"
}

# --- messages -------------------------------------------------------------------------------------

# write_log LEVEL TEXT...: 0 emerg, 1 alert, 2 crit, 3 err, 4 warn, 5 note, 6 info, 7 debug. 10 more
# ends the script after it. Unlike that of ddns-scripts the status is always 0.
write_log() {
	local IFS=' ' __ddns_level="${1:-}" __ddns_text __ddns_ends=''
	[ $# -ge 2 ] || __ddns_wrong write_log
	shift
	__ddns_text=$*
	case $__ddns_level in
	[0-7]) ;;
	1[0-7])
		__ddns_level=${__ddns_level#1}
		__ddns_ends=1
		;;
	*) __ddns_level=7 ;;
	esac
	if [ -n "$__DDNS_SCRIPT" ]; then
		__ddns_replace __ddns_text "$__ddns_text" "$__DDNS_VT" "${__DDNS_VT}v"
		__ddns_replace __ddns_text "$__ddns_text" "$N" "${__DDNS_VT}n"
		printf 'log=%s %s\n' "$__ddns_level" "$__ddns_text${__ddns_ends:+ - TERMINATE}" >&3
	else
		printf '%s' "$__ddns_text" |
			__ddns ddns-runner --log "${__ddns_ends:+1}$__ddns_level" -S "${SECTION_ID:-shell}" -v "$VERBOSE"
	fi
	[ -z "$__ddns_ends" ] || exit 1
	return 0
}

# --- requests -------------------------------------------------------------------------------------

# do_transfer URL: the body goes to DATFILE, what went wrong to ERRFILE; 0 or 1. One try, the way that
# cacert, proxy, bind_network, force_ipversion and use_ipv6 say, as a script has left them. cacert
# counts for every https URL, whatever use_https is.
do_transfer() {
	[ $# -eq 1 ] || __ddns_wrong do_transfer
	if printf '%s\n' "$1" "${cacert:-}" "${proxy:-}" "${bind_network:-}" "${force_ipversion:-}" "${use_ipv6:-}" |
		__ddns ddns-update -S "$SECTION_ID" --shell fetch >"$DATFILE" 2>"$ERRFILE"; then
		return 0
	fi
	ERR_LAST=1
	return 1
}

# urlencode VAR TEXT
urlencode() {
	local __ddns_text
	[ $# -eq 2 ] || __ddns_wrong urlencode
	__ddns_text=$(printf '%s' "$2" | __ddns ddns-update --shell encode) || return 1
	eval "$1=\$__ddns_text"
}

# expand_ipv6 ADDRESS VAR: eight groups of four digits in lower case, or the word `invalid`.
expand_ipv6() {
	local __ddns_text
	[ $# -eq 2 ] || __ddns_wrong expand_ipv6
	if ! __ddns_text=$(printf '%s' "$1" | __ddns ddns-update --shell expand 2>/dev/null); then
		write_log 4 "Error in 'expand_ipv6()' - invalid IPv6 found: '$1'"
		__ddns_text=invalid
	fi
	eval "$2=\$__ddns_text"
}

# send_update ADDRESS: lets the section's script do it, or by hand ddns-update. Reserved addresses
# have been refused before a script is run.
send_update() {
	[ $# -eq 1 ] || __ddns_wrong send_update
	if [ -n "$__DDNS_SCRIPT" ]; then
		. "$__DDNS_SCRIPT"
	else
		__ddns ddns-update -S "$SECTION_ID" "$1" >"$DATFILE" 2>"$ERRFILE"
	fi
}

# get_current_ip VAR
get_current_ip() {
	local __ddns_address
	[ $# -eq 1 ] || __ddns_wrong get_current_ip
	__ddns_address=$(__ddns ddns-detect-ip -S "$SECTION_ID") || return 1
	case $__ddns_address in *:*) expand_ipv6 "$__ddns_address" __ddns_address ;; esac
	eval "$1=\$__ddns_address"
}

# get_registered_ip VAR [NO_RETRY]: 0, 127 when DNS has none, another number when it could not say.
get_registered_ip() {
	local __ddns_text __ddns_status=0
	case $# in 1 | 2) ;; *) __ddns_wrong get_registered_ip ;; esac
	__ddns_text=$(__ddns ddns-verify -S "$SECTION_ID") || __ddns_status=$?
	[ "$__ddns_status" -ne 1 ] || __ddns_status=127
	eval "$1=\${__ddns_text%%\"\$N\"*}"
	return "$__ddns_status"
}

# verify_host_port HOST PORT, verify_dns SERVER, verify_proxy [USER:PASS@]HOST:PORT: 0, or 1 system,
# 2 no such host, 3 no connection, 4 no address of the forced family, 5 the port is missing.
verify_host_port() {
	[ $# -eq 2 ] || __ddns_wrong verify_host_port
	case $1 in
	*:*) __ddns_probe verify_proxy -p "[$1]:$2" ;;
	*) __ddns_probe verify_proxy -p "$1:$2" ;;
	esac
}
verify_dns() {
	[ $# -eq 1 ] || __ddns_wrong verify_dns
	__ddns_probe verify_dns -d "$1"
}
verify_proxy() {
	[ $# -eq 1 ] || __ddns_wrong verify_proxy
	__ddns_probe verify_proxy -p "${1##*@}" # its password is not needed to connect
}
__ddns_probe() {
	local __ddns_command="$1"
	shift
	[ "${use_ipv6:-0}" != 1 ] || set -- "$@" -6
	[ "${force_ipversion:-0}" != 1 ] || set -- "$@" -f
	"$__DDNS_PROGRAM" dynamic_dns_lucihelper.sh "$@" -- "$__ddns_command" 2>"$ERRFILE"
}

# --- values ---------------------------------------------------------------------------------------

# get_seconds VAR COUNT UNIT
get_seconds() {
	local __ddns_factor=1
	[ $# -eq 3 ] || __ddns_wrong get_seconds
	case $3 in
	days) __ddns_factor=86400 ;;
	hours) __ddns_factor=3600 ;;
	minutes) __ddns_factor=60 ;;
	esac
	eval "$1=$(($2 * __ddns_factor))"
}

# get_uptime VAR: whole seconds.
get_uptime() {
	local __ddns_text
	[ $# -eq 1 ] || __ddns_wrong get_uptime
	read -r __ddns_text _ </proc/uptime
	eval "$1=\${__ddns_text%%.*}"
}

# date_prog [WORD...]: now, the way dates are shown, or what `date` makes of the words.
date_prog() {
	[ $# -gt 0 ] || set -- "+$ddns_dateformat"
	date "$@"
}

# timeout [-SIGNAL] SECONDS [--] COMMAND...: the command may be a function. 143 when it was ended.
timeout() {
	local __ddns_signal=TERM __ddns_limit __ddns_pid __ddns_watch __ddns_status=0
	case ${1:-} in
	-[A-Z0-9]*)
		__ddns_signal=${1#-}
		shift
		;;
	esac
	[ $# -ge 2 ] || __ddns_wrong timeout
	__ddns_limit=$1
	shift
	[ "$1" != -- ] || shift
	"$@" &
	__ddns_pid=$!
	(
		trap 'kill "$__ddns_sleep" 2>/dev/null; exit' TERM
		sleep "$__ddns_limit" &
		__ddns_sleep=$!
		wait "$__ddns_sleep" && kill "-$__ddns_signal" "$__ddns_pid"
	) >/dev/null 2>&1 &
	__ddns_watch=$!
	wait "$__ddns_pid" 2>/dev/null || __ddns_status=$?
	kill "$__ddns_watch" 2>/dev/null
	return "$__ddns_status"
}

# sanitize_variable VAR ALLOWED REJECTED: one of the two is a bracket expression, the other empty.
sanitize_variable() {
	local __ddns_text __ddns_rest
	[ $# -eq 3 ] || __ddns_wrong sanitize_variable
	eval "__ddns_text=\${$1:-}"
	if [ -n "$2" ]; then
		__ddns_rest=$(printf '%s' "$__ddns_text" | sed -e "s/$2//g")
		[ -z "$__ddns_rest" ] || write_log 12 "sanitize on $1 found characters outside allowed subset"
	fi
	if [ -n "$3" ]; then
		__ddns_rest=$(printf '%s' "$__ddns_text" | sed -e "s/$3//g")
		[ "$__ddns_rest" = "$(printf '%s' "$__ddns_text")" ] ||
			write_log 12 "sanitize on $1 found rejected characters"
	fi
	return 0
}

# --- providers ------------------------------------------------------------------------------------

# get_service_data NAME DIR URLVAR SCRIPTVAR ANSWERVAR, or as up to 2.7 with the three variables
# only for the provider `service_name`. The variables become empty for an unknown one.
get_service_data() {
	local __ddns_family=ipv4 __ddns_url='' __ddns_answer='' __ddns_script='' __ddns_file
	case $# in
	3)
		for __ddns_file in "$__DDNS_ROOT/usr/share/ddns/custom" "$__DDNS_ROOT/usr/share/ddns/default"; do
			[ -f "$__ddns_file/${service_name:-}.json" ] && break
		done
		set -- "${service_name:-}" "$__ddns_file" "$@"
		;;
	5) ;;
	*) __ddns_wrong get_service_data ;;
	esac
	__ddns_file=$2/$1.json
	eval "$3='' $4='' $5=''"
	case $1 in '' | */*) return 1 ;; esac
	[ "${use_ipv6:-0}" = 0 ] || __ddns_family=ipv6
	if [ -f "$__ddns_file" ]; then
		__ddns_url=$(jsonfilter -i "$__ddns_file" -e "@.$__ddns_family.url")
		__ddns_answer=$(jsonfilter -i "$__ddns_file" -e "@.$__ddns_family.answer")
	fi
	case $__ddns_url in
	'') return 1 ;;
	http*) ;;
	*) __ddns_script=$__DDNS_ROOT/usr/lib/ddns/$__ddns_url __ddns_url='' ;;
	esac
	eval "$3=\$__ddns_url $4=\$__ddns_script $5=\$__ddns_answer"
}

# --- configuration --------------------------------------------------------------------------------

# load_all_config_options PACKAGE SECTION: every option becomes a variable; those of a section of
# ddns with their defaults. 1 when there is no such section.
load_all_config_options() {
	local __ddns_text
	[ $# -eq 2 ] || __ddns_wrong load_all_config_options
	if [ "$1" = ddns ]; then
		__ddns_text=$(__ddns ddns-update -S "$2" --shell variables) || return 1
		eval "$__ddns_text"
		__ddns_defaults
		__ddns_files
		[ -d "$ddns_rundir" ] || mkdir -p "$ddns_rundir"
		return 0
	fi
	config_load "$1" || return 1
	__ddns_text=$(config_get "$2" TYPE)
	[ -n "$__ddns_text" ] || return 1
	__ddns_wanted=$2 __ddns_inside=''
	config_cb() {
		__ddns_inside=''
		[ "${2:-}" != "$__ddns_wanted" ] || __ddns_inside=1
	}
	option_cb() {
		[ -n "$__ddns_inside" ] || return 0
		case $1 in *[!A-Za-z0-9_]* | [!a-zA-Z]*) return 0 ;; *[a-z]*) eval "$1=\$2" ;; esac
	}
	config_load "$1"
	reset_cb
}

# load_all_service_sections VAR: the names of all sections, with blanks between them.
load_all_service_sections() {
	[ $# -eq 1 ] || __ddns_wrong load_all_service_sections
	__ddns_names=''
	__ddns_add() { __ddns_names="$__ddns_names $1"; }
	config_load ddns
	config_foreach __ddns_add service
	eval "$1=\${__ddns_names# }"
}

# --- daemons --------------------------------------------------------------------------------------

# start_daemon_for_all_ddns_sections [NETWORK]: starts an updater in the background for each enabled
# section whose `interface` is the network, or for all.
start_daemon_for_all_ddns_sections() {
	__ddns_for_sections __ddns_start "${1:-}"
}

# stop_daemon_for_all_ddns_sections [NETWORK]
stop_daemon_for_all_ddns_sections() {
	__ddns_for_sections stop_section_processes "${1:-}"
}

# stop_section_processes SECTION: 1 when one was running and has been told to end, else 0.
stop_section_processes() {
	local pid
	[ $# -eq 1 ] || __ddns_wrong stop_section_processes
	. "${__DDNS_LIBRARY%/*}/process.sh"
	ddns_process "$__ddns_runs/$1.pid" && kill "$pid" 2>/dev/null || return 0
	return 1
}
case $ddns_rundir in
"$__DDNS_ROOT"/*) __ddns_runs=$ddns_rundir ;;
*) __ddns_runs=$__DDNS_ROOT$ddns_rundir ;;
esac

__ddns_for_sections() {
	local __ddns_section __ddns_list __ddns_network __ddns_enabled
	load_all_service_sections __ddns_list
	config_get __ddns_network global ddns_rundir
	[ -z "$__ddns_network" ] || __ddns_runs=$__DDNS_ROOT$__ddns_network
	for __ddns_section in $__ddns_list; do
		config_get __ddns_network "$__ddns_section" interface wan
		config_get_bool __ddns_enabled "$__ddns_section" enabled 0
		[ -z "$2" ] || [ "$2" = "$__ddns_network" ] || continue
		[ "$1" != __ddns_start ] || [ "$__ddns_enabled" = 1 ] || continue
		"$1" "$__ddns_section"
	done
	return 0
}
# By its link, if there is one, so that `killall dynamic_dns_updater.sh` finds it.
__ddns_start() (
	[ ! -x "${__DDNS_PROGRAM%/*}/dynamic_dns_updater.sh" ] ||
		__DDNS_PROGRAM=${__DDNS_PROGRAM%/*}/dynamic_dns_updater.sh
	__ddns dynamic_dns_updater.sh -S "$1" </dev/null >/dev/null 2>&1 3>&- 9>&- &
)

# trap_handler SIGNAL [STATUS]: for scripts that put ddns-scripts' own into their traps.
trap_handler() {
	trap - 0 1 2 3 15
	rm -f "$DATFILE" "$ERRFILE"
	case ${1:-0} in
	0) return "${2:-0}" ;;
	*) kill "-$1" $$ ;;
	esac
}

# --- OpenWrt's own libraries ----------------------------------------------------------------------

# On a system that has them they are OpenWrt's. Elsewhere look-alikes take their places, also when a
# script sources them by their full names.
__ddns_source() {
	local __ddns_file="$1"
	if [ ! -e "$__ddns_file" ]; then
		case $__ddns_file in
		/lib/functions.sh | /lib/functions/network.sh | /usr/share/libubox/jshn.sh)
			__ddns_file=${__DDNS_LIBRARY%/*}/compat/${__ddns_file##*/}
			;;
		esac
	fi
	shift
	\. "$__ddns_file"
}
__ddns_source /lib/functions.sh
__ddns_source /lib/functions/network.sh
__ddns_source /usr/share/libubox/jshn.sh
if [ ! -e /lib/functions.sh ] || [ ! -e /lib/functions/network.sh ] || [ ! -e /usr/share/libubox/jshn.sh ]; then
	# shellcheck disable=SC3044
	[ -z "${BASH_VERSION:-}" ] || shopt -s expand_aliases
	alias .=__ddns_source
fi
if ! command -v jsonfilter >/dev/null; then
	# In a subshell, so that no JSON text is an argument of a process.
	jsonfilter() (\. "${__DDNS_LIBRARY%/*}/compat/jsonfilter")
fi
jsonfilter=$(command -v jsonfilter)
