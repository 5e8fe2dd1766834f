#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What one cycle costs (detect by web, look-up, update, verify) and what a waiting runner costs,
# against servers on this machine. Numbers to compare, nothing is passed or failed.
#
#   bench.sh [DIR] [RUNS]     DIR holds the programs, build/x86_64/bin if not given; 50 runs;
#                             DDNS_MOCK names ddns-mock, built with `swift build` otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "${1:-build/x86_64/bin}" && pwd)
runs=${2:-50}
work=$(mktemp -d "${TMPDIR:-/tmp}/ddns-bench.XXXXXX")
children=()

finish() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

mock=${DDNS_MOCK:-}
if [ -z "$mock" ]; then
  swift build --product ddns-mock >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
  mock=$(swift build --show-bin-path)/ddns-mock
fi

# Starts a provider with a script; sets http and dns.
provider() {
  printf '%s\n' "$1" >"$work/script"
  "$mock" --password s3cret --host home.example.com --seen 81.2.69.142 --script "$work/script" \
    >"$work/ready" &
  children+=($!)
  until grep -q '^ready' "$work/ready"; do sleep 0.05; done
  read -r http dns < <(sed -n 's/^ready http=\([0-9]*\) dns=\([0-9]*\).*/\1 \2/p' "$work/ready")
}

# A fresh router tree; the update URL may be given.
router() {
  rm -rf "$work/router"
  mkdir -p "$work/router/etc/config" "$work/router/tmp" "$work/router$work"
  ln -s "$work/bundle.pem" "$work/router$work/bundle.pem"
  echo '127.0.0.1 localhost provider.test' >"$work/router/etc/hosts"
  cat >"$work/router/etc/config/ddns" <<CONFIG
config service 'home'
	option enabled '1'
	option lookup_host 'home.example.com'
	option domain 'home.example.com'
	option username 'user'
	option password 's3cret'
	option update_url '${1:-http://[USERNAME]:[PASSWORD]@127.0.0.1:$http}/nic/update?hostname=[DOMAIN]&myip=[IP]'
	option ip_source 'web'
	option ip_url 'http://127.0.0.1:$http/checkip'
	option dns_server '127.0.0.1:$dns'
	option use_syslog '0'
${2:-}
CONFIG
}

cycle() { "$bin/ddns-runner" --root "$work/router" -S home -v 2 >"$work/output" 2>&1; }
report() { printf '%-46s %10s %s\n' "$@"; }

# Mean user and system time of a cycle, in milliseconds.
cpu() { # NAME URL OPTIONS
  local index total
  router "${2:-}" "${3:-}"
  cycle || { cat "$work/output" >&2; exit 1; }
  total=$(
    TIMEFORMAT='%U %S'
    { time for ((index = 0; index < runs; index++)); do
      rm -rf "$work/router/var" "$work/router/etc/ddns"
      cycle
    done; } 2>&1
  )
  report "$1" "$(awk -v n="$runs" '{ printf "%.2f", ($1 + $2) * 1000 / n }' <<<"$total")" ms
}

# Resident memory of a process group, in KiB.
resident() {
  local process sum=0 rss
  for process in $(ps -o pid= --sid "$1"); do
    rss=$(awk '/^Rss:/ { print $2 }' "/proc/$process/smaps_rollup" 2>/dev/null) || true
    sum=$((sum + ${rss:-0}))
  done
  echo "$sum"
}

provider ''
cpu 'one HTTP cycle, user + system'

if command -v nginx >/dev/null && command -v openssl >/dev/null; then
  tools/tls.sh certs "$work/tls" 2>/dev/null
  for https in 8444 18444 28444 38444; do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$https") 2>/dev/null; then break; fi
  done
  tools/tls.sh serve "$work/tls" good "$https" "$http" 2>"$work/nginx.err" &
  children+=($!)
  until (exec 3<>"/dev/tcp/127.0.0.1/$https") 2>/dev/null; do sleep 0.05; done
  # A bundle as long as a real one, with the CA that counts at its end.
  bundle=$work/bundle.pem
  cat /etc/ssl/certs/ca-certificates.crt "$work/tls/ca.pem" >"$bundle"
  url="http://[USERNAME]:[PASSWORD]@provider.test:$https"
  options="	option use_https '1'
	option cacert '$bundle'"
  cpu "one HTTPS cycle, $(grep -c BEGIN "$bundle") CAs, user + system" "$url" "$options"
fi

if command -v strace >/dev/null; then
  router
  strace -f -qq -o "$work/trace" "$bin/ddns-runner" --root "$work/router" -S home -v 2 \
    >"$work/output" 2>&1
  report 'one HTTP cycle, system calls' "$(grep -cv -- '---\|+++' "$work/trace")" ''
  report 'one HTTP cycle, processes' "$(awk '{ print $1 }' "$work/trace" | sort -u | wc -l)" ''
fi

provider 'http * * delay 0.3'
router
setsid "$bin/ddns-runner" --root "$work/router" -S home -v 2 >"$work/output" 2>&1 &
session=$!
children+=("$session")
peak=0
while kill -0 "$session" 2>/dev/null; do
  now=$(resident "$session")
  if [ "$now" -gt "$peak" ]; then peak=$now; fi
done
report 'one HTTP cycle, peak RSS of the process tree' "$peak" KiB

provider ''
router
setsid "$bin/ddns-runner" --root "$work/router" -S home -v 0 >"$work/output" 2>&1 &
session=$!
children+=("$session")
until [ -s "$work/router/var/run/ddns/home.nextcheck" ]; do sleep 0.05; done
sleep 1
switches() { awk '/ctxt_switches/ { sum += $2 } END { print sum }' "/proc/$session/status"; }
before=$(switches)
report 'waiting runner, RSS (smaps_rollup)' "$(resident "$session")" KiB
sleep 5
report 'waiting runner, wake-ups in five seconds' "$(($(switches) - before))" ''
