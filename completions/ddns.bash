# SPDX-License-Identifier: Apache-2.0
# Completion for bash. The options, and what stands behind them, are what the program's own -h says, and the
# sections those of its configuration: nothing here has to follow a new release.

_ddns() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} runner=ddns-runner
  local help kind words='' place=() root='' i
  [[ $1 == */* ]] && runner=${1%/*}/ddns-runner
  help=$("$1" -h 2>/dev/null | grep '^  -')
  kind=$(awk -v start="  $before " 'index($0, start) == 1 {
    rest = substr($0, length(start) + 1); sub(/^\[FILE/, "FILE", rest); if (match(rest, /^[A-Z]+/)) print substr(rest, 1, RLENGTH) }' <<<"$help")
  for ((i = 2; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i - 1]} in -c | --root) place+=("${COMP_WORDS[i - 1]}" "${COMP_WORDS[i]}") ;; esac
    [[ ${COMP_WORDS[i - 1]} != --root ]] || root=${COMP_WORDS[i]}
  done
  COMPREPLY=()
  case $kind in
    SECTION) words=$("$runner" "${place[@]}" --show 2>/dev/null | sed -n 's/^ddns\.\([^.=]*\)=service$/\1/p') ;;
    NETWORK) words=$("$runner" "${place[@]}" --show 2>/dev/null | sed -n "s/^ddns\..*\.\(ip_network\|interface\)='\(.*\)'$/\2/p" | sort -u) ;;
    DEVICE) words=$(ls /sys/class/net) ;;
    LEVEL) words='0 1 2 3' ;;
    SERVICE) words=$(ls "$root"/usr/share/ddns/{custom,default} 2>/dev/null | sed -n 's/\.json$//p') ;;
    WHICH) words='0 1 both' ;;
    SOURCE) words='network interface web' ;;
    DIR) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    '') words=$(grep -oE '^  -(-[a-z0-9-]+|.)(, -(-[a-z0-9-]+|.))*' <<<"$help" | tr -d ,) ;;
  esac
  [ -z "$words" ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _ddns ddns-detect-ip ddns-verify ddns-update ddns-runner
