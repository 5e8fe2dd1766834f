#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A test CA, server certificates, and nginx as a TLS end in front of a plain loopback server.
#
#   tls.sh certs DIR                        makes the CA and the certificates in DIR
#   tls.sh serve DIR CERT PORT UPSTREAM     nginx in the foreground on PORT, until it gets TERM;
#                                           passes the bytes to 127.0.0.1:UPSTREAM
#
# CERT is one of: good (localhost, provider.test, 127.0.0.1, ::1), wrongname, expired, notyet,
# otherca (signed by a CA nobody was told about). The CA is DIR/ca.pem, and DIR/ca.d as a folder.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

usage() {
  sed -n '3,11s/^# \{0,1\}//p' "$0" >&2
  exit 64
}

authority() { # NAME SUBJECT
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -x509 -new -key "$1.key" -sha256 -days 3650 -subj "/CN=$2" -out "$1.pem" \
    -config openssl.cnf -extensions authority
}

certificate() { # NAME CA ALTNAMES FROM UNTIL (dates as of date -d)
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$1 test server" -config openssl.cnf -out "$1.csr"
  ALTNAMES=$3 openssl ca -batch -notext -config openssl.cnf -cert "$2.pem" -keyfile "$2.key" \
    -startdate "$(date -u -d "$4" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$5" +%Y%m%d%H%M%SZ)" \
    -extensions server -in "$1.csr" -out "$1.pem" 2>/dev/null
  rm "$1.csr"
}

certs() {
  mkdir -p "$1/issued" "$1/ca.d"
  cd "$1"
  : >index.txt
  cat >openssl.cnf <<'CONF'
[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $ENV::ALTNAMES
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = issued
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CONF
  export ALTNAMES=DNS:unused.test
  authority ca 'Loopback test CA'
  authority otherca-ca 'Another test CA'
  local names=DNS:localhost,DNS:provider.test,IP:127.0.0.1,IP:::1
  certificate good ca "$names" '-1 day' '+30 days'
  certificate wrongname ca DNS:elsewhere.test '-1 day' '+30 days'
  certificate expired ca "$names" '-30 days' '-1 day'
  certificate notyet ca "$names" '+1 day' '+30 days'
  certificate otherca otherca-ca "$names" '-1 day' '+30 days'
  cp ca.pem ca.d/loopback.pem
  openssl rehash ca.d
}

serve() {
  local run module=/usr/lib/nginx/modules/ngx_stream_module.so
  run=$1/nginx-$3
  mkdir -p "$run"
  {
    if [ -e "$module" ]; then echo "load_module $module;"; fi
    cat <<CONF
daemon off;
master_process off;
pid $run/pid;
error_log $run/error.log;
events { worker_connections 256; }
stream {
  server {
    listen 127.0.0.1:$3 ssl;
    $(grep -qs '^0\{31\}1 ' /proc/net/if_inet6 && echo "listen [::1]:$3 ssl;")
    ssl_certificate $1/$2.pem;
    ssl_certificate_key $1/$2.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    proxy_bind 127.0.0.2;  # by this the server behind knows that TLS was spoken
    proxy_pass 127.0.0.1:$4;
  }
}
CONF
  } >"$run/nginx.conf"
  exec nginx -e "$run/error.log" -c "$run/nginx.conf"
}

case ${1:-} in
  certs) [ $# -eq 2 ] || usage; certs "$2" ;;
  serve) [ $# -eq 5 ] || usage; serve "$2" "$3" "$4" "$5" ;;
  *) usage ;;
esac
