// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Signals, services and events (contract 8) under busybox ash.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshEventTests {
    private static let start = "$U -S home & wait_for waits home; "
    private static let hotplug = "hotplug() { ACTION=$1 INTERFACE=$2 /sbin/hotplug-call iface; }; "
    private static func fault(_ path: String, _ fault: HTTPFault)
      -> @Sendable (Router) throws -> Void
    {
      { $0.world.mock.http.script.add(path, fault) }
    }
    private static let script: [String: String?] = [
      "update_url": nil, "update_script": "/usr/lib/ddns/update_x.sh",
    ]
    /// An update script that never ends, nor does what it has started.
    private static let hanging: @Sendable (Router) throws -> Void = {
      try $0.script(
        "usr/lib/ddns/update_x.sh",
        "sleep 3600 & echo $! >/tmp/background; echo $$ >/tmp/shell; sleep 3601")
    }

    static let signals: [AshRow] = [
      AshRow(
        name: "EXIT: a line, .pid and scratch gone, the status kept",
        lines: "$U -S home -v 2; s=$?; ls $R; exit $s",
        stdout: .like(
          "exit normal [^\n]*\n+home.history\nhome.ip\n(?!(.|\n)*home\\.(pid|dat|err))"),
        log: ["exit normal"]),
      AshRow(
        name: "HUP: reads the configuration anew and checks at once, as the same process (B17)",
        lines: start + """
          sed -i 's/seen/x/; s|/ip'"'"'|/json'"'"'|' /etc/config/ddns
          kill -HUP $!; wait_for says home SIGHUP;
          n=0; kill -0 $! && [ "$(cat $R/home.pid)" = $! ]; echo $?; kill $!
          """, stdout: "0\n", log: ["received 'SIGHUP'"]),
      AshRow(
        name: "INT", lines: start + "kill -INT $!; wait $!; echo $?; ls $R",
        stdout: .like("^130\n(?!(.|\n)*home\\.(pid|dat|err))"), log: ["terminated by 'SIGINT'"]),
      AshRow(
        name: "QUIT", lines: start + "kill -QUIT $!; wait $!; echo $?; ls $R",
        stdout: .like("^131\n(?!(.|\n)*home\\.(pid|dat|err))"), stderr: .anything,
        log: ["terminated by 'SIGQUIT'"]),
      AshRow(
        name: "TERM", lines: start + "kill -TERM $!; wait $!; echo $?; ls $R",
        stdout: .like("^143\n(?!(.|\n)*home\\.(pid|dat|err))"), log: ["terminated by 'SIGTERM'"]),
      AshRow(
        name: "TERM does not wait for a transfer that hangs",
        lines:
          "$U -S home & wait_for says home 'Update needed'; kill $!; begin=$(now); wait $!; echo $?; "
          + "[ $(($(now) - begin)) -lt 4 ]", stdout: "143\n",
        prepare: fault("/nic/update", .silent)),
      AshRow(
        name: "TERM ends the update script and what it has started",
        lines: """
          $U -S home & wait_for [ -s /tmp/shell ]; kill $!; wait $!; echo $?
          wait_for ended $(cat /tmp/shell); wait_for ended $(cat /tmp/background)
          """, stdout: "143\n", options: script, prepare: hanging),
      AshRow(
        name: "KILL leaves no obstacle for the next",
        lines: start + "kill -9 $!; wait $!; $U -S home -v 2",
        stdout: .like("exit normal"), stderr: .anything, updates: 1),
    ]

    /// What a person at a terminal stops with Ctrl-C. `command &` would have INT and QUIT ignored.
    static let byHand: [AshRow] =
      [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)].map {
        signal, status in
        AshRow(
          name: "\(signal) to ddns-update by hand ends its script, and all of that",
          lines: """
            sh -c '/usr/bin/busybox timeout -s \(signal) 4 /usr/sbin/ddns-update -S home 81.2.69.142; s=$?
              [ -s /tmp/shell ] || exit 98; exit $s'
            echo $?; wait_for ended $(cat /tmp/shell); wait_for ended $(cat /tmp/background); ls $R
            """,
          stdout: .like("^\(status)\n(?!(.|\n)*home\\.(dat|err))"), stderr: .anything,
          options: script, prepare: hanging)
      } + [
        AshRow(
          name: "TERM to ddns-detect-ip by hand ends its ip_script",
          lines: """
            sh -c '/usr/bin/busybox timeout -s TERM 4 /usr/sbin/ddns-detect-ip -S home'; echo $?
            wait_for ended $(cat /tmp/shell); wait_for ended $(cat /tmp/background)
            """, stdout: "143\n",
          options: ["ip_source": "script", "ip_script": "/bin/hang"],
          prepare: {
            try $0.script(
              "bin/hang",
              "#!/bin/sh\nsleep 3600 & echo $! >/tmp/background; echo $$ >/tmp/shell; sleep 3601")
          })
      ]

    static let events: [AshRow] = [
      AshRow(
        name: "ACTION=ifup INTERFACE=wan /sbin/hotplug-call iface, by hand",
        lines:
          "$I enable; ACTION=ifup INTERFACE=wan /sbin/hotplug-call iface; wait_for waits home; $I stop",
        updates: 1),
      AshRow(
        name: "ifup of a section that runs: it checks (B18)",
        lines: hotplug + "$I enable; $I start; wait_for waits home; hotplug ifup wan; "
          + "wait_for says home SIGUSR1; $I stop"),
      AshRow(
        name: "ifup while the service is disabled: nothing",
        lines: hotplug
          + "hotplug ifup wan; hotplug ifdown wan; wait_for [ -e /var/run/ddns-event.wan.done ]; "
          + "sleep 1; [ ! -e $R/home.pid ]", updates: 0),
      AshRow(
        name: "ifup of another network: nothing",
        lines: hotplug
          + "$I enable; hotplug ifup lan; wait_for [ -e /var/run/ddns-event.lan.done ]; "
          + "sleep 1; [ ! -e $R/home.pid ]", updates: 0),
      AshRow(
        name: "the interface is the section's, wan unless it says otherwise",
        lines: hotplug + "$I enable; hotplug ifup wan6; wait_for waits home; $I stop",
        options: ["interface": "wan6"], updates: 1),
      AshRow(
        name: "ifdown stops, also while the service is disabled",
        lines: hotplug
          + "$I start; wait_for waits home; hotplug ifdown wan; wait_for gone $R/home.pid",
        log: ["terminated by 'SIGTERM'"]),
      AshRow(
        name: "ifdown of another network stops nothing (B20)",
        lines: hotplug + "$I start; wait_for waits home; hotplug ifdown lan; "
          + "wait_for [ -e /var/run/ddns-event.lan.done ]; sleep 1; kill -0 $(cat $R/home.pid); $I stop"
      ),
      AshRow(
        name: "ifupdate: it checks, other than the original, which waited for the next",
        lines: hotplug
          + "$I enable; $I start; wait_for waits home; IFUPDATE_ADDRESSES=1 hotplug ifupdate wan; "
          + "wait_for says home SIGUSR1; $I stop"),
      AshRow(
        name: "ifupdate of routes, and other actions: nothing",
        lines: hotplug + """
          $I enable; IFUPDATE_ROUTES=1; export IFUPDATE_ROUTES; hotplug ifupdate wan; unset IFUPDATE_ROUTES
          hotplug ifup-failed wan; hotplug create wan; [ ! -e /var/run/ddns-event.wan ]
          """, updates: 0),
      AshRow(
        name: "a disabled section is started by no event",
        lines: hotplug
          + "$I enable; hotplug ifup wan; wait_for [ -e /var/run/ddns-event.wan.done ]; "
          + "sleep 1; [ ! -e $R/home.pid ]", options: ["enabled": "0"], updates: 0),
      AshRow(
        name: "config.change: reload restarts what has changed (B18)",
        lines: """
          $I start; wait_for waits home; read -r old <$R/home.pid; $I triggers; cat /tmp/procd.triggers
          echo "	option check_interval 20" >>/etc/config/ddns; $I reload; wait_for waits home
          read -r new <$R/home.pid; $I stop; [ $old != $new ]
          """, stdout: "reload on ddns\n", updates: 1, log: ["check interval: 1200 seconds"]),
      AshRow(
        name: "a deleted section ends with reload",
        lines:
          "$I start; wait_for waits home; echo >/etc/config/ddns; $I reload; wait_for gone $R/home.pid"
      ),
      AshRow(
        name: "run once is not respawned (B19)",
        lines:
          "$I start; wait_for says home 'exit normal'; sleep 1; grep -c 'exit normal' /var/log/ddns/home.log",
        stdout: "1\n", options: ["force_interval": "0"], updates: 1),
      AshRow(
        name: "a configuration error is not respawned (B19)",
        lines:
          "$I start; wait_for says home TERMINATE; sleep 1; grep -c TERMINATE /var/log/ddns/home.log",
        stdout: "1\n", options: ["update_url": nil], updates: 0),
      AshRow(
        name: "sourced: start_daemon_for_all_ddns_sections \"wan\", and stop",
        lines: """
          . /usr/lib/ddns/dynamic_dns_functions.sh
          start_daemon_for_all_ddns_sections "lan"; [ ! -e $R/home.pid ]; echo $?
          start_daemon_for_all_ddns_sections "wan"; wait_for waits home; read -r pid <$R/home.pid
          stop_daemon_for_all_ddns_sections "lan"; kill -0 $pid; echo $?
          stop_daemon_for_all_ddns_sections "wan"; wait_for gone $R/home.pid; wait_for ended $pid
          """, stdout: "0\n0\n", updates: 1),
      AshRow(
        name: "sourced: load_all_service_sections, stop_section_processes",
        lines: """
          . /usr/lib/ddns/dynamic_dns_functions.sh; load_all_service_sections all; echo "$all"
          stop_section_processes home; echo $?; $I start; wait_for waits home
          stop_section_processes home; echo $?; wait_for gone $R/home.pid
          """, stdout: "home\n0\n1\n"),
      AshRow(
        name: "retry_count becomes retry_max_count at the first boot",
        lines:
          "sh -c '. /lib/functions.sh; . /etc/uci-defaults/50-ddns'; grep retry /etc/config/ddns",
        stdout: .like("retry_count '7'\n(.|\n)*retry_max_count '7'\n"),
        options: ["retry_count": "7"]),
    ]

    @Test(arguments: signals) func `contract 8, signals`(row: AshRow) throws { try row.check() }
    @Test(arguments: byHand) func `contract 8, a tool run by hand`(row: AshRow) throws {
      try row.check()
    }
    @Test(arguments: events) func `contract 8, services and events`(row: AshRow) throws {
      try row.check()
    }
  }
}
