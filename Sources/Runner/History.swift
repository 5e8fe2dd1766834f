// SPDX-License-Identifier: Apache-2.0

import CommandLine
import JSON
import Report
import System
import UCI
import Wire

/// The last events of a section, for `--history`: kept until it waits, then in a file of the run
/// directory. Whether that can be written changes nothing.
struct History {
  private var unwritten: [UInt8] = []
  private var address: IPAddress?
  private var state: Status.State?

  /// How many events are shown.
  private static let count: Int64 = 100
  /// The most bytes of an event's text, and of a file that is not shortened yet.
  private static let textLimit = 120
  private static let fileLimit = 16_384

  /// Where it goes on: what an earlier process has kept is no news.
  @inline(never)
  mutating func recall(from files: RunFiles) {
    for line in Self.read(files.history).lines {
      guard let event = HistoryEvent(line) else { continue }
      if event.word == "detected" { address = IPAddress(event.text) }
      if let state = Status.State(event.word) { self.state = state }
    }
  }

  /// Keeps an event; its text is one line without secrets.
  mutating func note(_ word: Literal, _ text: [UInt8], at now: Int64) {
    unwritten += Text("\(now) \(word) \(text.cut(to: Self.textLimit))\n").bytes
  }

  /// Keeps our address, if it is another.
  mutating func note(_ address: IPAddress, at now: Int64) {
    if address != self.address { note("detected", address.text.bytes, at: now) }
    self.address = address
  }

  /// Keeps what the section does from now on, if that is something else.
  mutating func note(_ state: Status.State, _ reason: [UInt8], at now: Int64) {
    if state != self.state { note(state.word, reason, at: now) }
    self.state = state
  }

  /// Writes what is kept to the section's file.
  mutating func flush(to files: RunFiles) {
    if unwritten.isEmpty { return }
    let path = files.history
    try? File.append(unwritten, to: path, mode: 0o644)
    unwritten = []
    if File.info(path)?.size ?? 0 > Self.fileLimit {
      try? File.replace(path, with: Self.read(path), mode: 0o644)
    }
  }

  /// The lines of a section's last events.
  @inline(never)
  static func read(_ configuration: Configuration, _ section: [UInt8]) -> [UInt8] {
    read(RunFiles(configuration.global, section: section, root: configuration.root).history)
  }

  private static func read(_ path: [UInt8]) -> [UInt8] {
    let all = (try? File.readEnd(path, limit: 2 * fileLimit)) ?? []
    return LogFile.truncated(all, toLines: count) ?? all
  }

  /// Prints what has happened to the section that is named, and the addresses it has had; with
  /// `--json` the events alone, oldest first, an object each.
  @inline(never)
  static func run(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> ExitStatus {
    if arguments.value("S") == nil {
      throw Failure(.usage, "option --history needs -S; see ddns-runner -h")
    }
    let boot = Clock.wallClock - Clock.uptime / 1000
    let date = StatusCommand.dates(configuration)
    let isJSON = arguments.has("json")
    var text: Text = ""
    var events: [JSONValue] = []
    for section in try StatusCommand.sections(configuration, arguments) {
      var addresses: Text = ""
      for line in read(configuration, section.name).lines {
        guard let event = HistoryEvent(line) else { continue }
        if isJSON {
          events.append(
            .object([
              ([UInt8]("section"), .string(section.name)),
              ([UInt8]("time"), .integer(boot + event.time)),
              ([UInt8]("event"), .string(event.word)), ([UInt8]("text"), .string(event.text)),
            ]))
          continue
        }
        let date = date(event.time)
        text += "\(date)  \(event.word) \(event.text)\n"
        if event.word == "detected" { addresses += "\n  \(event.text) since \(date)" }
      }
      if isJSON { continue }
      text += "\(section.name): addresses" + (addresses == "" ? " none" : addresses) + "\n"
    }
    return try Tool.answer(isJSON ? Text(JSONValue.array(events).encode()) + "\n" : text)
  }
}
