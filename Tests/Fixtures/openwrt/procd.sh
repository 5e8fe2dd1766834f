# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
# A stand-in for OpenWrt's procd: instances are folders below /tmp/procd, and what was done with each is in
# /tmp/procd.log. It starts what has ended when told to, restarts what has changed, and ends what is gone. What has
# changed is judged as procd does: by command, environment, limits, user and the like and by the content of files, but
# never by `data`, `stdout` or `stderr`. It hands every descriptor on that it was given, so that a leak shows.

procd_open_service() {
	mkdir -p /tmp/procd /tmp/procd.pid
	exec 8>/tmp/procd.lock
	flock 8
	rm -rf /tmp/procd.new
	mkdir /tmp/procd.new
}
procd_open_instance() {
	instance=$1
	mkdir "/tmp/procd.new/$1"
}
procd_set_param() {
	local kind=$1 word
	shift
	for word in "$@"; do
		echo "$word"
		[ "$kind" != file ] || cat "$word"
	done >"/tmp/procd.new/$instance/$kind"
}
# Whether the instance $1 is another than $2 to procd.
procd_changed() {
	local kind
	for kind in command env file group limits netdev nice pidfile reload_signal respawn term_timeout user; do
		[ -e "$1/$kind" ] || [ -e "$2/$kind" ] || continue
		cmp -s "$1/$kind" "$2/$kind" || return 0
	done
	return 1
}
procd_close_instance() { instance=; }

procd_alive() {
	local pid='' state=''
	{
		read -r pid <"/tmp/procd.pid/$1" || return 1
		state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat")
	} 2>/dev/null
	case "$state" in
	'' | Z | X) return 1 ;;
	esac
}
procd_start() {
	local word
	set --
	[ ! -e "/tmp/procd/$instance/env" ] ||
		while read -r word; do set -- "$@" "$word"; done <"/tmp/procd/$instance/env"
	while read -r word; do set -- "$@" "$word"; done <"/tmp/procd/$instance/command"
	env "$@" </dev/null >/dev/null 2>&1 8>&- &
	echo $! >"/tmp/procd.pid/$instance"
}
procd_end() {
	! procd_alive "$1" || kill "$(cat "/tmp/procd.pid/$1")"
	while procd_alive "$1"; do sleep 0.01; done
}
procd_log() { echo "$1 $2" >>/tmp/procd.log; }

procd_close_service() {
	local folder old
	for folder in /tmp/procd.new/*; do
		[ -d "$folder" ] || continue
		instance=${folder##*/}
		old=/tmp/procd/$instance
		if ! procd_alive "$instance"; then
			procd_log start "$instance"
		elif ! procd_changed "$folder" "$old"; then
			procd_log keep "$instance"
			rm -rf "$old"
			cp -r "$folder" "$old"
			continue
		else
			procd_log restart "$instance"
			procd_end "$instance"
		fi
		rm -rf "$old"
		cp -r "$folder" "$old"
		procd_start
	done
	[ "$1" = set ] || return 0
	for folder in /tmp/procd/*; do
		instance=${folder##*/}
		[ -d "$folder" ] && [ ! -d "/tmp/procd.new/$instance" ] && procd_kill ddns "$instance"
	done
	return 0
}
procd_kill() {
	local folder
	for folder in /tmp/procd/${2:-*}; do
		[ -d "$folder" ] || continue
		procd_log stop "${folder##*/}"
		procd_end "${folder##*/}"
		rm -rf "$folder"
	done
}
procd_add_reload_trigger() { echo "reload on $1" >>/tmp/procd.triggers; }
triggers() { service_triggers; }
