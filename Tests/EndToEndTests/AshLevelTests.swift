// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The table of contract 5.4, a row for each of its cells that can be told apart, under busybox ash.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshLevelTests {
    /// One run that waits, and is ended then.
    private static func waiting(_ words: String) -> String {
      "$U \(words) & wait_for waits home; kill $!; wait $!"
    }
    private static let line = " [0-9]{6} {1,3}(WARN|ERROR|note|info)? {0,6}: "

    static let rows: [AshRow] = [
      // console
      AshRow(name: "0: the console has nothing", lines: waiting("-S home -v 0"), status: 143),
      AshRow(
        name: "0: the console has TERMINATE lines", lines: "$U -S home -v 0", status: 1,
        stderr: .like("^ [0-9]{6}  WARN : Service section disabled! - TERMINATE\n$"),
        options: ["enabled": "0"]),
      AshRow(
        name: "1: the console has all", lines: waiting("-S home -v 1"), status: 143,
        stdout: .like(
          "note : PID '[0-9]+' started at [^\n]*\n(.|\n)*Starting main loop(.|\n)*terminated by 'SIGTERM'"
        )
      ),
      AshRow(
        name: "2: the console has all", lines: "$U -S home -v 2",
        stdout: .like("started at [^\n]*\n(.|\n)*exit normal"), updates: 1),
      AshRow(
        name: "3: the console has all (B2)", lines: "$U -S home -v 3",
        stdout: .like("started at [^\n]*\n(.|\n)*exit normal"), updates: 0),
      AshRow(
        name: "-d: the console is the level's", lines: waiting("-S home -v 0 -d"), status: 99,
        stdout: .like("never"), updates: 0),
      // log file
      AshRow(
        name: "0: a log file if use_logfile", lines: waiting("-S home -v 0"), status: 143,
        log: ["Starting main loop"]),
      AshRow(
        name: "0: no log file if not", lines: waiting("-S home -v 0"), status: 143,
        options: ["use_logfile": "0"], files: ["var/log/ddns/home.log": nil]),
      AshRow(
        name: "1: no log file if not", lines: waiting("-S home -v 1"), status: 143,
        stdout: .anything, options: ["use_logfile": "0"],
        files: ["var/log/ddns/home.log": nil]),
      AshRow(
        name: "1: a log file is kept on, and cut", lines: waiting("-S home -v 1"), status: 143,
        stdout: .anything, global: ["ddns_loglines": "4"],
        files: ["var/log/ddns/home.log": .like("^([^\n]*\n){4}$")]),
      AshRow(
        name: "2: always a log file, fresh and whole",
        lines: "mkdir -p /var/log/ddns; echo old >/var/log/ddns/home.log; $U -S home -v 2",
        stdout: .anything, options: ["use_logfile": "0"], global: ["ddns_loglines": "2"],
        log: ["started at", "exit normal"], notLog: ["old"]),
      AshRow(
        name: "3: the same (B2)",
        lines: "mkdir -p /var/log/ddns; echo old >/var/log/ddns/home.log; $U -S home -v 3",
        stdout: .anything, options: ["use_logfile": "0"], global: ["ddns_loglines": "2"],
        log: ["started at", "exit normal"], notLog: ["old"]),
      // retries
      AshRow(
        name: "0: tries again",
        lines: "$U -S home -v 0 & wait_for says home 'Update successful'; kill $!; wait $!",
        status: 143, updates: 2,
        prepare: {
          $0.world.mock.http.script.add("/nic/update", times: 1, .respond(HTTPAnswer(503, "")))
        }),
      AshRow(
        name: "1: tries again",
        lines: "$U -S home -v 1 & wait_for says home 'Update successful'; kill $!; wait $!",
        status: 143, stdout: .anything,
        updates: 2,
        prepare: {
          $0.world.mock.http.script.add("/nic/update", times: 1, .respond(HTTPAnswer(503, "")))
        }),
      AshRow(
        name: "2: does not", lines: "$U -S home -v 2", status: 1, stdout: .anything, updates: 1,
        log: ["exit WITH ERROR"],
        prepare: { $0.world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(503, ""))) }),
      // loop
      AshRow(
        name: "0: endless", lines: "$U -S home -v 0 & wait_for waits home; kill -0 $!; kill $!"),
      AshRow(
        name: "1: endless",
        lines: "$U -S home -v 1 & wait_for waits home; kill -0 $!; kill $!", stdout: .anything),
      AshRow(
        name: "2: one pass", lines: "$U -S home -v 2", stdout: .anything,
        files: ["var/run/ddns/home.pid": nil], log: ["exit normal"]),
      AshRow(
        name: "3: one pass", lines: "$U -S home -v 3", stdout: .anything, log: ["exit normal"]),
      AshRow(
        name: "-d: endless at level 0, without spinning (B3)",
        lines: """
          $U -S home -v 0 -d & wait_for says home 'Dry Run'; sleep 1; kill -0 $!
          [ "$(grep -c 'Dry Run' /var/log/ddns/home.log)" -lt 6 ]; echo $?; kill $!; wait $!
          """, status: 143, stdout: "0\n", registered: ["81.2.69.1"], updates: 0,
        files: ["var/run/ddns/home.update": nil], notLog: ["Update successful"]),
      AshRow(
        name: "-d: one pass at level 2", lines: "$U -S home -v 2 -d", stdout: .anything, updates: 0,
        files: ["var/run/ddns/home.update": nil], log: ["Dry Run: NOT sending update"],
        notLog: ["Update successful"]),
      // send
      AshRow(name: "0: sends", lines: waiting("-S home -v 0"), status: 143, updates: 1),
      AshRow(
        name: "1: sends", lines: waiting("-S home -v 1"), status: 143, stdout: .anything,
        updates: 1),
      AshRow(
        name: "2: sends", lines: "$U -S home -v 2", stdout: .anything, updates: 1,
        files: ["var/run/ddns/home.update": .like("^[0-9]+\n$")]),
      AshRow(
        name: "3: does not send (B2)", lines: "$U -S home -v 3", stdout: .anything, updates: 0,
        files: ["var/run/ddns/home.update": nil], log: ["NOT sending update"]),
      // wait
      AshRow(
        name: "0: waits check_interval",
        lines: "$U -S home -v 0 & wait_for waits home; read -r next <$R/home.nextcheck; "
          + "next=$((next - $(now))); kill $!; [ $next -gt 3590 ] && [ $next -le 3601 ]",
        options: ["check_interval": "1", "check_unit": "hours"]),
      AshRow(
        name: "2: waits for DNS only, not ten minutes (B36)",
        lines:
          "start=$(now); $U -S home -v 2; s=$?; [ $(($(now) - start)) -lt 30 ] || exit 98; exit $s",
        stdout: .anything, registered: ["81.2.69.1"], updates: 1),
      AshRow(
        name: "3 and -d: wait for nothing",
        lines: "start=$(now); $U -S home -v 3; $U -S home -v 2 -d; [ $(($(now) - start)) -lt 10 ]",
        stdout: .anything, registered: ["81.2.69.1"], updates: 0),
      // exit
      AshRow(
        name: "2: ends with 0 when DNS shows it", lines: "$U -S home -v 2", stdout: .anything,
        registered: [], updates: 1, files: ["var/run/ddns/home.ip": "\(World.seen)\n"]),
      AshRow(
        name: "2: ends with 1 when DNS shows another", lines: "$U -S home -v 2", status: 1,
        stdout: .anything, updates: 1, log: ["exit WITH ERROR '1'"],
        prepare: { $0.world.mock.dns.script.add("*", .addresses(["81.2.69.9"])) }),
      // default
      AshRow(name: "the default of options is 0", lines: waiting("-S home"), status: 143),
      AshRow(
        name: "the default of the old form is 1", lines: waiting("home"), status: 143,
        stdout: .like("Starting main loop")),
    ]

    @Test(arguments: rows) func `contract 5.4`(row: AshRow) throws { try row.check() }
  }
}
