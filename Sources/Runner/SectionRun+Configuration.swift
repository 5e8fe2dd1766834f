// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import UCI
import Wire

/// Reading the configuration again, and what follows from it.
extension SectionRun {
  /// What the configuration says now.
  enum Refreshed {
    /// The section is as it was.
    case unchanged(Configuration)
    /// The section is another.
    case changed(Configuration, ServiceSection)
    /// The section is gone.
    case gone(Text)
    /// The section is disabled or cannot run.
    case unusable(Failure)
    /// The file cannot be read or parsed, perhaps because somebody is editing it.
    case unreadable(Text)
  }

  /// Reads the configuration.
  func refreshed() -> Refreshed {
    do throws(Failure) { return refreshed(try world.configuration()) } catch {
      return .unreadable(error.message)
    }
  }

  /// What a configuration says of the section.
  func refreshed(_ fresh: Configuration) -> Refreshed {
    guard let section = fresh.package.section(named: name) else {
      return .gone("section '\(name)' is no longer in the configuration")
    }
    // What it says may have new secrets, fit to run or not.
    log.redactor = Redactor(section)
    do throws(Failure) {
      let settings = try fresh.runnableSection(section)
      let isSame = settings.wholeFingerprint == self.settings.wholeFingerprint
      return isSame ? .unchanged(fresh) : .changed(fresh, settings)
    } catch {
      return .unusable(error)
    }
  }

  /// Takes over what the configuration says. A section that has changed begins anew with the record:
  /// then that is the event that follows.
  func adopt(_ fresh: Refreshed, from record: Record) -> Cycle.Event? {
    switch fresh {
    case .unchanged(let configuration): self.configuration = configuration
    case .changed(let configuration, let settings):
      self.configuration = configuration
      self.settings = settings
      watch = AddressWatch(
        settings, configuration.global, isEndless: options.isEndless(settings))
      log.adopt(settings)
      log.write(.info, "configuration has changed")
      return beginAgain(from: record)
    case .gone(let words):
      log.write(.notice, words)
      close(.ok, words)
    case .unusable(let failure):
      log.terminate(.warning, failure.message)
      noteError(.error, failure.message)
      close(failure.status, failure.message)
    case .unreadable(let words): complain(words)
    }
    return nil
  }

  /// The section starts once more with what it is now; the event to start with.
  func beginAgain(from record: Record) -> Cycle.Event {
    var mode = options.mode(for: settings)
    mode.isForced = false
    cycle = Cycle(
      schedule: settings.schedule, mode: mode, record: record, fingerprint: settings.fingerprint)
    waitingTool = nil
    isFresh = true
    return .started
  }

  /// Reads the configuration, unless that has just been done; the event that follows from it.
  func reread(unreadable: Cycle.Event?) -> Cycle.Event? {
    defer { isFresh = false }
    if isFresh { return nil }
    let fresh = refreshed()
    let event = adopt(fresh, from: cycle.record)
    if case .unreadable = fresh { return unreadable }
    return event
  }
}
