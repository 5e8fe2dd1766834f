#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deb.sh BINARY ARCH DIRECTORY: makes DIRECTORY/ddns-toolkit_VERSION_ARCH.deb for Debian, and prints
# its name. The same sources give the same bytes. Nothing is started at installation: nothing is
# configured then.
set -euo pipefail
binary=$(realpath "$1")
processor=$2
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/.."
. tools/package.sh

arch=$(debian_name "$processor")
[ -n "$arch" ] || { echo "deb: Debian has no packages for $processor" >&2; exit 64; }
root=$work/root
tools/install.sh linux "$binary" "$root"
gzip -n9 "$root"/usr/share/man/man?/*
install -D -m 644 /dev/stdin "$root/usr/share/doc/$name/copyright" <<TEXT
Licence: Apache-2.0, see /usr/share/common-licenses/Apache-2.0. The executable holds libcurl
(curl licence), mbedTLS (Apache-2.0), cJSON (MIT) and musl (MIT).
TEXT

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: $name
Version: $version-1
Section: net
Priority: optional
Architecture: $arch
Installed-Size: $((($(bytes "$root") + 1023) / 1024))
Maintainer: $maintainer
Description: $summary
 Keeps DNS names at the current address of this machine or its router, by the
 configuration and provider files of OpenWrt's ddns-scripts.
CONTROL
(cd "$root" && find etc -type f | sed 's|^|/|' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart ddns.service
fi
SCRIPT
cat >"$root/DEBIAN/prerm" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now ddns.service
fi
SCRIPT
cat >"$root/DEBIAN/postrm" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = purge ]; then
	rm -rf /etc/ddns/state /var/log/ddns
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
SCRIPT
chmod 755 "$root"/DEBIAN/p*
chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/conffiles"
file=$out/${name}_${version}-1_$arch.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >/dev/null
echo "$file"
