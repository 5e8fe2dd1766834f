// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import UCI
import Wire

extension SectionRun {
  /// Says who starts with what; the first lines of a log.
  static func introduce(
    _ section: UCISection, _ configuration: Configuration, _ options: Options, _ log: inout Log
  ) {
    log.write(.debug, "************ ************** ************** **************")
    log.write(.notice, "PID '\(Process.id)' started at \(log.date(Clock.wallClock))")
    log.write(.debug, "ddns version  : \(Product.version)")
    log.write(.debug, "uci configuration:\n\(section.listing)")
    let words: Literal =
      switch options.verbosity {
      case 0: "run normal, NO console output"
      case 1: "run normal, console mode"
      case 2: "run once, NO retry on error"
      default: "run once, NO retry on error, NOT sending update"
      }
    log.write(.debug, "verbose mode  : \(options.verbosity) - \(words)")
    if options.isDryRun || options.verbosity > 2 {
      log.write(.info, "Dry Run: NOT sending update")
    }
    guard options.verbosity > 0 else { return }
    let unknown = configuration.unknownOptions(of: nil) + configuration.unknownOptions(of: section)
    for words in unknown { log.write(.warning, words) }
  }

  /// Says what the configuration comes to; the last lines before work begins. `lastUpdate` is the
  /// uptime of the last one that is remembered.
  func announce(lastUpdate: Int64) {
    let schedule = settings.schedule
    log.write(.debug, "check interval: \(schedule.check) seconds")
    log.write(.debug, "force interval: \(schedule.isRunOnce ? 0 : schedule.force) seconds")
    log.write(.debug, "retry interval: \(schedule.retry) seconds")
    log.write(.debug, "retry max count : \(schedule.retryMaxCount) times")
    let last =
      cycle.record.accepted == nil ? [UInt8]("never") : date(uptime: lastUpdate)
    log.write(.debug, "last update: \(last)")
    log.write(.info, "Starting main loop at \(date())")
  }
}
