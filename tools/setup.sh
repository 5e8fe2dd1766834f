#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need, on Debian 12 or 13, when it is not there yet.
# The Swift toolchain is not installed here: it has to be on PATH already.
# Starts no daemon. Does nothing, without touching apt, when everything is present.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

# what to look for: a command, or a path             package            reason
needs() {
  sed -e 's/#.*//' -e '/^ *$/d' <<'TABLE'
/usr/lib/*/libncurses.so.6                         libncurses6        # the Swift toolchain itself
/usr/lib/*/libcurl.so.4                            libcurl4           # the same
gcc                                                gcc                # host build of the C parts
/usr/include/stdio.h                               libc6-dev          # the same
make                                               make               # the Makefile, and those of the libraries
readelf                                            binutils           # ar and ld of the host; the check of the binary
file                                               file               # the check of the binary
dpkg-source                                        dpkg-dev           # unpacks curl, mbedTLS, cJSON
xz                                                 xz-utils           # the same
/etc/ssl/certs/ca-certificates.crt                 ca-certificates    # a real CA bundle to search in
git                                                git                # lint asks which files are tracked
openssl                                            openssl            # test certificates and keys
nginx                                              nginx              # test: TLS server that is not ours
/usr/lib/nginx/modules/ngx_stream_module.so        libnginx-mod-stream # test: TLS and TCP pass-through
named                                              bind9              # test: lookups, TSIG updates
nsupdate                                           bind9-dnsutils     # test: dig, nsupdate to compare with
knotd                                              knot               # test: TSIG updates
/usr/lib/*/pdns/liblmdbbackend.so                  pdns-backend-lmdb  # test: TSIG updates, and pdns-server with it
turnserver                                         coturn             # test: a STUN server
miniupnpd                                          miniupnpd          # test: a gateway with NAT-PMP, PCP, UPnP
chromium                                           chromium           # test: what a person sees of our page and of LuCI's
tidy                                               tidy               # test: whether the page is HTML
promtool                                           prometheus         # test: what figures have to look like
nft                                                nftables           # test: where it puts the mappings of PCP
/usr/sbin/postfix                                  postfix            # test: a mail server
/usr/sbin/dovecot                                  dovecot-imapd      # test: a mailbox, and who may send
faketime                                           faketime           # test: a server whose clock is wrong
busybox                                            busybox            # test: ash, for update scripts and OpenWrt's files
flock                                              util-linux         # test: the lock of the hotplug entry
dpkg-deb                                           dpkg               # make deb, and its test
shellcheck                                         shellcheck         # lint of what runs on routers
systemd-analyze                                    systemd            # test: the unit for plain Linux
ip                                                 iproute2           # test: network namespaces, addresses
strace                                             strace             # test: which system calls are made
curl                                               curl               # test: a client for the mock that is not ours
/usr/lib/python3.*/ctypes/__init__.py              python3            # test helpers, tools/imports.py, make bench
/usr/lib/binfmt.d/qemu-aarch64.conf                qemu-user-static   # test: runs what is built for other processors
valgrind                                           valgrind           # make order, make check-valgrind
inadyn                                             inadyn             # make bench: beside ours
ddclient                                           ddclient           # the same
/usr/share/perl5/IO/Socket/SSL.pm                   libio-socket-ssl-perl # what ddclient asks for before it reads anything
zsh                                                zsh                # test: completion
fish                                               fish               # the same
ps                                                 procps             # test: what other users can see of us
TABLE
}

missing=()
while read -r thing package; do
  case $thing in
    /*) compgen -G "$thing" >/dev/null && continue ;;
    *) command -v "$thing" >/dev/null && continue ;;
  esac
  missing+=("$package")
done < <(needs)

if ! command -v swiftc >/dev/null; then
  echo "setup: swiftc is not on PATH; install Swift 6.3 or later" >&2
  exit 1
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || [ ! -e /etc/debian_version ]; then
  echo "setup: missing (Debian's package names): ${missing[*]}" >&2
  echo "setup: run this as root on Debian, or install them" >&2
  exit 1
fi

# Debian starts a daemon as soon as it is installed; this is its documented way to say no.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi

export DEBIAN_FRONTEND=noninteractive
apt="apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3"
echo "setup: installing ${missing[*]}"
# Of many mirrors one may be at odds with itself for an hour; what is missing then, the next line says.
$apt update >/dev/null || echo "setup: not all lists could be fetched; going on with those that are here" >&2
$apt install --no-install-recommends "${missing[@]}" >/dev/null
