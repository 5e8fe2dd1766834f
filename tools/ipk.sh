#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ipk.sh BINARY ARCH DIRECTORY: makes DIRECTORY/ddns-toolkit_VERSION_NAME.ipk for opkg, for each name that
# OpenWrt has for processors of ARCH (tools/processors), and prints theirs.
# The same sources give the same bytes: SOURCE_DATE_EPOCH is the time of every file in it.
set -euo pipefail
binary=$(realpath "$1")
arch=$2
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/.."
. tools/package.sh

names=$(openwrt_names "$arch")
[ -n "$names" ] || { echo "ipk: no row for $arch in tools/processors" >&2; exit 64; }
root=$work/data
tools/install.sh openwrt-package "$binary" "$root"

# Replaces lets opkg take over the files of ddns-scripts while it is installed, so that there is an
# updater all the time; with Conflicts it would remove it first, and lose track of the common files.
control=$work/control
mkdir "$control"
cat >"$control/control" <<CONTROL
Package: $name
Version: $version-1
Depends:
Provides: $provided
Replaces: $replaced
Section: net
Architecture: all
Installed-Size: $(bytes "$root")
Maintainer: $maintainer
License: Apache-2.0
Description: $summary
 Takes the place of ddns-scripts: the same configuration, provider
 files, run files and logs. Needs no curl, wget, host or TLS library.
CONTROL
sed -i '/^Depends:$/d' "$control/control"
echo /etc/config/ddns >"$control/conffiles"

# What OpenWrt's build gives every package: default_postinst runs the migration and postinst-pkg,
# enables and starts; default_prerm runs prerm-pkg, stops and disables.
install -m 755 openwrt/files/ddns.postinst "$control/postinst-pkg"
install -m 755 openwrt/files/ddns.prerm "$control/prerm-pkg"
cat >"$control/postinst" <<'SCRIPT'
#!/bin/sh
[ "${IPKG_NO_SCRIPT}" = "1" ] && exit 0
[ -s "${IPKG_INSTROOT}/lib/functions.sh" ] || exit 0
. "${IPKG_INSTROOT}/lib/functions.sh"
default_postinst "$0" "$@"
SCRIPT
cat >"$control/prerm" <<'SCRIPT'
#!/bin/sh
[ -s "${IPKG_INSTROOT}/lib/functions.sh" ] || exit 0
. "${IPKG_INSTROOT}/lib/functions.sh"
default_prerm "$0" "$@"
SCRIPT
chmod 755 "$control/postinst" "$control/prerm"
chmod 644 "$control/control" "$control/conffiles"

echo 2.0 >"$work/debian-binary"
chmod 644 "$work/debian-binary"
pack "$work/data.tar.gz" "$root"
for arch in $names; do
  sed -i "s/^Architecture: .*/Architecture: $arch/" "$control/control"
  pack "$work/control.tar.gz" "$control"
  file=$out/${name}_${version}-1_$arch.ipk
  pack "$file" "$work" ./debian-binary ./data.tar.gz ./control.tar.gz
  echo "$file"
done
