# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=ash
# shellcheck disable=SC2154 # variables made by eval
# Stands in for OpenWrt's /usr/share/libubox/jshn.sh where there is none: a JSON value at a time in
# shell variables. Containers are numbered; the members of an array are 1, 2, 3, ... What cannot be
# in a variable's name is `_` in a member's name. Texts go to awk through a pipe.

: "${__json:=J_}" # in front of every variable: the namespace

# __json_let VAR TEXT, __json_copy VAR FROM: only of our own variables.
__json_let() { eval "$__json$1=\$2"; }
__json_copy() { eval "$1=\${$__json$2:-}"; }

# Sets __json_key to what stands for a member's name in variables.
__json_name() {
	__json_key=$1
	while :; do
		case $__json_key in
		*[!a-zA-Z0-9_]*)
			__json_tail=${__json_key#*[!a-zA-Z0-9_]}
			__json_key=${__json_key%"${__json_key#"${__json_key%%[!a-zA-Z0-9_]*}"}"}_$__json_tail
			;;
		*) return 0 ;;
		esac
	done
}

# __json_new TYPE PARENT: sets __json_id to a new, empty container.
__json_new() {
	__json_copy __json_id count
	__json_id=$((__json_id + 1))
	__json_let count "$__json_id"
	__json_let "type$__json_id" "$1"
	__json_let "up$__json_id" "$2"
	__json_let "keys$__json_id" ''
}

# __json_add TYPE NAME VALUE: into the current container.
__json_add() {
	local __json_at __json_keys __json_kind
	__json_copy __json_at now
	__json_copy __json_keys "keys$__json_at"
	__json_copy __json_kind "type$__json_at"
	if [ "$__json_kind" = array ]; then
		# shellcheck disable=SC2086 # one word for each member
		set -- "$1" "$(__json_count $__json_keys)" "$3"
	fi
	__json_name "$2"
	case " $__json_keys " in
	*" $__json_key "*) ;;
	*) __json_let "keys$__json_at" "${__json_keys:+$__json_keys }$__json_key" ;;
	esac
	__json_let "name${__json_at}_$__json_key" "$2"
	__json_let "kind${__json_at}_$__json_key" "$1"
	__json_let "value${__json_at}_$__json_key" "$3"
}
__json_count() { echo "$(($# + 1))"; }

__json_open() {
	local __json_at __json_made
	__json_copy __json_at now
	__json_new "$1" "$__json_at"
	__json_made=$__json_id
	__json_add "$1" "$2" "$__json_made"
	__json_let now "$__json_made"
}
__json_close() {
	local __json_at
	__json_copy __json_at now
	__json_copy __json_at "up$__json_at"
	__json_let now "${__json_at:-1}"
}

json_cleanup() {
	local __json_n=0 __json_last __json_keys __json_k
	__json_copy __json_last count
	while [ "$__json_n" -lt "${__json_last:-0}" ]; do
		__json_n=$((__json_n + 1))
		__json_copy __json_keys "keys$__json_n"
		for __json_k in $__json_keys; do
			unset "${__json}name${__json_n}_$__json_k" "${__json}kind${__json_n}_$__json_k" \
				"${__json}value${__json_n}_$__json_k"
		done
		unset "${__json}type$__json_n" "${__json}up$__json_n" "${__json}keys$__json_n"
	done
	unset "${__json}count" "${__json}now"
}
json_init() {
	json_cleanup
	__json_let count 0
	__json_new "${1:-object}" ''
	__json_let now 1
}
json_load() {
	local __json_text
	__json_text=$(printf '%s' "${1:-}" |
		LC_ALL=C DDNS_JSON_MODE=shell awk -f "${__DDNS_LIBRARY%/*}/compat/json.awk") || {
		echo 'Failed to parse message data' >&2
		return 1
	}
	eval "$__json_text"
	__json_let now 1
}
json_load_file() {
	[ -r "$1" ] || return 1
	json_load "$(cat "$1")"
}

json_add_object() { __json_open object "${1:-}"; }
json_add_array() { __json_open array "${1:-}"; }
json_close_object() { __json_close; }
json_close_array() { __json_close; }
json_add_string() { __json_add string "${1:-}" "${2:-}"; }
json_add_int() { __json_add int "${1:-}" "${2:-0}"; }
json_add_double() { __json_add double "${1:-}" "${2:-0}"; }
json_add_null() { __json_add null "${1:-}" ''; }
json_add_boolean() {
	case ${2:-} in
	1 | true | yes | on) __json_add boolean "${1:-}" 1 ;;
	*) __json_add boolean "${1:-}" 0 ;;
	esac
}

# __json_find NAME: 0 when the current container has it; then __json_at and __json_key say where.
__json_find() {
	__json_copy __json_at now
	__json_name "$1"
	eval "[ -n \"\${${__json}kind${__json_at}_$__json_key:+x}\" ]"
}

json_get_var() {
	if __json_find "$2"; then
		__json_copy "$1" "value${__json_at}_$__json_key"
		return 0
	fi
	eval "$1=\${3:-}"
	[ -n "${3:-}" ]
}
json_get_vars() {
	local __json_var
	for __json_var in "$@"; do json_get_var "${__json_var%%:*}" "${__json_var%%:*}"; done
}
json_get_type() {
	if __json_find "$2"; then
		__json_copy "$1" "kind${__json_at}_$__json_key"
	else
		eval "$1=''"
		return 1
	fi
}
json_is_a() {
	local __json_kind
	json_get_type __json_kind "$1" && [ "$__json_kind" = "$2" ]
}

# __json_enter [NAME]: sets __json_at to the current container, or to the one of that name.
__json_enter() {
	if [ $# -eq 0 ] || [ -z "$1" ]; then
		__json_copy __json_at now
		return 0
	fi
	json_is_a "$1" object || json_is_a "$1" array || return 1
	__json_copy __json_at "value${__json_at}_$__json_key"
}
json_get_keys() {
	eval "$1=''"
	__json_enter "${2:-}" || return 1
	__json_copy "$1" "keys$__json_at"
}
json_get_values() {
	local __json_list __json_one __json_k
	eval "$1=''"
	__json_enter "${2:-}" || return 1
	__json_copy __json_list "keys$__json_at"
	for __json_k in $__json_list; do
		__json_copy __json_one "value${__json_at}_$__json_k"
		eval "$1=\"\${$1:+\$$1 }\$__json_one\""
	done
}
json_select() {
	case ${1:-} in
	'') __json_let now 1 ;;
	..) __json_close ;;
	*)
		__json_enter "$1" || {
			echo "WARNING: Variable '$1' does not exist or is not an array/object" >&2
			return 1
		}
		__json_let now "$__json_at"
		;;
	esac
}
json_get_position() { __json_copy "$1" now; }
json_move_to() { __json_let now "$1"; }
json_get_index() { __json_copy "$1" count; }

# json_for_each_item FUNCTION NAME [ARGUMENT...]: FUNCTION VALUE INDEX ARGUMENT...
json_for_each_item() {
	local __json_call="$1" __json_what="$2" __json_back __json_list __json_one __json_k __json_here
	shift 2
	__json_find "$__json_what" || return 0
	if ! __json_enter "$__json_what"; then
		json_get_var __json_one "$__json_what"
		"$__json_call" "$__json_one" 1 "$@"
		return 0
	fi
	__json_copy __json_back now
	__json_here=$__json_at
	__json_copy __json_list "keys$__json_here"
	__json_let now "$__json_here"
	for __json_k in $__json_list; do
		__json_copy __json_one "value${__json_here}_$__json_k"
		"$__json_call" "$__json_one" "$__json_k" "$@"
	done
	__json_let now "$__json_back"
}

json_set_namespace() {
	[ -z "${2:-}" ] || eval "$2=\${__json%J_}"
	__json=$1"J_"
}

# __json_text TEXT: prints it as JSON has it.
__json_text() {
	printf '%s\n' "$1" | __ddns ddns-update --shell json
}
# __json_print CONTAINER
__json_print() {
	local __json_kind __json_list __json_k __json_one __json_what __json_mark=' '
	__json_copy __json_kind "type$1"
	__json_copy __json_list "keys$1"
	if [ "$__json_kind" = array ]; then printf '['; else printf '{'; fi
	for __json_k in $__json_list; do
		printf '%s' "$__json_mark"
		__json_mark=', '
		if [ "$__json_kind" = object ]; then
			__json_copy __json_one "name${1}_$__json_k"
			__json_text "$__json_one"
			printf ': '
		fi
		__json_copy __json_what "kind${1}_$__json_k"
		__json_copy __json_one "value${1}_$__json_k"
		case $__json_what in
		object | array) __json_print "$__json_one" ;;
		string) __json_text "$__json_one" ;;
		boolean) if [ "$__json_one" = 1 ]; then printf true; else printf false; fi ;;
		null) printf null ;;
		*) printf '%s' "$__json_one" ;;
		esac
	done
	if [ "$__json_kind" = array ]; then printf ' ]'; else printf ' }'; fi
}
json_dump() {
	__json_print 1
	echo
}
