#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows the main job at work, on this machine only: a section of /etc/config/ddns keeps its name
# up to date at a provider on loopback, over TLS, and the DNS answers with the new address.
#
#   demo.sh [DIR]     DIR holds the programs, build/x86_64/bin if not given; DDNS_MOCK names
#                     ddns-mock, which is built with `swift build` otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "${1:-build/x86_64/bin}" && pwd)
root=$(mktemp -d "${TMPDIR:-/tmp}/ddns-demo.XXXXXX")
children=()

finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$root"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
indent() { sed 's/^/    /'; }
show() { printf '  $ %s\n' "$*"; }

# Waits for a condition, ten seconds at most.
await() {
  for _ in $(seq 200); do
    if "$@" 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "demo: this did not happen in ten seconds: $*" >&2
  cat "$root"/*.err >&2 2>/dev/null || true
  exit 1
}
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

mock=${DDNS_MOCK:-}
if [ -z "$mock" ]; then
  swift build --product ddns-mock >"$root/build.log" 2>&1 || { cat "$root/build.log" >&2; exit 1; }
  mock=$(swift build --show-bin-path)/ddns-mock
fi

# --- a provider: HTTP and DNS by ddns-mock, TLS by nginx with a certificate of a test CA ---------

"$mock" --user demo --password 's3cret/+w%rd' --host home.example.com=81.2.69.1 \
  --seen 81.2.69.142 --log "$root/provider.log" >"$root/mock.out" 2>"$root/mock.err" &
children+=($!)
await grep -q '^ready' "$root/mock.out"
http=$(sed -n 's/^ready http=\([0-9]*\).*/\1/p' "$root/mock.out")
dns=$(sed -n 's/^ready .*dns=\([0-9]*\).*/\1/p' "$root/mock.out")

tools/tls.sh certs "$root/tls" 2>"$root/tls.err"
for https in 8443 18443 28443 38443 0; do
  [ "$https" != 0 ] || { echo "demo: no free port for nginx" >&2; exit 1; }
  listens "$https" || break
done
tools/tls.sh serve "$root/tls" good "$https" "$http" 2>"$root/nginx.err" &
children+=($!)
await listens "$https"

# --- a router's file tree ------------------------------------------------------------------------

mkdir -p "$root/router/etc/config" "$root/router/etc/ssl/certs" "$root/router/tmp"
cp "$root/tls/ca.pem" "$root/router/etc/ssl/certs/demo-ca.pem"
printf '127.0.0.1 localhost provider.test\n' >"$root/router/etc/hosts"
printf 'nameserver 127.0.0.1\n' >"$root/router/etc/resolv.conf"
cat >"$root/router/etc/config/ddns" <<CONFIG
config ddns 'global'

config service 'demo'
	option enabled '1'
	option lookup_host 'home.example.com'
	option domain 'home.example.com'
	option username 'demo'
	option password 's3cret/+w%rd'
	option update_url 'http://[USERNAME]:[PASSWORD]@provider.test:$https/nic/update?hostname=[DOMAIN]&myip=[IP]'
	option use_https '1'
	option cacert '/etc/ssl/certs/demo-ca.pem'
	option ip_source 'web'
	option ip_url 'http://127.0.0.1:$http/checkip'
	option dns_server '127.0.0.1:$dns'
CONFIG
chmod 600 "$root/router/etc/config/ddns"

# --- the show ------------------------------------------------------------------------------------

title 'The section, in /etc/config/ddns of a router made up for this'
indent <"$root/router/etc/config/ddns"

title 'What the program is, and what it says of that section'
show ddns-runner -V
"$bin/ddns-runner" -V | indent
show ddns-runner --check
"$bin/ddns-runner" --root "$root/router" --check | indent

title 'What the DNS has before'
show ddns-verify -S demo
before=$("$bin/ddns-verify" --root "$root/router" -S demo)
indent <<<"$before"

title 'One pass of the runner, telling what it does'
show ddns-runner -S demo -v 2
status=0
"$bin/ddns-runner" --root "$root/router" -S demo -v 2 >"$root/console" 2>&1 || status=$?
indent <"$root/console"
printf '  exit status %s\n' "$status"

log=$root/router/var/log/ddns/demo.log
title "The log it left in /var/log/ddns/demo.log, from the detection on"
sed -n '/Detecting current IP/,$p' "$log" | indent

title 'What the provider saw'
indent <"$root/provider.log"

title 'What the DNS has now'
show ddns-verify -S demo
after=$("$bin/ddns-verify" --root "$root/router" -S demo)
indent <<<"$after"

printf '\n%shome.example.com: %s before, %s after.%s\n' "$bold" "$before" "$after" "$plain"
[ "$status" -eq 0 ] && [ "$after" = 81.2.69.142 ]
