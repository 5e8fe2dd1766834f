// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// Starts, wakes and stops the processes of sections: what `-- start`, `-- reload` and `-- stop` of
/// ddns-scripts and LuCI's buttons do. Each section that is started gets a process of its own.
public final class Control {
  private let configuration: Configuration
  private let arguments: Arguments

  /// Controls the sections that `-S` or `-n` name, or all of them; `-c` and `--root` are handed on.
  public init(_ arguments: Arguments) throws(Failure) {
    configuration = try Configuration(arguments)
    self.arguments = arguments
  }

  /// Starts the enabled sections; one that runs reads the configuration again and checks at once,
  /// for whoever starts it wants that (B18). It lifts no block: cron may start it every minute.
  public func start() throws(Failure) {
    for written in configuration.written.sections(ofType: "service") where isWanted(written.name) {
      let section = configuration.package.section(named: written.name) ?? written
      if let process = process(section.name) {
        Process.send(.user1, to: process)
      } else if configuration.isEnabled(section) {
        try start(section.name)
      }
    }
  }

  /// Sends a signal to the processes of the sections; whether there was one.
  ///
  /// What ends it is not sent to a process that runs others besides (B20).
  @discardableResult
  public func send(_ signal: Signal) -> Bool {
    let running = running()
    var done: [Int32] = []
    for (name, process) in running where isWanted(name) && !done.contains(process) {
      if signal == .terminate || signal == .user2,
        let other = running.first(where: { $0.process == process && !isWanted($0.name) })
      {
        Output.complain(
          "section '\(name)': not stopped, process \(process) runs section '\(other.name)', too\n")
        continue
      }
      // One that tells nobody ends as ever.
      let isQuiet = configuration.package.section(named: name)?.option("offline") == nil
      Process.send(signal == .user2 && isQuiet ? .terminate : signal, to: process)
      done.append(process)
    }
    return !done.isEmpty
  }

  /// Stops the sections and waits until none of them runs any more, at most 5 seconds.
  public func stopAndWait() {
    let deadline = Clock.uptime + 5_000
    guard send(.terminate) else { return }
    while Clock.uptime < deadline, running().contains(where: { isWanted($0.name) }) {
      _ = try? Poll.wait(for: [], until: Clock.uptime + 20)
    }
  }

  /// Stops the sections; one that wants to goes offline first.
  public func stop() { send(.user2) }

  private func start(_ name: [UInt8]) throws(Failure) {
    var words = [
      [UInt8]("/usr/lib/ddns/dynamic_dns_updater.sh"), [UInt8]("-S"), name, [UInt8]("-v0"),
    ]
    if let directory = arguments.value("c") { words += [[UInt8]("-c"), directory] }
    if let root = arguments.value("root") { words += [[UInt8]("--root"), root] }
    do throws(SystemError) { _ = try Child.start([UInt8]("/proc/self/exe"), words) } catch {
      throw Failure(.osError, error.message)
    }
  }

  private func isWanted(_ name: [UInt8]) -> Bool {
    if let section = arguments.value("S") {
      return name == section || configuration.isSecond(name, of: section)
    }
    guard let network = arguments.value("n") else { return true }
    let interface = configuration.package.section(named: name)?.option("interface")
    return (interface ?? [UInt8]("wan")) == network
  }

  /// Every section that has a process, whether or not the configuration still has the section.
  private func running() -> [(name: [UInt8], process: Int32)] {
    var running: [(name: [UInt8], process: Int32)] = []
    for file in File.names(in: configuration.root + configuration.global.runDirectory) {
      guard file.count > 4, Array(file.suffix(4)) == ".pid" else { continue }
      let name = Array(file.dropLast(4))
      if let process = process(name) { running.append((name, process)) }
    }
    return running
  }

  private func process(_ name: [UInt8]) -> Int32? {
    let files = RunFiles(configuration.global, section: name, root: configuration.root)
    return StatusCommand.process(files).flatMap { Int32(exactly: $0) }
  }
}
