// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import System
import UCI
import Wire

/// `ddns-runner --doctor`: a tool does it, for it talks to servers, by TLS, too.
enum Examination {
  /// How long that may take in all, in milliseconds; it ends by itself before.
  private static let patience: Int64 = 90_000

  /// Has the section that is named looked at, or all that are enabled.
  @inline(never)
  static func run(
    _ configuration: Configuration, _ arguments: Arguments, _ directory: [UInt8]?
  ) throws(Failure) -> ExitStatus {
    var names: [UInt8] = []
    for section in try Runner.sections(configuration, arguments) {
      if !names.isEmpty { names.append(UInt8(ascii: ",")) }
      names += section.name
    }
    var words: [[UInt8]] = [[UInt8]("ddns-verify"), [UInt8]("--doctor"), names]
    if arguments.has("json") { words.append([UInt8]("--json")) }
    if let directory = arguments.value("c") { words += [[UInt8]("-c"), directory] }
    if let root = arguments.value("root") { words += [[UInt8]("--root"), root] }
    let path = directory.map { Text("\($0)/ddns-verify").bytes } ?? [UInt8]("/proc/self/exe")
    do throws(SystemError) {
      switch try Child.runInForeground(path, words, patience: patience) {
      case .exited(let status): return ExitStatus(child: status)
      case .killed, nil: return .software
      }
    } catch { throw Failure(.osError, error.message) }
  }
}
