// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The command lines of contract 6, under busybox ash: the updater (6.1), and in the other files
  /// the helper (6.2), `/usr/bin/ddns` (6.3) and the init script (6.4).
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshCommandTests {
    private static let usage = "usage: dynamic_dns_updater.sh -S SECTION"
    private static func wrong(_ words: String, _ complaint: String) -> AshRow {
      AshRow(
        name: "$U \(words)", lines: "$U \(words)", status: 1,
        stderr: .like("^dynamic_dns_updater.sh: \(complaint)[^\n]*\n\(usage)"), updates: 0)
    }
    /// What ends a section that waits, and says how it ended.
    private static let end = "wait_for waits home; kill $!; wait $!"

    static let updater: [AshRow] = [
      // 1.0 (14.07) and 2.4 - 2.7.4
      AshRow(
        name: "SECTION: level 1", lines: "$U home & \(end)", status: 143,
        stdout: .like("Starting main loop"), updates: 1),
      AshRow(
        name: "SECTION 0 &, as in a crontab", lines: "$U home 0 & \(end)", status: 143, updates: 1),
      AshRow(
        name: "SECTION 1", lines: "$U home 1 & \(end)", status: 143,
        stdout: .like("Starting main loop"), updates: 1),
      AshRow(name: "SECTION 2", lines: "$U home 2", stdout: .like("exit normal"), updates: 1),
      AshRow(name: "SECTION 3", lines: "$U home 3", stdout: .like("exit normal"), updates: 0),
      wrong("", "option '-S' is missing"),
      wrong("home 4", "error detecting VERBOSE '4'"),
      wrong("home 12", "error detecting VERBOSE '12'"),
      wrong("home x", "error detecting VERBOSE 'x'"),
      // 2.7.6 - 2.8.2
      AshRow(
        name: "-n NET -- start",
        lines: "$U -n wan -- start; wait_for waits home; $U -n wan -- stop; "
          + "wait_for gone $R/home.pid", updates: 1),
      AshRow(
        name: "-n of another network starts nothing",
        lines: "$U -n lan -- start; [ ! -e $R/home.pid ]",
        updates: 0),
      AshRow(
        name: "-- start, -- reload, -- stop of all",
        lines: """
          $U -- start; wait_for waits home; read -r pid <$R/home.pid; $U -- reload; echo $?
          wait_for says home "received 'SIGHUP'"; [ "$(cat $R/home.pid)" = $pid ] && $U -- stop
          wait_for gone $R/home.pid; says home "terminated by 'SIGTERM'"
          """, stdout: "0\n", updates: 1),
      AshRow(name: "-- reload without any", lines: "$U -- reload", status: 1),
      AshRow(name: "-- stop without any", lines: "$U -- stop"),
      AshRow(
        name: "-n of another network stops nothing (B20)",
        lines: "$U -- start; wait_for waits home; $U -n lan -- stop; $U -n lan -- reload; echo $?; "
          + "kill -0 $(cat $R/home.pid); $U -- stop", stdout: "1\n"),
      AshRow(
        name: "-S SEC -- start runs in the foreground", lines: "$U -S home -v 2 -- start",
        stdout: .like("exit normal"), updates: 1),
      AshRow(
        name: "-S SEC -- start of a running one wakes it (B18)",
        lines: "$U -S home & wait_for waits home; $U -S home -- start; "
          + "wait_for says home \"received 'SIGUSR1'\"; kill $!; wait $!", status: 143),
      wrong("-n wan -S home -- start", "use either option '-N' or '-S' not both"),
      wrong("-n wan", "missing command"), wrong("-- start stop", "to much commands"),
      wrong("-- jump", "unknown command - jump"),
      wrong("-S home -- jump", "unknown command - jump"),
      // 2.8.3 and later
      AshRow(
        name: "-S SEC -v 2", lines: "$U -S home -v 2", stdout: .like("exit normal"), updates: 1),
      AshRow(
        name: "-S SEC -v 2 -d", lines: "$U -S home -v 2 -d", stdout: .like("Dry Run"), updates: 0),
      AshRow(name: "-dv2 -Shome", lines: "$U -dv2 -Shome", stdout: .like("Dry Run"), updates: 0),
      AshRow(
        name: "-S SEC -v 2 start: a further word", lines: "$U -S home -v 2 start",
        stdout: .like("exit normal"), updates: 1),
      AshRow(
        name: "-S SEC -v 3 (B2)", lines: "$U -S home -v 3", stdout: .like("NOT sending update"),
        updates: 0),
      // common
      AshRow(name: "-h", lines: "$U -h", stdout: .like("^\(usage)")),
      AshRow(name: "-S SEC -h", lines: "$U -S home -h", stdout: .like("^\(usage)"), updates: 0),
      AshRow(name: "-V", lines: "$U -V", stdout: .like("^ddns-scripts [0-9][0-9.-]*\n$")),
      AshRow(
        name: "--version", lines: "$U --version", stdout: .like("^ddns-scripts [0-9][0-9.-]*\n$")),
      wrong("-S", "option -S missing argument"), wrong("-S home -v", "option -v missing argument"),
      wrong("-x", "invalid option -x"), wrong("-S home -x", "invalid option -x"),
      wrong("-S ''", "option '-S' is missing"),
      wrong("-S home -v x", "error detecting VERBOSE 'x'"),
      wrong("-S home -v 4", "error detecting VERBOSE '4'"),
      // statuses
      AshRow(
        name: "0: run once", lines: "$U -S home -v 0", options: ["force_interval": "0"], updates: 1,
        log: ["exit normal"]),
      AshRow(
        name: "1: an unknown section, told in a log of its own",
        lines: "$U -S nobody; s=$?; cat /var/log/ddns/nobody.log; exit $s", status: 1,
        stdout: .like("^ [0-9]{6}  WARN : Service section 'nobody' not defined - TERMINATE\n"),
        stderr: .like("Service section 'nobody' not defined - TERMINATE")),
      AshRow(
        name: "1: what a provider refuses", lines: "$U -S home -v 2", status: 1,
        stdout: .like("badauth"), options: ["password": "wrong"], updates: 1),
      AshRow(
        name: "128+1: no, HUP is for checking (B17)",
        lines: "$U -S home & wait_for waits home; kill -HUP $!; "
          + "wait_for says home \"received 'SIGHUP'\"; kill -0 $! && kill $!"),
      AshRow(
        name: "128+2", lines: "$U -S home & wait_for waits home; kill -INT $!; wait $!", status: 130
      ),
      AshRow(
        name: "128+3", lines: "$U -S home & wait_for waits home; kill -QUIT $!; wait $!",
        status: 131,
        stderr: .anything),
      AshRow(
        name: "128+15", lines: "$U -S home & wait_for waits home; kill -TERM $!; wait $!",
        status: 143),
      // its name
      AshRow(
        name: "ps and pidof find it as dynamic_dns_updater.sh",
        lines: """
          $I start; wait_for waits home; read -r pid <$R/home.pid
          /usr/bin/busybox pidof dynamic_dns_updater.sh | grep -qw $pid && echo pidof
          /usr/bin/busybox ps -o pid,args | grep -qw "$pid .*[d]ynamic_dns_updater.sh -S home" && echo ps
          $I stop
          """, stdout: "pidof\nps\n"),
    ]

    @Test(arguments: updater) func `contract 6.1, the updater`(row: AshRow) throws {
      try row.check()
    }

    // MARK: /usr/bin/ddns

    private static let provider = "{ \"ipv4\": { \"url\": \"http://x.test/[IP]\" } }\n"
    private static let serve: @Sendable (Router) throws -> Void = { router in
      let script = router.world.mock.http.script
      script.add("/pkg/list", .respond(HTTPAnswer(200, "one.test\ntwo.test\n")))
      script.add("/pkg/default/one.test.json", .respond(HTTPAnswer(200, provider)))
      script.add("*", .respond(HTTPAnswer(404, "no")))
      try router.world.configure(global: [
        "url": "http://127.0.0.1:\(router.world.mock.http.port)/pkg"
      ])
    }
    private static let custom = "usr/share/ddns/custom"

    static let service: [AshRow] = [
      AshRow(name: "(none)", lines: "$D", status: 1, stdout: .like("^\nusage: ddns")),
      AshRow(name: "-V", lines: "$D -V", stdout: .like("^ddns-scripts [0-9][0-9.-]*\n$")),
      AshRow(
        name: "--version", lines: "$D --version", stdout: .like("^ddns-scripts [0-9][0-9.-]*\n$")),
      AshRow(
        name: "another command", lines: "$D jump", status: 1,
        stderr: .like("^Command not supported\nusage: ddns")),
      AshRow(
        name: "service BAD", lines: "$D service jump", status: 2,
        stderr: .like("^Action not supported\nusage: ddns")),
      AshRow(
        name: "service", lines: "$D service", status: 2,
        stderr: .like("^Action not supported\nusage: ddns")),
      AshRow(
        name: "service update", lines: "$D service update",
        files: ["usr/share/ddns/list": "one.test\ntwo.test\n"], prepare: serve),
      AshRow(
        name: "service update that fails leaves the old list (B34)",
        lines: "echo old >/usr/share/ddns/list; $D service update", status: 1,
        stderr: .like("HTTP status 404"), files: ["usr/share/ddns/list": "old\n"],
        prepare: { router in
          router.world.mock.http.script.add("*", .respond(HTTPAnswer(404, "no")))
          try router.world.configure(
            global: ["url": "http://127.0.0.1:\(router.world.mock.http.port)/pkg"])
        }),
      AshRow(
        name: "service update without its certificate", lines: "$D service update", status: 5,
        stderr: "Certification file not found (/no/such.pem)\n", global: ["cacert": "/no/such.pem"]),
      AshRow(
        name: "service list-available", lines: "$D service update && $D service list-available",
        stdout: "one.test\ntwo.test\n", prepare: serve),
      AshRow(
        name: "service list-available without a list", lines: "$D service list-available",
        status: 3,
        stderr: "No custom service list file found. Please download first\n"),
      AshRow(
        name: "service list-installed",
        lines: "$D service install one.test; $D service list-installed",
        stdout: "one.test.json\n", prepare: serve),
      AshRow(
        name: "service list-installed of none", lines: "$D service list-installed", status: 4,
        stderr: "No custom services installed\n"),
      AshRow(
        name: "service install NAME, and the section has it at once (B33)",
        lines: "$D service install one.test; /usr/sbin/ddns-runner -S home --check",
        stdout: .like("section 'home': ok"),
        options: ["service_name": "one.test"],
        files: ["\(custom)/one.test.json": .exactly(provider)],
        prepare: { router in
          try serve(router)
          try router.world.configure(
            ["service_name": "one.test"],
            global: ["url": "http://127.0.0.1:\(router.world.mock.http.port)/pkg"])
        }),
      AshRow(
        name: "service install without NAME", lines: "$D service install", status: 4,
        stderr: "No custom service specified\n"),
      AshRow(
        name: "service install of what is not there leaves nothing (B34)",
        lines: "$D service install no.test", status: 1, stderr: .like("HTTP status 404"),
        files: ["\(custom)/no.test.json": nil], prepare: serve),
      AshRow(
        name: "service install without its certificate", lines: "$D service install one.test",
        status: 5, stderr: "Certification file not found (/no/such.pem)\n",
        global: ["cacert": "/no/such.pem"]),
      AshRow(
        name: "service install ../NAME", lines: "$D service install ../one.test", status: 4,
        stderr: "'../one.test' is no service name\n"),
      AshRow(
        name: "service remove NAME",
        lines: "$D service install one.test; $D service remove one.test",
        files: ["\(custom)/one.test.json": nil], prepare: serve),
      AshRow(
        name: "service remove of what is not there", lines: "$D service remove one.test", status: 1,
        stderr: "/usr/share/ddns/custom/one.test.json: no such file\n"),
      AshRow(
        name: "service remove without NAME", lines: "$D service remove", status: 4,
        stderr: "No custom service specified\n"),
      AshRow(
        name: "service purge",
        lines: "$D service update; $D service install one.test; $D service purge",
        files: ["\(custom)/one.test.json": nil, "usr/share/ddns/list": nil], prepare: serve),
    ]

    @Test(arguments: service) func `contract 6.3, usr bin ddns`(row: AshRow) throws {
      try row.check()
    }

    // MARK: The init script

    static let initScript: [AshRow] = [
      AshRow(
        name: "start, stop",
        lines: "$I start; wait_for waits home; $I stop; wait_for gone $R/home.pid",
        updates: 1, log: ["terminated by 'SIGTERM'"]),
      AshRow(
        name: "start SECTION, stop SECTION",
        lines: "$I start home; wait_for waits home; $I stop home; wait_for gone $R/home.pid"),
      AshRow(
        name: "start of a section there is not", lines: "$I start nobody; [ ! -e $R/nobody.pid ]"),
      AshRow(
        name: "restart: another process, no second update",
        lines: "$I start; wait_for waits home; read -r old <$R/home.pid; $I restart; "
          + "wait_for waits home; read -r new <$R/home.pid; $I stop; [ $old != $new ]", updates: 1),
      AshRow(
        name: "reload: the same process, no second update",
        lines: "$I start; wait_for waits home; read -r old <$R/home.pid; $I reload; "
          + "wait_for waits home; read -r new <$R/home.pid; $I stop; [ $old = $new ]", updates: 1),
      AshRow(
        name: "enabled, enable, disable",
        lines: """
          $I enabled; echo $?; $I enable; $I enabled; echo $?; ls /etc/rc.d; $I disable; $I enabled; echo $?
          """, stdout: "1\n0\nK10ddns\nS95ddns\n1\n"),
      AshRow(
        name: "boot is start", lines: "$I boot; wait_for waits home; $I stop", updates: 1),
      AshRow(
        name: "a disabled section is not started", lines: "$I start; [ ! -e $R/home.pid ]",
        options: ["enabled": "0"], updates: 0),
    ]

    @Test(arguments: initScript) func `contract 6.4, the init script`(row: AshRow) throws {
      try row.check()
    }
  }
}
