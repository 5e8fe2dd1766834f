# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
# Sourced by whoever has to do with the process of a section: the init script, LuCI's object and the
# shell library.

# ddns_process PIDFILE: sets `pid` to the process that has written the file; with status 1 to nothing
# when it has ended, or somebody else has its number by now. The file is there only once the process can
# take a signal, so it tells more than procd does.
ddns_process() {
	local ddns_name=''
	pid=''
	{
		read -r pid <"$1"
		# What has ended and waits for its parent has no program any more.
		[ ! -e "/proc/$pid/exe" ] || read -r ddns_name <"/proc/$pid/comm"
	} 2>/dev/null
	case "$ddns_name" in
	dynamic_dns_upd | ddns-runner | ddns) return 0 ;;
	esac
	pid=''
	return 1
}
