#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# emulate.sh ARCH COMMAND...   runs a command that runs programs built for ARCH
#
# On another processor the kernel is told to start them by QEMU, so that nobody has to know: a program
# that runs itself anew, or is run by a script or below another root, works as on a router. Root tells
# it for the whole machine, as Debian's systemd does. Others get a user namespace with a table of its own
# (Linux 6.7), and a network of its own: only loopback.
set -eu
arch=$1
shift
tools=$(dirname "$0")
table=/proc/sys/fs/binfmt_misc
emulator=$("$tools/cc.sh" "$arch" --variables | sed -n 's/^EMULATOR := //p')
entry=/usr/lib/binfmt.d/$emulator.conf # of Debian's qemu-user-static

if [ -z "$emulator" ] || [ "$emulator" = "qemu-$(uname -m)" ]; then
  exec "$@"
fi
export DDNS_SLOWNESS=4 # tests wait that much longer
if [ -e "$table/$emulator" ]; then
  exec "$@"
fi
[ -e "$entry" ] || { echo "emulate: $arch: no $entry; tools/setup.sh installs it" >&2; exit 69; }
if [ "$(id -u)" -ne 0 ]; then
  exec unshare --map-root-user --mount --net "$0" "$arch" "$@"
fi
[ -w "$table/register" ] || mount -t binfmt_misc binfmt_misc "$table"
ip link set lo up
cat "$entry" >"$table/register"
exec "$@"
