# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What ipk.sh and deb.sh share; sourced, in the folder of the sources.

name=ddns-toolkit
version=$(sed -n 's/.*let version\b.*"\(.*\)".*/\1/p' Sources/*/Product.swift)
summary='Dynamic DNS client in one static executable'
maintainer='The ddns-toolkit developers <ddns-toolkit@invalid>'

# Packages of single providers bring scripts of their own, which go on working. But many have a provider's
# file of the same name as ours, which needs no script.
provided='ddns-scripts, ddns-scripts-services'
replaced=$provided
for provider in aliyun beget blazingfast cloudflare digitalocean dnspod dnspod-v3 freedns gandi gcp \
  godaddy hetzner-cloud huaweicloud luadns namesilo netcup-com noip ns1 nsupdate one pdns porkbun route53 \
  scaleway servercow transip; do
  replaced="$replaced, ddns-scripts-$provider"
done

# What tools/processors knows of an ARCH of ours, and whose processor a name of OpenWrt's is.
debian_name() { awk -v arch="$1" '$1 == arch && $2 != "-" { print $2 }' tools/processors; }
openwrt_names() { awk -v arch="$1" '$1 == arch { for (i = 3; i <= NF; i++) print $i }' tools/processors; }
processor() { awk -v name="$1" '!/^#/ { for (i = 3; i <= NF; i++) if ($i == name) print $1 }' tools/processors; }

if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
fi
export SOURCE_DATE_EPOCH

umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The sum of all files below a folder.
bytes() { find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }'; }

# pack FILE FOLDER [NAME...]: a tar.gz whose bytes depend on names, modes and contents only.
pack() {
  local file=$1 folder=$2
  shift 2
  [ $# -gt 0 ] || set -- .
  tar -C "$folder" --format=gnu --sort=name --numeric-owner --owner=0 --group=0 \
    --mtime="@$SOURCE_DATE_EPOCH" -cf - "$@" | gzip -n9 >"$file"
}
