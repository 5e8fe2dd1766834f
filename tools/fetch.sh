# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Sourced by tools/deps.sh: packages of Debian, fetched by apt. The file that tools/deps.lock names is asked for
# without the mirror's lists, which may be older or newer than what their signature is for ("mirror sync in
# progress"): its sum is known. Where the mirror has it no longer, apt looks into the lists, checks their signature,
# and what comes is held against tools/deps.lock. Sources go to $out/src, binary packages to $out/debs.

# locked NAME FIELD: a column of the package's row in tools/deps.lock.
locked() { awk -v name="$1" -v field="$2" '$1 == name { print $field }' "$lock"; }

# The system's Debian entry up to the name of the suite: [OPTION] ADDRESS.
mirror() {
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk '
      tolower($1) == "uris:" { uri = $2 }
      tolower($1) == "suites:" { suites = $0 }
      tolower($1) == "signed-by:" { key = $2 }
      tolower($1) == "enabled:" && tolower($2) == "no" { off = 1 }
      /^[ \t]*$/ { finish() }
      END { finish() }
      # The main archive, not the security one: its updates go into other suites.
      function finish() {
        if (!done && !off && uri ~ /debian\/?$/ && suites !~ /-security/) {
          print (key ~ /^\// ? "[signed-by=" key "] " : "") uri
          done = 1
        }
        uri = suites = key = ""; off = 0
      }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    sed -n 's|^deb \(\(\[[^]]*\] \)\{0,1\}[^ ]*/debian/\{0,1\}\) .*|\1|p' "$file"
  done
}

# isolated KIND SUITE ARCH COMMAND...: apt that knows this one entry only (KIND is deb or deb-src), and
# leaves the system's state alone. A mirror may be frozen; which files are right is in deps.lock, not
# a matter of their date.
isolated() {
  apt=$out/apt/$1-$2-$3
  entry="$1 $(mirror | sed -n 1p) $2 main"
  options="-o APT::Architecture=$3 -o APT::Architectures=$3"
  command=$4
  shift 4
  case $entry in */*) ;; *) die "no Debian mirror found below /etc/apt" ;; esac
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
  echo "$entry" >"$apt/sources.list"
  # shellcheck disable=SC2086
  "$command" $options \
    -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache" \
    -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

# fetch_locked SUITE NAME FOLDER: the one file that is needed of a package, if the mirror has it as it was locked.
fetch_locked() {
  path=$(locked "$2" 5)
  [ "$1" = "$(locked "$2" 2)" ] && [ -n "$path" ] || return 1
  address=$(mirror | sed -n '1s/.*[[ ]//; s|/*$|/|p')
  /usr/lib/apt/apt-helper -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)" \
    download-file "${address}pool/$path" "$3/part" "SHA256:$(locked "$2" 4)" >>"$out/fetch.log" 2>&1 &&
    mv "$3/part" "$3/${path##*/}" && return
  rm -f "$3/part" "$3/part.FAILED"
  return 1
}

updated= # the lists of this run

# fetch_package KIND SUITE ARCH NAME: a source package into $out/src, a binary one into $out/debs; with
# $anew, what the suite has today.
fetch_package() {
  command -v apt-get >/dev/null || die "no apt-get here to fetch $4"
  case $1 in
    deb-src) folder=$out/src how='source --download-only' ;;
    deb) folder=$out/debs how=download ;;
  esac
  mkdir -p "$folder"
  say "fetching $4 ($2)"
  [ -n "$anew" ] || ! fetch_locked "$2" "$4" "$folder" || return 0
  case $updated in *" $1-$2-$3 "*) ;; *) run fetch isolated "$1" "$2" "$3" apt-get update ;; esac
  updated="$updated $1-$2-$3 "
  # apt-get writes into the current folder. $how is a list of words.
  # shellcheck disable=SC2086
  (cd "$folder" && run fetch isolated "$1" "$2" "$3" apt-get $how "$4")
}

# pool KIND SUITE ARCH NAME: the folder of a package, below the mirror's pool.
pool() {
  case $1 in deb-src) how='source --download-only' ;; deb) how=download ;; esac
  # shellcheck disable=SC2086
  isolated "$1" "$2" "$3" apt-get $how --print-uris "$4" | sed -n "s|^'[^']*/pool/\([^']*\)/[^/']*' .*|\1|p" | sed -n 1p
}

# The original tarball of a source package, or the file of a binary one; empty when there is none.
tarball() {
  find "$out/src" -maxdepth 1 -name "$1_*.orig.tar.*" ! -name '*.asc' 2>/dev/null | sort | tail -n 1
}
debfile() {
  case $1 in *:*) end=${1#*:} ;; *) end=all ;; esac
  find "$out/debs" -maxdepth 1 -name "${1%:*}_*_$end.deb" 2>/dev/null | sort | tail -n 1
}

# The version in its name: NAME_VERSION.orig.tar.xz, without a "+dfsg" mark, or NAME_VERSION_ARCH.deb.
source_version() {
  basename "$(tarball "$1")" | sed 's/^[^_]*_//; s/\.orig\.tar\..*//; s/+.*//; s/~.*//'
}
binary_version() { basename "$(debfile "$1")" | sed 's/^[^_]*_//; s/_[^_]*$//; s/%3a/:/'; }

# Debian's name of the processor that musl-dev:arm64 or libgcc-14-dev-arm64-cross is for.
debian_name() { echo "$1" | sed 's/.*://; s/-cross$//; s/.*-//'; }

sum() { sha256sum "$1" | cut -d' ' -f1; }
