// SPDX-License-Identifier: Apache-2.0

import Policy
import Section

extension SectionRun.Options {
  /// How the machine of a section is to run.
  func mode(for settings: ServiceSection) -> Cycle.Mode {
    var mode = Cycle.Mode()
    let isWatched = verbosity > 1
    mode.isOneShot = !isEndless(settings)
    mode.retries = !isWatched && !isOnce
    mode.isDryRun = isDryRun || verbosity > 2
    mode.isForced = isForced
    mode.looksUp = settings.verification.looksUp
    mode.demandsVerification = isWatched && mode.looksUp
    return mode
  }

  /// Whether a section waits for the next check when a pass is over.
  func isEndless(_ settings: ServiceSection) -> Bool {
    verbosity <= 1 && !isOnce && !settings.schedule.isRunOnce
  }
}
