// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import UCI
import Wire

extension SectionRun {
  /// Tells whoever wants to know how a pass has ended. Nothing waits for that.
  func tell(_ reason: Cycle.Reason, _ words: [UInt8], isLast: Bool = false) {
    let text = world.notifyText
    if text.isEmpty || isDryRun {
      mailbox = nil
      return
    }
    let box =
      mailbox ?? world.outbox.box(of: name)
      ?? Mailbox(name, files.notices, known: acceptedAtStart, world)
    mailbox = box
    let force = settings.schedule.isRunOnce ? nil : settings.schedule.force
    let notices = box.notices.take(reason, cycle.record, force: force, words, at: now)
    box.domain = settings.lookupHost
    // What is only counted is worth no writing to flash before the end.
    var isNews = isLast
    if !notices.isEmpty, let all = try? world.configuration(of: texts.section + text) {
      let wanted = all.find(name).flatMap { ServiceSection.notified($0) }
      for section in all.package.sections(ofType: "notify") {
        var problems: [ConfigError] = []
        let target = NotifySection(section, problems: &problems)
        guard wanted?.contains(target.name) ?? target.isDefault else { continue }
        for notice in notices
        where target.events.contains(where: { $0 == notice.event.word })
          && box.notices.concerns(notice, failures: target.failures)
        {
          box.notices.post(notice, to: target.name)
          isNews = true
        }
      }
    }
    if box.notices.due != nil { world.outbox.add(box) }
    if isNews { box.save(world) }
  }
}
