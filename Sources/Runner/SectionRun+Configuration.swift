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
    /// The section is as it was, wherever it stands now.
    case unchanged(Texts, ServiceSection)
    /// The section is another.
    case changed(Texts, ServiceSection, GlobalOptions)
    /// The section is gone.
    case gone(Text)
    /// The section is disabled or cannot run.
    case unusable(Failure)
    /// The file cannot be read or parsed, perhaps because somebody is editing it.
    case unreadable(Text)
  }

  /// What the section says, read from its text unless it is known.
  var settings: ServiceSection {
    if let loaded { return loaded }
    let configuration = try? world.configuration(of: texts.global + texts.section)
    let section = configuration?.package.section(named: name)
    var problems: [ConfigError] = []
    let settings = ServiceSection(
      section ?? UCISection(type: "service", name: "none"), problems: &problems)
    loaded = settings
    return settings
  }

  /// Lets go of what can be made again, until something happens.
  func unload() {
    loaded = nil
    log.unload()
  }

  /// Reads the configuration, or only what has changed in it.
  func refreshed() -> Refreshed {
    do throws(Failure) {
      let catalog = try world.catalog()
      guard let text = catalog.text(of: name) else {
        return .gone("section '\(name)' is no longer in the configuration")
      }
      let fresh = try world.configuration(of: catalog.global + text)
        .withValues(of: name, for: .runner, said: said)
      if let problem = fresh.values.problems.first { return .unreadable(problem.message) }
      let section = try fresh.section(at: name)
      let whole = section.hasValuesElsewhere ? UCIPackage.excerpt(of: section) : text
      return refreshed(Texts(global: catalog.global, section: whole), fresh)
    } catch {
      return .unreadable(error.message)
    }
  }

  private func refreshed(_ texts: Texts, _ fresh: Configuration) -> Refreshed {
    // What it says may have new secrets, fit to run or not.
    log.hide(secretsOf: texts.section)
    do throws(Failure) {
      let settings = try fresh.runnableSection(fresh.section(at: name))
      let isSame =
        texts.section == self.texts.section
        || settings.wholeFingerprint == self.settings.wholeFingerprint
      values = fresh.values
      return isSame ? .unchanged(texts, settings) : .changed(texts, settings, fresh.global)
    } catch {
      return .unusable(error)
    }
  }
  /// Takes over what the configuration says. A section that has changed begins anew with the record:
  /// then that is the event that follows.
  func adopt(_ fresh: Refreshed, from record: Record) -> Cycle.Event? {
    switch fresh {
    case .unchanged(let texts, let settings): (self.texts, loaded) = (texts, settings)
    case .changed(let texts, let settings, let global):
      (self.texts, loaded) = (texts, settings)
      watch = AddressWatch(settings, global, isEndless: options.isEndless(settings))
      hasNewWatch = true
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
    mode.isForced = mode.isForced && !hasBegun
    cycle = Cycle(
      schedule: settings.schedule, mode: mode, record: record, fingerprint: settings.fingerprint)
    waitingTool = nil
    isFresh = true
    return .started
  }

  /// Lets commands say what they have to, in a tool of their own, before a section starts or checks. The
  /// configuration is read again, for they may be others now.
  func postpones(_ event: Cycle.Event) -> Bool {
    if values.said.isEmpty { return false }
    switch (event, rest) {
    case (.timer, .verifying): return false
    case (.started, _): startsAfter = true
    case (.timer, _): startsAfter = false
    default: return false
    }
    if adopt(refreshed(), from: cycle.record) != nil { startsAfter = true }
    if status == nil { waitingTool = .values }
    return true
  }

  /// Goes on with what was postponed: with what commands have said now, or else before.
  func resume(_ status: ExitStatus, _ report: ToolReport) {
    if status == .ok { said = report.values }
    if !said.isEmpty, adopt(refreshed(), from: cycle.record) != nil { startsAfter = true }
    if self.status == nil { proceed(startsAfter ? .started : .timer) }
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
