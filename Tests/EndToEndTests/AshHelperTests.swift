// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `dynamic_dns_lucihelper.sh` (contract 6.2) under busybox ash.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshHelperTests {
    private static let usage = "usage: dynamic_dns_lucihelper.sh"
    private static let host = World.host
    private static let ip: [String: Said?] = ["var/run/ddns/home.ip": "\(World.seen)\n"]

    private static func wrong(_ words: String, _ complaint: String) -> AshRow {
      AshRow(
        name: "$H \(words)", lines: "$H \(words)", status: 255,
        stderr: .like("^dynamic_dns_lucihelper.sh: \(complaint)[^\n]*\n\(usage)"))
    }
    private static func asked(_ words: String, status: Int32 = 0, says: String = World.seen)
      -> AshRow
    {
      AshRow(
        name: "$H \(words)", lines: "$H \(words)", status: status, stdout: .exactly(says),
        stderr: .anything)
    }
    private static func quiet(_ words: String, _ status: Int32 = 0) -> AshRow {
      AshRow(
        name: "$H \(words)", lines: "$H \(words)", status: status, stderr: .anything,
        prepare: { router in
          try router.script("bin/ip", "#!/bin/sh\necho 192.168.1.1")
          try router.script("bin/none", "#!/bin/sh\necho none")
          try router.script("bin/slow", "#!/bin/sh\nsleep 600")
        })
    }

    static let options: [AshRow] = [
      wrong("", "missing command"), wrong("-S home", "missing command"),
      wrong("-x", "invalid option -x"), wrong("-l", "option -l missing argument"),
      wrong("-- get_registered_ip", "option '-l' is missing"),
      wrong("-- get_local_ip", "get_local_ip: 'ip_source' not set"),
      wrong("-- verify_dns", "option '-d' is missing"),
      wrong("-- verify_proxy", "option '-p' is missing"),
      wrong("-- start", "option '-S' is missing"),
      AshRow(name: "-h", lines: "$H -h", status: 255, stdout: .like("^\(usage)")),
      AshRow(
        name: "-V", lines: "$H -V", status: 255, stdout: .like("^ddns-scripts [0-9][0-9.-]*\n$")),
      AshRow(name: "an unknown command is silent", lines: "$H -S home -- jump", status: 255),
    ]

    static let registered: [AshRow] = [
      asked("-l \(host) -d $DNS -- get_registered_ip"),
      asked("-l \(host) -d $DNS get_registered_ip"),
      asked("-ftl \(host) -d $DNS -- get_registered_ip"),
      asked("-tl\(host) -d$DNS -- get_registered_ip"),
      asked("-v 2 -l \(host) -d $DNS -- get_registered_ip"),
      asked("-l none.example.com -d $DNS -- get_registered_ip", status: 127, says: ""),
      asked("-6 -l \(host) -d $DNS -- get_registered_ip", status: 127, says: ""),
      asked("-l \(host) -d 127.0.0.1:1 -- get_registered_ip", status: 75, says: ""),
      AshRow(
        name: "-S writes the section's .ip",
        lines: "$H -l \(host) -S home -d $DNS -- get_registered_ip",
        stdout: .exactly(World.seen), files: ip),
      AshRow(
        name: "-S writes it after a failure, too",
        lines: "$H -l none.example.com -S home -d $DNS -- get_registered_ip", status: 127,
        files: ["var/run/ddns/home.ip": "\n"]),
      AshRow(
        name: "-6ftgl HOST: the cluster of old LuCI; over IPv6 there is no server",
        lines: "$H -6ftgl \(host) -S home -d $DNS -- get_registered_ip", status: 75,
        stderr: .like("is an address of the other IP version"),
        files: ["var/run/ddns/home.ip": "\n"]),
      AshRow(
        name: "-L writes lucihelper.log, and nothing to syslog",
        lines: "$H -L -l \(host) -d $DNS -- get_registered_ip", stdout: .exactly(World.seen),
        files: ["var/log/ddns/lucihelper.log": .like("^ [0-9]{6}       : Registered IP '")]),
      AshRow(
        name: "without -L there is no log", lines: "$H -l \(host) -d $DNS -- get_registered_ip",
        stdout: .exactly(World.seen), files: ["var/log/ddns/lucihelper.log": nil]),
      AshRow(
        name: "_nolookup_, LuCI's word for no name",
        lines: "$H -l _nolookup_ -S home -d $DNS -- get_registered_ip", status: 127,
        files: ["var/run/ddns/home.ip": "\n"]),
      asked("get_registered_ip \(host) 0 0 1 $DNS"), asked("get_registered_ip \(host) 0 1 0 $DNS"),
      asked("get_registered_ip \(host) 1 0 0 $DNS", status: 127, says: ""),
      AshRow(
        name: "positional, too short", lines: "$H get_registered_ip", status: 1,
        stderr: .like(usage)),
    ]

    static let sources: [AshRow] = [
      quiet("-u http://$HTTP/ip -- get_local_ip"), quiet("-s /bin/ip -- get_local_ip"),
      quiet("-s /bin/none -- get_local_ip", 1), quiet("-s /no/such -- get_local_ip", 1),
      quiet("-s /bin/slow -- get_local_ip", 143), quiet("-i nodev0 -- get_local_ip", 1),
      quiet("-n wan -- get_local_ip", 1), quiet("-6 -s /bin/ip -- get_local_ip", 1),
      quiet("-u http://pages.test/ip -p $HTTP -- get_local_ip"),
      quiet("-u http://127.0.0.1:1/ -- get_local_ip", 1),
      quiet("get_local_ip 0 web - http://$HTTP/ip - - -"),
      quiet("get_local_ip 0 script - - - /bin/ip -"),
      quiet("get_local_ip 0 interface - - nodev0 - -", 1),
      quiet("get_local_ip 0 network wan - - - -", 1),
      quiet("get_local_ip 0 web - http://pages.test/ip - - $HTTP"),
      quiet("-d $HTTP -- verify_dns"), quiet("-d 127.0.0.1:1 -- verify_dns", 3),
      quiet("-d a..b -- verify_dns", 2), quiet("-6 -f -d $HTTP -- verify_dns", 4),
      quiet("-6fd $HTTP -- verify_dns", 4),
      quiet("-p $HTTP -- verify_proxy"), quiet("-p user:pw@$HTTP -- verify_proxy"),
      quiet("-p 127.0.0.1 -- verify_proxy", 5), quiet("-p 127.0.0.1:1 -- verify_proxy", 3),
      quiet("-p a..b:80 -- verify_proxy", 2), quiet("-6fp $HTTP -- verify_proxy", 4),
      quiet("verify_dns $HTTP 0 0"), quiet("verify_dns 127.0.0.1:1 0 0", 3),
      quiet("verify_proxy $HTTP 0 0"), quiet("verify_proxy 127.0.0.1 0 0", 5),
    ]

    static let processes: [AshRow] = [
      AshRow(
        name: "start, of a running one: it checks; stop; by the init script (B18)",
        lines: """
          $H -S home -- start; echo $?; wait_for waits home; read -r pid <$R/home.pid
          $H -S home -- start; echo $?; wait_for says home "received 'SIGUSR1'"
          [ "$(cat $R/home.pid)" = $pid ]; echo $?
          $H -S home -- stop; echo $?; wait_for gone $R/home.pid; cat /tmp/procd.log
          """, stdout: "0\n0\n0\n0\nstart home\nstop home\n"),
      AshRow(
        name: "reload, restart",
        lines: """
          $H -S home -- start; wait_for waits home; read -r pid <$R/home.pid; $H -- reload; echo $?
          $H -- restart; echo $?; wait_for waits home; [ "$(cat $R/home.pid)" = $pid ]; echo $?
          $H -- stop; cat /tmp/procd.log
          """, stdout: "0\n0\n1\nstart home\nkeep home\nstop home\nstart home\nstop home\n"),
      AshRow(name: "start of a section there is not is 0", lines: "$H -S nobody -- start"),
      AshRow(
        name: "start is done by a process of its own, with no environment to go by",
        lines: "env -i $H -S home -- start; wait_for waits home; $I stop", updates: 1),
    ]

    @Test(arguments: options) func `contract 6.2, help and errors`(row: AshRow) throws {
      try row.check()
    }
    @Test(arguments: registered) func `contract 6.2, get_registered_ip`(row: AshRow) throws {
      try row.check()
    }
    @Test(arguments: sources) func `contract 6.2, get_local_ip and verify`(row: AshRow) throws {
      try row.check()
    }
    @Test(arguments: processes) func `contract 6.2, start stop reload restart`(row: AshRow) throws {
      try row.check()
    }
  }
}
