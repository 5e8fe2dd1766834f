#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Postfix and Dovecot for tests: a mail server that wants to know who sends, and a mailbox.
#
#   mail.sh serve DIR CERTS CERT SUBMISSION TLS RELAY IMAP   both in the foreground, until TERM
#   mail.sh read IMAP          prints what is in the mailbox
#   mail.sh grey DIR ADDRESS   answers 451 for this recipient from now on, without ADDRESS for none
#
# DIR has to be new. CERT is one of tls.sh's in CERTS; then come four ports of 127.0.0.1: with STARTTLS
# and a password, by TLS and with a password, in the clear without TLS for the relay, and IMAP. The
# account is user, password 'Mail pw ü', and every address of example.com is its mailbox. Needs root.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

grey() {
  echo "${2:-nobody@example.com} 451 4.7.1 Greylisted, try again" >"$1/grey"
  [ ! -e "$1/spool/pid/master.pid" ] || postfix -c "$1/postfix" reload 2>/dev/null
}

# Debian 13 has Dovecot 2.4, whose settings have other names.
dovecot_conf() { # DIR IMAP
  local new=
  case $(dovecot --version) in 2.3.*) ;; *) new=1 ;; esac
  cat <<CONF
${new:+dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0}
base_dir = $1/run
log_path = $1/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
ssl = no
auth_mechanisms = plain login
$(if [ "$new" ]; then echo "auth_allow_cleartext = yes
mail_driver = maildir
mail_path = $1/box
passdb passwd-file {
  passwd_file_path = $1/users
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = $1/home
  }
}"; else echo "disable_plaintext_auth = no
mail_location = maildir:$1/box
passdb {
  driver = passwd-file
  args = $1/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$1/home
}"; fi)
first_valid_uid = 1
first_valid_gid = 1
service imap-login {
  chroot =
  inet_listener imap {
    port = $2
  }
  inet_listener imaps {
    port = 0
  }
}
service auth {
  unix_listener $1/spool/private/auth {
    mode = 0666
  }
}
CONF
}

serve() { # DIR CERTS CERT SUBMISSION TLS RELAY IMAP
  local dir=$1 key=$2/$3
  mkdir -p "$dir/postfix" "$dir/spool" "$dir/data" "$dir/run" "$dir/box" "$dir/home"
  chown postfix "$dir/data"
  chown -R mail:mail "$dir/box" "$dir/home"
  chmod 755 "$dir"
  echo 'user:{PLAIN}Mail pw ü:::::' >"$dir/users"
  grey "$dir"
  cat >"$dir/postfix/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
maillog_file = /dev/stdout
myhostname = mail.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.com
virtual_mailbox_base = $dir/box
virtual_mailbox_maps = static:./
virtual_uid_maps = static:$(id -u mail)
virtual_minimum_uid = 1
virtual_gid_maps = static:$(id -g mail)
virtual_transport = virtual
smtpd_tls_cert_file = $key.pem
smtpd_tls_key_file = $key.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_recipient_restrictions = check_recipient_access texthash:$dir/grey, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
CONF
  cat >"$dir/postfix/master.cf" <<CONF
127.0.0.1:$4 inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
127.0.0.1:$5 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
127.0.0.1:$6 inet n - n - - smtpd -o smtpd_recipient_restrictions=permit_mynetworks
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
CONF
  dovecot_conf "$dir" "$7" >"$dir/dovecot.conf"
  mkdir -p "$dir/spool/private"
  chown postfix "$dir/spool/private"
  dovecot -F -c "$dir/dovecot.conf" &
  local dovecot=$!
  postfix -c "$dir/postfix" start-fg &
  local postfix=$!
  # shellcheck disable=SC2064
  trap "postfix -c '$dir/postfix' stop 2>/dev/null || kill $postfix; kill $dovecot; wait; exit 0" TERM INT
  wait -n
  kill "$dovecot" "$postfix" 2>/dev/null || true
  exit 1
}

read_box() { # IMAP
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'a AUTHENTICATE PLAIN %s\r\nb SELECT INBOX\r\nc FETCH 1:* BODY[]\r\nd LOGOUT\r\n' \
    "$(printf '\0user\0Mail pw ü' | base64)" >&3
  cat <&3
}

case ${1:-} in
  read) read_box "$2" ;;
  serve) shift && serve "$@" ;;
  grey) shift && grey "$@" ;;
  *) sed -n '3,12s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
esac
