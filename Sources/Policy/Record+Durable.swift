// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is kept of the records that are in files, in place of them: there may be thousands.
extension Record {
  /// What has to survive a reboot: an update that was accepted, a block that came or went, and the date
  /// of both, once the clock is settled. All else may be lost with the run directory; flash wears out.
  public struct Durable: Sendable {
    fileprivate let acceptedAt: Int64
    fileprivate let bootTime: Int64
    fileprivate let fingerprint: UInt64
    fileprivate let block: Block?
    fileprivate let accepted: IPAddress?
    fileprivate let isOffline: Bool
    fileprivate let clockIsSettled: Bool
  }

  /// What of it has to survive a reboot.
  public var durable: Durable {
    Durable(
      acceptedAt: acceptedAt, bootTime: bootTime, fingerprint: fingerprint, block: block,
      accepted: accepted, isOffline: isOffline, clockIsSettled: clockIsSettled)
  }

  /// Whether there is anything of that in it that is not in `old`, which flash has.
  public func isDurable(after old: Durable) -> Bool {
    if accepted != old.accepted || block != old.block || isOffline != old.isOffline { return true }
    // A claim that is made again and again says nothing new.
    if acceptedAt > old.acceptedAt, claim?.repeats ?? 0 == 0 { return true }
    guard accepted != nil || block != nil else { return false }
    if fingerprint != old.fingerprint { return true }
    guard clockIsSettled, !old.clockIsSettled else { return false }
    // It was not dated, or by a clock that contradicts this one.
    return old.bootTime == 0 || bootTime == 0 || max(acceptedAt, block?.since ?? 0) > 0
  }

  /// A number that differs when a record does.
  public var digest: UInt64 {
    let flags: Int64 = (isVerified ? 1 : 0) | (isOffline ? 2 : 0) | (clockIsSettled ? 4 : 0)
    var words = [
      Int64(sent.count), acceptedAt, unchangedAnswers, notBefore, bootTime, flags,
      Int64(bitPattern: fingerprint), Int64(block?.word.count ?? -1), block?.since ?? 0,
      claim?.repeats ?? -1, claim?.notBefore ?? 0,
    ]
    words += sent
    for byte in block?.word ?? [] { words.append(Int64(byte)) }
    for address in [accepted, attempted] { words += address?.words ?? [0] }
    // Each step can be undone, so that two that differ in one word never have the same.
    var digest: UInt64 = 0
    for word in words {
      digest = (digest ^ UInt64(bitPattern: word)) &* 0x9e37_79b9_7f4a_7c15
      digest ^= digest >> 32
    }
    return digest
  }
}
