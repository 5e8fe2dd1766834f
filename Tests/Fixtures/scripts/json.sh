# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# shellcheck disable=SC1090,SC2154
# Run by hand with the library's path: what jsonfilter and jshn make of a value.
__DDNS_LIBRARY=$1
. "$__DDNS_LIBRARY"
J='{"a":{"b":[1,2,{"x":"y"}]},"r":[{"type":"A","id":"1","ttl":60},{"type":"AAAA","id":"2","ttl":1.5}],'
J=$J'"s":"q\"\\\u00e9\ud83d\ude00\n'\''z","t":true,"n":null,"e":[],"o":{},"my-key":"dash"}'
try() {
	local found
	found=$(jsonfilter -s "$J" "$@" 2>&1)
	echo "$*: $found $?"
}
try -e '$.a.b[0]'
try -e '@.a.b[*]'
try -e '@["a"].b[-1].x'
try -e "@.r[@.type='AAAA'].id"
try -e '@.r[@.type="A" && @.ttl>10].id'
try -e '@.r[@.type="A" || @.ttl<10].id'
try -e '@.r[!@.zzz].id'
try -e '$..id'
try -e 'X=@.r[*].id' -e 'Y=@.s'
try -e '@.a' -e '@.e' -e '@.o' -e '@.n'
try -t '@.r[1].ttl'
try -e '@.nope'
try -e '@.a['
jsonfilter -q -s '{"a":' -e '@.a'
echo "cut: $?"
json_load "$J"
json_get_keys k
echo "keys: $k"
json_get_var v my_key
echo "my_key: $v"
json_get_var v none default
echo "default: $v"
json_select a
json_select b
json_get_values v
echo "values: $v"
json_select 3
json_get_var v x
echo "x: $v"
json_select ..
json_select ..
json_select
json_get_type v t
json_is_a r array && echo "types: $v array"
each() { echo "each: $2 $3"; }
json_for_each_item each r more
json_select nope 2>/dev/null || echo "no select"
json_dump
json_init
json_add_string 'na-me' "va'l\"ue"
json_add_array l
json_add_int '' 5
json_add_object ''
json_add_boolean ok 1
json_close_object
json_close_array
json_add_double d 1.5
json_set_namespace other old
json_init
json_add_string q 1
json_dump
json_set_namespace "$old"
json_dump
json_load 'nonsense' 2>/dev/null || echo "refused"
json_cleanup
