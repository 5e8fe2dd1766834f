// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

extension DynDNS2 {
  /// The outcome of recognised lines; nil when there are none.
  ///
  /// One line answers for all hosts. Several lines answer for the hosts in the order of the
  /// request, or, when only one host was sent, for its address families. The worst decides.
  static func outcome(of lines: [Line], in body: [UInt8], sent: Judgement.Sent) -> Outcome? {
    guard let first = lines.first else { return nil }
    let hosts = max(sent.hostCount, 1)
    if lines.count == 1 {
      let outcome = outcome(of: first, in: body, sent: sent)
      if hosts > 1, outcome.isSuccess {
        outcome.warning = "one answer for \(hosts) hosts"
      }
      return outcome
    }
    let used = hosts == 1 ? lines[...] : lines.prefix(hosts)
    var worst = outcome(of: first, in: body, sent: sent)
    var reasons: Text = ""
    for (index, line) in used.enumerated() {
      let outcome = outcome(of: line, in: body, sent: sent)
      if hosts > 1, !outcome.isSuccess {
        if reasons != "" { reasons += "; " }
        reasons += "host \(index + 1) of \(hosts)"
        if index < sent.hosts.count { reasons += ", \(sent.hosts[index])" }
        reasons += ": \(outcome.reason)"
      }
      if outcome.severity > worst.severity || index == 0 { worst = outcome }
    }
    if reasons != "" { worst.reason = reasons }
    if used.count < hosts, worst.isSuccess {
      return Outcome(
        .notUnderstood, word: .unknown, reason: "\(used.count) answers for \(hosts) hosts")
    }
    if hosts > 1, lines.count > hosts {
      worst.warning = "\(lines.count) answers for \(hosts) hosts"
    }
    return worst
  }

  private static func outcome(
    of line: Line, in body: [UInt8], sent: Judgement.Sent
  ) -> Outcome {
    if let pause = line.pause {
      return Outcome(
        .later(seconds: max(pause, 1)), word: .wait,
        reason: "the provider asks for a pause of \(pause) s")
    }
    if line.word == .good, let address = line.address, address.octets == [127, 0, 0, 1],
      !sent.addresses.contains(address)
    {
      return Outcome(
        .refused(.agent), word: .badagent, reason: "\(ResultWord.badagent.message): good 127.0.0.1")
    }
    if line.word == .good || line.word == .nochg { return Outcome(line.word) }
    return Outcome(line.word, quote: Quote(line.text.indices, of: body))
  }
}
