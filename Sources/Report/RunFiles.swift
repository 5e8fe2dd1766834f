// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// Where the files of a section are and what is in them (contract 7.1).
public struct RunFiles: Sendable {
  /// The directories: all sections of a process share them.
  private final class Directories: Sendable {
    let run: [UInt8]
    let log: [UInt8]
    let state: [UInt8]

    init(_ options: GlobalOptions, root: [UInt8]) {
      run = root + options.runDirectory
      log = root + options.logDirectory
      state = root + options.stateDirectory
    }
  }

  private let directories: Directories
  /// The section's name.
  public let section: [UInt8]

  /// The files of a section; `root` is put before every path.
  public init(_ options: GlobalOptions, section: [UInt8], root: [UInt8]) {
    directories = Directories(options, root: root)
    self.section = section
  }

  /// Whether another section's files are in the same directories.
  public func hasSameDirectories(as other: RunFiles) -> Bool {
    runDirectory == other.runDirectory && logDirectory == other.logDirectory
      && stateDirectory == other.stateDirectory
  }

  /// The files of another section beside those of one.
  public init(beside other: RunFiles, section: [UInt8]) {
    directories = other.directories
    self.section = section
  }

  /// The directory of the run files.
  public var runDirectory: [UInt8] { directories.run }
  /// The directory of the log file.
  public var logDirectory: [UInt8] { directories.log }
  /// The directory of what survives a reboot; on flash.
  public var stateDirectory: [UInt8] { directories.state }
  /// The process: decimal and newline.
  public var pid: [UInt8] { path("pid") }
  /// Uptime in seconds of the last accepted update.
  public var update: [UInt8] { path("update") }
  /// Uptime in seconds of the next check.
  public var nextCheck: [UInt8] { path("nextcheck") }
  /// The registered address and newline; only the newline when there is none.
  public var ip: [UInt8] { path("ip") }
  /// What is remembered; ours alone.
  public var state: [UInt8] { path("state") }
  /// The same as it was when the accepted address or the block last changed.
  public var persistentState: [UInt8] { Text("\(stateDirectory)/\(section).state").bytes }
  /// Who was told what.
  public var notices: [UInt8] { Text("\(stateDirectory)/\(section).notices").bytes }
  /// What a recipe remembers.
  public var ids: [UInt8] { path("ids") }
  /// What `--status` says.
  public var status: [UInt8] { path("status") }
  /// Its last events.
  public var history: [UInt8] { path("history") }
  /// Locked by the one process that runs the section.
  public var lock: [UInt8] { path("lock") }
  /// The log.
  public var logFile: [UInt8] { Text("\(logDirectory)/\(section).log").bytes }

  /// A file's content: a number and a newline.
  public static func number(_ value: Int64) -> [UInt8] { Text("\(value)\n").bytes }

  /// The content of `ip`.
  public static func addresses(_ addresses: [IPAddress]) -> [UInt8] {
    guard let first = addresses.first else { return [UInt8(ascii: "\n")] }
    return Text("\(first)\n").bytes
  }

  /// How the names of a script's scratch files begin: what it makes of `DATFILE` and `ERRFILE`.
  public static func scratch(of section: [UInt8]) -> [[UInt8]] {
    [section + [UInt8](".dat"), section + [UInt8](".err")]
  }

  private func path(_ suffix: Literal) -> [UInt8] {
    Text("\(runDirectory)/\(section).\(suffix)").bytes
  }
}
