// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Mock
import Synchronization
import Testing

extension EndToEnd {
  /// Files, log lines, syslog and dates (contract 7) under busybox ash.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshFileTests {
    private static let end = "kill $!; wait $!"
    private static let mode = "/usr/bin/busybox stat -c '%a %n'"

    static let files: [AshRow] = [
      AshRow(
        name: "SEC.pid: the process, and gone with it (B31)",
        lines:
          "umask 0; $U -S home & wait_for waits home; [ \"$(cat $R/home.pid)\" = $! ]; echo $?; "
          + "\(mode) $R/home.pid; \(end); ls $R", status: 0,
        stdout: .like("^0\n644 [^\n]*/home.pid\n(?!(.|\n)*pid)"),
        files: ["var/run/ddns/home.pid": nil]),
      AshRow(
        name: "SEC.update: the uptime of the last accepted update, kept",
        lines: "umask 0; before=$(now); $U -S home -v 2; \(mode) $R/home.update; "
          + "read -r at <$R/home.update; [ $at -ge $before ] && [ $at -le $(now) ]",
        stdout: .like("644 /var/run/ddns/home.update\n$"),
        files: ["var/run/ddns/home.update": .like("^[0-9]+\n$")]),
      AshRow(
        name: "SEC.update: none after a refusal", lines: "$U -S home -v 2", status: 1,
        stdout: .anything, options: ["password": "wrong"],
        files: ["var/run/ddns/home.update": nil]),
      AshRow(
        name: "SEC.nextcheck: the uptime of the next check, before the wait",
        lines: "umask 0; $U -S home & wait_for waits home; \(mode) $R/home.nextcheck; "
          + "read -r at <$R/home.nextcheck; \(end); [ $((at - $(now))) -gt 500 ]",
        stdout: "644 /var/run/ddns/home.nextcheck\n"),
      AshRow(
        name: "SEC.ip: the registered address",
        lines: "umask 0; $U -S home -v 2; \(mode) $R/home.ip",
        stdout: .like("644 [^\n]*home.ip\n$"),
        files: ["var/run/ddns/home.ip": "\(World.seen)\n"]),
      AshRow(
        name: "SEC.ip: a newline when the look-up failed", lines: "$U -S home -v 2",
        status: 1, stdout: .anything, files: ["var/run/ddns/home.ip": "\n"],
        prepare: { $0.world.mock.dns.script.add("*", .code(2)) }),
      AshRow(
        name: "SEC.dat, SEC.err: gone at the end, with what a script named after them",
        lines: "$U -S home -v 2; ls $R",
        stdout: .like("\n(home.(ip|lock|nextcheck|state|update)\n)+$"),
        options: ["update_url": nil, "update_script": "/usr/lib/ddns/update_x.sh"],
        prepare: { router in
          try router.script(
            "usr/lib/ddns/update_x.sh",
            "echo body >$DATFILE; echo x >$DATFILE.json; echo y >$ERRFILE; [ -s $DATFILE ]")
          router.world.zone.set(World.host, to: [World.seen])
        }),
      AshRow(
        name: "the directories are made, 0755, even by the helper",
        lines: "umask 022; $H -S home -L -l \(World.host) -d $DNS -- get_registered_ip; "
          + "\(mode) /tmp/new/run /tmp/new/log",
        stdout: .like("755 /tmp/new/run\n755 /tmp/new/log\n$"),
        global: ["ddns_rundir": "/tmp/new/run", "ddns_logdir": "/tmp/new/log"],
        files: ["tmp/new/run/home.ip": "\(World.seen)\n"]),
      AshRow(
        name: "the directories have old names, too", lines: "$U -S home -v 2", stdout: .anything,
        global: ["run_dir": "/tmp/run", "log_dir": "/tmp/log"],
        files: ["tmp/run/home.ip": "\(World.seen)\n", "tmp/log/home.log": .like("exit normal")]),
      AshRow(
        name: "SEC.log is the owner's (B32)",
        lines: "umask 0; $U -S home -v 2; \(mode) /var/log/ddns/home.log",
        stdout: .like("600 /var/log/ddns/home.log\n$")),
      AshRow(
        name: "nothing secret is readable by others (B32)",
        lines: "umask 0; $U -S home -v 2; \(mode) $R/home.state $R/home.lock; \(mode) $R",
        stdout: .like("600 [^\n]*state\n6[04][04] [^\n]*lock\n755 [^\n]*\n$")),
      AshRow(
        name: "what is installed has the contract's modes",
        lines:
          "cd /usr/lib/ddns; /usr/bin/busybox stat -L -c '%a' $U $H $D $I dynamic_dns_functions.sh "
          + "/etc/hotplug.d/iface/95-ddns; \(mode) /etc/config/ddns; cat /usr/share/ddns/version",
        stdout: .like("^755\n755\n755\n755\n644\n644\n600 /etc/config/ddns\n[0-9.]+[^\n]*\n$")),
      AshRow(
        name: "nothing of tools and scripts stays in /tmp", lines: "$U -S home -v 2; ls -A /tmp",
        stdout: .like("exit normal[^\n]*\n*$")),
      // 7.2
      AshRow(
        name: "an old process goes on, and the second says so (B1)",
        lines: """
          $U -S home & wait_for waits home; $U -S home -v 2; echo "second $?"
          kill -0 $! && [ "$(cat $R/home.pid)" = $! ]; echo $?; \(end)
          """, status: 143, stdout: .like("second 1\n0\n$"),
        stderr: .like("already running as pid [0-9]+: stop that one first")),
      AshRow(
        name: "a pid file of somebody else is overwritten, and he is left alone (B1, B31)",
        lines: """
          mkdir -p $R; sleep 60 & other=$!; echo $other >$R/home.pid
          $U -S home & wait_for waits home; [ "$(cat $R/home.pid)" = $! ]; echo $?
          kill -0 $other; echo $?; \(end); kill $other
          """, stdout: "0\n0\n"),
    ]

    private static func script(_ text: String) -> @Sendable (Router) throws -> Void {
      { try $0.script("usr/lib/ddns/update_x.sh", text) }
    }
    private static let scripted: [String: String?] = [
      "update_url": nil, "update_script": "/usr/lib/ddns/update_x.sh",
    ]
    private static let date = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"

    static let lines: [AshRow] = [
      AshRow(
        name: "the tags of all levels", lines: "$U -S home -v 2", stdout: .anything,
        options: scripted,
        log: [
          "EMERG : m0", "ALERT : m1", " CRIT : m2", "ERROR : m3", " WARN : m4", " note : m5",
          " info : m6", "      : m7",
        ].map { "(?m)^ [0-9]{6} \($0)$" },
        prepare: script("for n in 0 1 2 3 4 5 6 7; do write_log $n m$n; done")),
      AshRow(
        name: "10 and more: TERMINATE, and the attempt ends, not the updater (B39)",
        lines: "$U -S home & wait_for waits home; kill -0 $! && kill $!", options: scripted,
        log: ["(?m)^ [0-9]{6}  WARN : m4 - TERMINATE$"], notLog: ["after"],
        prepare: script("write_log 14 m4; write_log 3 after")),
      AshRow(
        name: "each line of a script's text is a line of the log, so that nobody forges one",
        lines: "$U -S home -v 2", stdout: .anything,
        options: scripted, log: ["(?m)^ [0-9]{6}  info : first\n [0-9]{6}  info : second$"],
        prepare: script("write_log 6 \"first${N}second\"")),
      AshRow(
        name: "the start and exit lines", lines: "$U -S home -v 2", stdout: .anything,
        log: [
          "(?m)^ [0-9]{6}  note : PID '[0-9]+' started at \(date)$",
          "(?m)^ [0-9]{6}  note : PID '[0-9]+' exit normal at \(date)\n\n?\\Z",
        ]),
      AshRow(
        name: "the exit line of an error", lines: "$U -S home -v 2", status: 1, stdout: .anything,
        options: ["password": "wrong"],
        log: ["(?m)^ [0-9]{6}  WARN : PID '[0-9]+' exit WITH ERROR '[0-9]+' at \(date)$"]),
      AshRow(
        name: "signals: TERM is a note, HUP is info",
        lines: "$U -S home & wait_for waits home; kill -HUP $!; wait_for says home SIGHUP; \(end)",
        status: 143,
        log: [
          "(?m)^ [0-9]{6}  info : PID '[0-9]+' received 'SIGHUP' at \(date)$",
          "(?m)^ [0-9]{6}  note : PID '[0-9]+' terminated by 'SIGTERM' at \(date)$",
        ]),
      AshRow(
        name: "start-up: the lines of contract 5.1", lines: "$U -S home -v 2", stdout: .anything,
        log: [
          "      : \\*{12} \\*{14} ", "      : ddns version  : ",
          "      : uci configuration:\nddns.home=service\n",
          "      : verbose mode  : 2 - ", "      : check interval: 600 seconds",
          "      : force interval: 259200 seconds", "      : retry interval: 1 seconds",
          "      : retry max count : 0 times", "      : last update: never",
          " info : Starting main loop at \(date)",
        ]),
      AshRow(
        name: "a secret is stars in every spelling, on the console, too (B12)",
        lines: "$U -S home -v 2", stdout: .like("\\*\\*\\*"), options: scripted,
        log: ["secret is \\*\\*\\*"],
        notLog: ["Zq7", "s3cr"],
        prepare: script("write_log 3 \"secret is $password and $URL_PASS\"")),
      AshRow(
        name: "what is masked stays as it is otherwise: + and bytes over 127 (B13)",
        lines: "$U -S home -v 2", stdout: .anything, options: scripted, log: ["a\\+b gr\u{fc}n"],
        prepare: script("write_log 6 'a+b gr\u{fc}n'")),
      AshRow(
        name: "ddns_loglines: the last lines are kept, in a file of its own",
        lines: """
          mkdir -p /var/log/ddns; for n in 1 2 3 4 5 6 7 8 9; do echo "old $n"; done >/var/log/ddns/home.log
          $U -S home & wait_for waits home; \(end); wc -l </var/log/ddns/home.log
          """, stdout: .like("^ *12\n$"), options: [:], global: ["ddns_loglines": "12"],
        log: ["terminated by 'SIGTERM'"], notLog: ["old 1"]),
      AshRow(
        name: "ddns_loglines: 250 unless it says otherwise",
        lines: """
          mkdir -p /var/log/ddns
          awk 'BEGIN { for (n = 0; n < 300; n++) print "old" }' >/var/log/ddns/home.log
          $U -S home & wait_for waits home; \(end); wc -l </var/log/ddns/home.log
          """, stdout: .like("^ *250\n$")),
      AshRow(
        name: "ddns_loglines: a log of more than 4 MiB is shortened, too",
        lines: """
          mkdir -p /var/log/ddns
          awk 'BEGIN { for (n = 0; n < 500000; n++) print "old lines" }' >/var/log/ddns/home.log
          $U -S home & wait_for waits home; \(end); wc -l </var/log/ddns/home.log
          """, stdout: .like("^ *250\n$"), options: [:], log: ["terminated by 'SIGTERM'"]),
      AshRow(
        name: "dates are ddns_dateformat's", lines: "$U -S home -v 2", stdout: .anything,
        global: ["ddns_dateformat": "%d/%m/%Y at %H.%M"],
        log: ["started at [0-9]{2}/[0-9]{2}/[0-9]{4} at [0-9]{2}\\.[0-9]{2}\n"]),
      AshRow(
        name: "dates: a quote, a backquote and $( ) in the format are text",
        lines: "$U -S home -v 2; [ ! -e /tmp/injected ]", stdout: .anything,
        log: ["started at 20[0-9]{2}'\"`x`\\$\\(touch /tmp/injected\\);\n"],
        prepare: { router in
          let world = router.world
          try world.write(
            "etc/config/ddns",
            "config ddns 'global'\n\toption ddns_dateformat \"%Y'\\\"`x`\\$(touch /tmp/injected);\"\n\n"
              + world.section("home"), mode: 0o600)
        }),
      AshRow(
        name: "the time is local time",
        lines: "TZ=XYZ-11:30 $U -S home -v 2 | grep started; "
          + "TZ=XYZ-11:30 date +'%d %H'",
        stdout: .like(
          "^ ([0-9]{2})[0-9]{4}  note : PID '[0-9]+' started at ([0-9]{2}) \\1\n\\2 \\1\n$"),
        global: ["ddns_dateformat": "%d %H"]),
    ]

    @Test(arguments: files) func `contract 7.1 and 7.2, files`(row: AshRow) throws {
      try row.check()
    }
    @Test(arguments: lines) func `contract 7.3 and 7.5, log lines and dates`(row: AshRow) throws {
      try row.check()
    }

    // MARK: Syslog

    /// What arrives at a router's /dev/log.
    private func messages(
      _ options: [String: String?], _ script: String = "", _ lines: String = "$U -S home -v 2"
    ) throws -> [String] {
      let world = try World(registered: [World.seen])
      try world.configure(options)
      let router = try Router(world)
      if !script.isEmpty { try router.script("usr/lib/ddns/update_x.sh", script) }
      let log = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(log) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let path = "\(world.root)/tmp/log"
      try #require(path.utf8.count < 107)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(log, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
      // Read all the time: the queue of such a socket has ten places.
      let found = Mutex<[String]>([])
      let isOver = Mutex(false)
      let reader = DispatchGroup()
      DispatchQueue.global().async(group: reader) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
          let isLast = isOver.withLock { $0 }
          while case let count = recv(log, &buffer, 4096, Int32(MSG_DONTWAIT)), count > 0 {
            let text = String(decoding: buffer.prefix(count), as: UTF8.self)
            found.withLock { $0.append(text) }
          }
          if isLast { return }
          Glibc.poll(nil, 0, 2)
        }
      }
      let result = try router.run(
        ["/bin/sh", "-c", AshRow.prelude(world) + lines], mounts: Router.devicesWithLog)
      isOver.withLock { $0 = true }
      reader.wait()
      let all = found.withLock { $0 }
      for text in all { #expect(world.redactor.leak(in: text) == nil) }
      #expect(all.allSatisfy { !$0.contains("\n") && !$0.contains("\t") }, "\(result.output)")
      return all
    }

    @Test(
      arguments: [
        ("0", ""), ("1", "0123456"), ("2", "012345"), ("3", "01234"), ("4", "0123"), ("5", "012"),
        (nil, "012345"),
      ] as [(String?, String)])
    func `contract 7.4, what use_syslog lets through (B5)`(setting: String?, levels: String) throws
    {
      let all = try messages(
        Self.scripted.merging(["use_syslog": setting]) { $1 },
        "for n in 0 1 2 3 4 5 6 7; do write_log $n \"m$n\tx y\"; done")
      let mine = all.filter { $0.contains(": home: m") }
      let found = mine.compactMap { $0.components(separatedBy: "home: m").last?.first }
      #expect(String(found) == levels, "\(all)")
      for text in mine {
        let form =
          "^<(8|9|10|11|12|13|14)>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} ddns-scripts\\[[0-9]+\\]: home: m[0-6] x y$"
        #expect(text.range(of: form, options: .regularExpression) != nil, "\(text)")
        let number = text.dropFirst().prefix { $0 != ">" }
        #expect(number == "\(8 + (Int(text.suffix(5).prefix(1)) ?? 99))", "\(text)")
      }
    }

    @Test func `contract 7.4, success is told once at level 1 (B4)`() throws {
      let all = try messages(["use_syslog": "1"])
      #expect(all.filter { $0.contains("successful") }.count == 1, "\(all)")
    }

    @Test func `contract 7.4, TERMINATE goes there whatever use_syslog says`() throws {
      let all = try messages(["use_syslog": "0", "enabled": "0"])
      #expect(all.count == 1 && all.first?.contains("disabled! - TERMINATE") == true, "\(all)")
    }

    @Test func `contract 7.4, the helper says nothing there`() throws {
      let all = try messages(
        ["use_syslog": "1"], "", "$H -L -l nobody.example.com -d $DNS -S home -- get_registered_ip")
      #expect(all.isEmpty, "\(all)")
    }
  }
}
