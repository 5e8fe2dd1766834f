#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install.sh SYSTEM BINARY DESTDIR [PREFIX]: puts everything where SYSTEM has it, below DESTDIR.
#   openwrt          with init script, hotplug entry, migration, and the object that LuCI calls
#   openwrt-package  the same without what belongs to other packages: the providers that need a script
#                    (ddns-scripts-cloudflare, ...) and LuCI's own object
#   linux            with a systemd unit, hooks of NetworkManager and ifupdown, man pages
# An /etc/config/ddns that is there already is left alone.
set -euo pipefail
system=$1
binary=$2
root=$3
prefix=${4:-/usr}
umask 022
cd "$(dirname "$0")/.."

to=$root$prefix
version=$(sed -n 's/.*let version\b.*"\(.*\)".*/\1/p' Sources/*/Product.swift)
[ -n "$version" ] || { echo "install: no version in Sources/*/Product.swift" >&2; exit 1; }

put() { # MODE FILE DESTINATION
  install -D -m "$1" "$2" "$3"
}
link() { # TARGET NAME
  install -d "$(dirname "$2")"
  ln -sfn "$1" "$2"
}

put 755 "$binary" "$to/lib/ddns/ddns"
link ddns "$to/lib/ddns/dynamic_dns_updater.sh"
link ddns "$to/lib/ddns/dynamic_dns_lucihelper.sh"
link ../lib/ddns/ddns "$to/bin/ddns"
for name in ddns-detect-ip ddns-verify ddns-update ddns-runner ddns-synology; do
  link ../lib/ddns/ddns "$to/sbin/$name"
done
put 644 openwrt/lib/dynamic_dns_functions.sh "$to/lib/ddns/dynamic_dns_functions.sh"
put 644 openwrt/lib/process.sh "$to/lib/ddns/process.sh"
for file in openwrt/lib/compat/*; do
  put 644 "$file" "$to/lib/ddns/compat/$(basename "$file")"
done
install -d "$to/share/ddns/default" "$to/share/ddns/custom" "$root/etc/ddns"
install -m 644 services/*.json "$to/share/ddns/default"
install -d "$to/share/ddns/notify"
install -m 644 services/notify/*.json "$to/share/ddns/notify"
rm -f "$to/share/ddns/default/schema.json" # for editors; LuCI would offer it as a provider
echo "$version" >"$to/share/ddns/version"
chmod 644 "$to/share/ddns/version"
[ -e "$root/etc/config/ddns" ] || put 600 uci-examples/ddns "$root/etc/config/ddns"

case $system in
  openwrt | openwrt-package)
    put 755 openwrt/files/ddns.init "$root/etc/init.d/ddns"
    put 644 openwrt/files/ddns.hotplug "$root/etc/hotplug.d/iface/95-ddns"
    put 755 openwrt/files/ddns.defaults "$root/etc/uci-defaults/50-ddns"
    put 644 openwrt/files/ddns.keep "$root/lib/upgrade/keep.d/ddns"
    put 755 openwrt/files/luci.ddns "$to/lib/ddns/luci.ddns"
    put 644 openwrt/lib/luci.sh "$to/lib/ddns/luci.sh"
    put 644 openwrt/files/ddns.uc "$to/share/rpcd/ucode/ddns-toolkit.uc"
    put 644 openwrt/files/ddns.rpcd.json "$to/share/rpcd/acl.d/ddns-toolkit.json"
    put 644 openwrt/files/ddns.status.js "$root/www/luci-static/resources/view/status/include/71_ddns_toolkit.js"
    put 644 openwrt/files/ddns.ubus.json "$to/share/acl.d/ddns-toolkit.json"
    if [ "$system" = openwrt-package ]; then
      grep -LE '"url": *"(http|dns:)|"protocol": *"recipe"' "$to"/share/ddns/default/*.json | xargs rm
    elif [ ! -e "$to/libexec/rpcd/luci.ddns" ]; then # LuCI up to 23.05 has a file of that name.
      link /usr/lib/ddns/luci.ddns "$to/libexec/rpcd/luci.ddns"
    fi
    ;;
  linux)
    put 644 linux/ddns.service "$to/lib/systemd/system/ddns.service"
    put 755 linux/ddns-hook "$root/etc/NetworkManager/dispatcher.d/90-ddns"
    put 755 linux/ddns-hook "$root/etc/network/if-up.d/ddns"
    put 644 linux/ddns.cron "$to/share/doc/ddns-toolkit/examples/ddns.cron"
    shells=$to/share
    put 644 completions/_ddns "$shells/zsh/vendor-completions/_ddns"
    for name in ddns-detect-ip ddns-verify ddns-update ddns-runner; do
      put 644 completions/ddns.bash "$shells/bash-completion/completions/$name"
      put 644 completions/ddns.fish "$shells/fish/vendor_completions.d/$name.fish"
    done
    for page in man/*.[58]; do
      put 644 "$page" "$to/share/man/man${page##*.}/$(basename "$page")"
    done
    ;;
  *)
    echo "install: SYSTEM is openwrt, openwrt-package or linux, not '$system'" >&2
    exit 64
    ;;
esac
