// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// What is expected of a text: all of it, or what a regular expression finds in it.
enum Said: Sendable, ExpressibleByStringInterpolation {
  case exactly(String)
  case like(String)
  case anything

  init(stringLiteral text: String) { self = .exactly(text) }

  func fits(_ text: String) -> Bool {
    switch self {
    case .exactly(let wanted): text == wanted
    case .like(let pattern): text.range(of: pattern, options: .regularExpression) != nil
    case .anything: true
    }
  }
}

/// A row of the contract: lines of shell that busybox ash runs on a router, and what comes of them.
///
/// The lines know `$U $H $D $I` (updater, helper, `/usr/bin/ddns`, init script by their installed
/// paths), `$HTTP` and `$DNS` (the provider's and the DNS server's host:port), and `wait_for COMMAND`.
struct AshRow: Sendable, CustomTestStringConvertible {
  /// What the contract says there.
  let name: String
  let lines: String
  var status: Int32 = 0
  var stdout: Said = ""
  var stderr: Said = ""
  /// Options of the section `home`, and of all sections.
  var options: [String: String?] = [:]
  var global: [String: String] = [:]
  /// What DNS has before.
  var registered = [World.seen]
  /// How many updates have arrived; nil = does not matter.
  var updates: Int?
  /// Files afterwards; nil = there is none.
  var files: [String: Said?] = [:]
  /// What home's log has a line for, and what not.
  var log: [String] = []
  var notLog: [String] = []
  /// Makes the world what it has to be, once the router is furnished.
  var prepare: @Sendable (Router) throws -> Void = { _ in }

  var testDescription: String { name }

  /// Makes a router, runs the lines, and looks at what is left.
  func check(at location: SourceLocation = #_sourceLocation) throws {
    let world = try World(registered: registered)
    try world.configure(options, global: global)
    let router = try Router(world)
    try prepare(router)
    let result = try router.shell(AshRow.prelude(world) + lines)
    let said = "\(result.status) [\(result.stdout)] [\(result.stderr)] \(world.log())"
    #expect(result.status == status, "\(said)", sourceLocation: location)
    #expect(stdout.fits(result.stdout), "stdout: \(said)", sourceLocation: location)
    // What the shell itself says of a process that a signal has ended.
    let complaints = result.stderr.replacingOccurrences(
      of: "(?m)^(Terminated|Killed|Quit|Interrupt|Hangup)\\n", with: "", options: .regularExpression
    )
    #expect(stderr.fits(complaints), "stderr: \(said)", sourceLocation: location)
    if let updates {
      #expect(world.updates.count == updates, "\(said)", sourceLocation: location)
    }
    for (path, wanted) in files {
      let text = world.text(path)
      let fits = wanted.map { wanted in text.map { wanted.fits($0) } ?? false } ?? (text == nil)
      #expect(fits, "\(path): \(text ?? "is not there")", sourceLocation: location)
    }
    let log = world.log()
    for pattern in self.log {
      #expect(Said.like(pattern).fits(log), "\(pattern): \(said)", sourceLocation: location)
    }
    for pattern in notLog {
      #expect(!Said.like(pattern).fits(log), "\(pattern): \(said)", sourceLocation: location)
    }
    #expect(world.redactor.leak(in: log) == nil, sourceLocation: location)
  }

  static func prelude(_ world: World) -> String {
    """
    U=/usr/lib/ddns/dynamic_dns_updater.sh H=/usr/lib/ddns/dynamic_dns_lucihelper.sh
    D=/usr/bin/ddns I=/etc/init.d/ddns R=/var/run/ddns
    HTTP=127.0.0.1:\(world.mock.http.port) DNS=127.0.0.1:\(world.mock.dns.port)
    wait_for() {
      n=0
      until "$@" 2>/dev/null; do
        n=$((n + 1))
        [ $n -lt 600 ] || { echo "never: $*"; exit 99; }
        sleep 0.02
      done
    }
    waits() { [ -s $R/$1.pid ] && [ -s $R/$1.nextcheck ]; }
    ended() { ! kill -0 $1; }
    gone() { [ ! -e $1 ]; }
    says() { grep -q "$2" /var/log/ddns/$1.log; }
    now() { read -r up rest </proc/uptime; echo ${up%%.*}; }

    """
  }
}

extension Router {
  /// Writes a script by a program of its own, see `CommandLines.script`.
  func script(_ path: String, _ text: String) throws {
    try world.write(path, "")
    let command = "printf '%s\n' \"$1\" >\"$0\" && chmod 755 \"$0\""
    let made = try Child.run(
      "sh", ["-c", command, "\(root)/\(path)", text], environment: Programs.searchPath)
    if made.status != 0 { throw MockError("\(path): \(made.stderr)") }
  }
}
