# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# shellcheck disable=SC2016,SC2034,SC2154,SC2168
# Uses every name of the shell API once; one line of `result` for each. The test sets the options.
local result
result=$ddns_rundir/../result
: >"$result"

same() { # NAME WANTED FOUND
	if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not $1: '$3' instead of '$2'"; fi >>"$result"
}
holds() { # NAME CONDITION...
	local name="$1"
	shift
	if "$@"; then echo "ok $name"; else echo "not $name: $*"; fi >>"$result"
}
set -u

same '$1' 2a02:8010:0001:0000:0000:0000:0000:0007 "$1"
same __IP 2a02:8010:0001:0000:0000:0000:0000:0007 "$__IP"
same domain www.example.com,home.example.com "$domain"
same username user "$username"
same password 'pa ss"w`o$r'\''d' "$password"
same param_enc 'a b&c' "$param_enc"
same param_opt 'zone=1&x' "$param_opt"
same use_ipv6 1 "$use_ipv6"
same use_https 1 "$use_https"
same cacert '' "$cacert"
same proxy '' "$proxy"
same force_ipversion 0 "$force_ipversion"
same force_dnstcp 0 "$force_dnstcp"
same bind_network '' "$bind_network"
holds dns_server test -n "$dns_server"
same lookup_host home.example.com "$lookup_host"
same retry_max_count 1 "$retry_max_count"
same retry_count 1 "$retry_count"
same ip_network wan6 "$ip_network"
same ip_source web "$ip_source"
same service_name '' "$service_name"
same update_script /usr/lib/ddns/update_every_name.sh "$update_script"
same is_glue 0 "$is_glue"
same user_agent 'my agent/1' "$user_agent"
same own_option 'of mine' "$own_option"
same URL_USER user "$URL_USER"
same URL_PASS 'pa%20ss%22w%60o%24r%27d' "$URL_PASS"
same URL_PENC a%20b%26c "$URL_PENC"

same DATFILE "$ddns_rundir/home.dat" "$DATFILE"
same ERRFILE "$ddns_rundir/home.err" "$ERRFILE"
same LOGFILE "$ddns_logdir/home.log" "$LOGFILE"
same PIDFILE "$ddns_rundir/home.pid" "$PIDFILE"
same UPDFILE "$ddns_rundir/home.update" "$UPDFILE"
same IPFILE "$ddns_rundir/home.ip" "$IPFILE"
same CHKFILE "$ddns_rundir/home.nextcheck" "$CHKFILE"
holds ddns_rundir test -d "$ddns_rundir"
same ddns_logdir /var/log/ddns "/var/log/${ddns_logdir##*/}"

same SECTION_ID home "$SECTION_ID"
same VERBOSE 1 "$VERBOSE"
same VERBOSE_MODE 1 "$VERBOSE_MODE"
same DRY_RUN 0 "$DRY_RUN"
same REGISTERED_IP 2a02:8010:1::6 "$REGISTERED_IP"
same CURRENT_IP "$__IP" "$CURRENT_IP"
same LOCAL_IP "$__IP" "$LOCAL_IP"
same CHECK_SECONDS 600 "$CHECK_SECONDS"
same CHECK_SECONDS_MIN 120 "$CHECK_SECONDS_MIN"
same FORCE_SECONDS 259200 "$FORCE_SECONDS"
same RETRY_SECONDS 1 "$RETRY_SECONDS"
same LAST_TIME 5 "$LAST_TIME"
holds CURR_TIME test "$CURR_TIME" -gt 0
same NEXT_TIME 259205 "$NEXT_TIME"
holds EPOCH_TIME test "$EPOCH_TIME" -gt $(($(date +%s) - CURR_TIME - 60)) -a \
	"$EPOCH_TIME" -le $(($(date +%s) - CURR_TIME + 5))
same UPD_ANSWER '' "$UPD_ANSWER"
same ERR_LAST 0 "$ERR_LAST"
same RETRY_COUNT 0 "$RETRY_COUNT"
same ERR_UPDATE 0 "$ERR_UPDATE"
same PID_SLEEP 0 "$PID_SLEEP"
same LUCI_HELPER '' "$LUCI_HELPER"
same MYPROG dynamic_dns_updater.sh "$MYPROG"
holds VERSION test -n "$VERSION"
same N "$(printf 'a\nb')" "a${N}b"

for name in WGET:wget CURL:curl UCLIENT_FETCH:uclient-fetch BIND_HOST:host KNOT_HOST:khost \
	DRILL:drill HOSTIP:hostip NSLOOKUP:nslookup RESOLVEIP:resolveip jsonfilter:jsonfilter; do
	eval "same ${name%%:*} \"\$(command -v ${name##*:})\" \"\$${name%%:*}\""
done
same use_curl 1 "$use_curl"
same USE_CURL "$([ -z "$CURL" ] && echo 0 || echo 1)" "$USE_CURL"
# They are set when the program says of itself that it speaks https: busybox's wget, which an ash with
# applets of its own takes for wget, does not.
if [ -n "$WGET" ] && "$WGET" -V 2>/dev/null | grep -qF +https; then
	same WGET_SSL "$WGET" "$WGET_SSL"
else
	same WGET_SSL '' "$WGET_SSL"
fi
if [ -n "$CURL" ] && "$CURL" -V 2>/dev/null | grep -qw https; then
	holds CURL_SSL test -n "$CURL_SSL"
else
	same CURL_SSL '' "$CURL_SSL"
fi
holds CURL_PROXY test -z "$CURL" -o -n "$CURL_PROXY"

same IPV4_REGEX 1.2.3.4 "$(echo 'a 1.2.3.4 b' | grep -o "$IPV4_REGEX")"
same IPV6_REGEX 2001:db8::1 "$(echo 'a 2001:db8::1 b' | grep -o "$IPV6_REGEX")"
same SHELL_ESCAPE ab "$(echo "a\"'\`\$!();><{}?|[]*\\b" | sed "s/$SHELL_ESCAPE//g")"
same DNS_CHARSET '/ ' "$(echo 'a@B.9:_-/ ' | sed "s/$DNS_CHARSET//g")"
same DNS_CHARSET_DOMAIN '/ ' "$(echo 'a@B.9_*-/ ' | sed "s/$DNS_CHARSET_DOMAIN//g")"
same upd_privateip 0 "$upd_privateip"
same ALLOW_LOCAL_IP 0 "$ALLOW_LOCAL_IP"
same ddns_loglines 99 "$ddns_loglines"
same LOGLINES 99 "$LOGLINES"
same ddns_dateformat '%F %R' "$ddns_dateformat"
same RUNDIR "$ddns_rundir" "$RUNDIR"
same LOGDIR "$ddns_logdir" "$LOGDIR"
same public_suffix '' "$public_suffix"
same helpers '' "$helpers"
same DATE_PROG "$(date +%Y)" "$($DATE_PROG +%Y)"

local text='' six='' list=''
write_log 5 "a note" "of words${N}and a line" && same write_log 0 $?
urlencode text 'ä b/~'
same urlencode %c3%a4%20b%2f~ "$text"
expand_ipv6 2001:DB8::f six
same expand_ipv6 2001:0db8:0000:0000:0000:0000:0000:000f "$six"
expand_ipv6 1.2.3.4 six
same expand_ipv6-bad invalid "$six"
do_transfer "$own_page" && same do_transfer 2a02:8010:1::7 "$(tr -d '\n' <"$DATFILE")"
do_transfer "$own_page/none" || same do_transfer-404 1 $?
get_service_data row.test "${ddns_rundir%/var/*}/usr/share/ddns/default" text six list
same get_service_data 'http://a/[IP]||good' "$text|$six|$list"
service_name=script.test
get_service_data text six list
same get_service_data-3 "|${ddns_rundir%/var/*}/usr/lib/ddns/update_x.sh|" "$text|$six|$list"
get_seconds text 2 hours
same get_seconds 7200 "$text"
get_uptime text
holds get_uptime test "$text" -ge "$CURR_TIME"
timeout 5 -- sh -c 'exit 7'
same timeout 7 $?
timeout 1 sleep 30
same timeout-ends 143 $?
timeout -9 1 sleep 30
same timeout-KILL 137 $?
(sanitize_variable domain "$DNS_CHARSET_DOMAIN" '')
same sanitize_variable 0 $?
(sanitize_variable password '' "$SHELL_ESCAPE")
same sanitize_variable-bad 1 $?
get_current_ip text
same get_current_ip 2a02:8010:0001:0000:0000:0000:0000:0007 "$text"
get_registered_ip text x
same get_registered_ip '0 2a02:8010:1::6' "$? $text"
(ddns_dateformat='it is %Y' && same date_prog "it is $(date +%Y)" "$(date_prog)")
same date_prog-words "$(date +%Y)" "$(date_prog +%Y)"
(load_all_config_options ddns other && same load_all_config_options "of other,1" "$own_option,$enabled")
load_all_service_sections list
same load_all_service_sections 'home other' "$list"
: >"$DATFILE"
(trap_handler 0 5)
same trap_handler '5 gone' "$? $([ -e "$DATFILE" ] || echo gone)"
holds send_update command -v send_update
(write_log 1)
same write_log-wrong 1 $?
(urlencode text)
same urlencode-wrong 1 $?
set +u

. /lib/functions.sh
config_load ddns
config_get text other domain
same config_get two.example.com "$text"
config_get_bool text other enabled 0
same config_get_bool 1 "$text"
one() { list="$list $1"; }
list=''
config_foreach one service
same config_foreach ' home other' "$list"
list=''
config_list_foreach other colour one
same config_list_foreach ' red blue' "$list"
config_load network
config_get text wan proto
same config_load dhcp "$text"
load_all_config_options network wan
same load_all_config_options-network eth9 "$device"

. /lib/functions/network.sh
network_flush_cache
same network_flush_cache 0 $?
network_get_device text lo
same network_get_device lo "$text"
network_get_ipaddr text no-such-network
same network_get_ipaddr 1 $?
network_get_ipaddr6 text no-such-network
same network_get_ipaddr6 1 $?
network_is_up lo
same network_is_up 0 $?

. /usr/share/libubox/jshn.sh
json_load '{"a":{"b":[1,"x"]}}'
json_select a
json_get_keys list b
same json_load '1 2' "$list"
same jsonfilter-run x "$(jsonfilter -s '{"a":{"b":[1,"x"]}}' -e '@.a.b[1]')"
echo "the end" >>"$result"
return 0
