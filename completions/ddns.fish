# SPDX-License-Identifier: Apache-2.0
# Completion for fish. The options, and what stands behind them, are what the program's own -h says, and the
# sections those of its configuration: nothing here has to follow a new release.

function __ddns_complete
    set -l words (commandline -opc)
    set -l help ($words[1] -h 2>/dev/null | string match -r '^  -.*')
    set -l kind (string match -r -g -- '^  '(string escape --style=regex -- $words[-1])' (?:\[(?=FILE))?([A-Z]+)' $help)
    set -l runner ddns-runner
    string match -q '*/*' -- $words[1]; and set runner (dirname $words[1])/ddns-runner
    set -l place
    set -l root
    for i in (seq 2 (math (count $words) - 1))
        contains -- $words[$i] -c --root; and set -a place $words[$i] $words[(math $i + 1)]
        test "$words[$i]" = --root; and set root $words[(math $i + 1)]
    end
    switch "$kind"
        case SECTION
            $runner $place --show 2>/dev/null | string match -r -g '^ddns\.([^.=]*)=service$'
        case NETWORK
            $runner $place --show 2>/dev/null | string match -r -g "^ddns\..*\.(?:ip_network|interface)='(.*)'\$" | sort -u
        case DEVICE
            ls /sys/class/net
        case LEVEL
            seq 0 3
        case SERVICE
            for file in "$root"/usr/share/ddns/{custom,default}/*.json
                string replace -r '.*/(.*)\.json$' '$1' $file
            end
        case WHICH
            printf '%s\n' 0 1 both
        case SOURCE
            printf '%s\n' network interface web
        case DIR
            __fish_complete_directories (commandline -ct)
        case FILE
            __fish_complete_path (commandline -ct)
        case ''
            for line in $help
                set -l text (string match -r -g -- '^  ([^ ,]+(?:, [^ ,]+)*)(?: \[?[A-Z]+\]?)? +(.*)' $line)
                for option in (string split -- ', ' $text[1])
                    printf '%s\t%s\n' $option $text[2]
                end
            end
    end
end

for name in ddns-detect-ip ddns-verify ddns-update ddns-runner
    complete -c $name -f -a '(__ddns_complete)'
end
