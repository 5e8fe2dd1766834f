// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import Wire

/// What the two runs of a section of both families have to do with each other.
extension SectionRun {
  /// For how long an update waits for the other family's address, in milliseconds.
  private static let siblingPatience: Int64 = 5_000

  /// Whether the tool that waits has to let the other family go first: an update, while it is about
  /// to find an address for the same request; all but detecting, while it is at work with what both
  /// have but once, the scratch files of scripts.
  var isHeldBack: Bool {
    guard let sibling, let waitingTool, waitingTool != .detect else { return false }
    if let kind = sibling.tool?.kind, kind != .detect { return true }
    return patience != nil
  }

  /// Until when, as an uptime in milliseconds, an update waits for that; nil = it does not.
  var patience: Int64? {
    guard let sibling, case .update = waitingTool, sibling.isDeciding else { return nil }
    let limit = waitingSince + Self.siblingPatience
    return world.uptime < limit ? limit : nil
  }

  /// Whether it does not know yet what it has to send.
  private var isDeciding: Bool {
    guard cycle.isInPass, let kind = tool?.kind ?? waitingTool else { return false }
    return kind == .detect || kind == .verify
  }

  /// The other family has sent this address, too: our own request is answered by that.
  func take(_ address: IPAddress, _ status: ExitStatus, _ report: ToolReport) {
    guard waitingTool == .update(address) else { return }
    waitingTool = nil
    cycle.sharesRequest()
    handle(answered(address, status, report))
  }
}
