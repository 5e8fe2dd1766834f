// SPDX-License-Identifier: Apache-2.0

import Wire

/// A question that is one datagram, sent again with growing pauses until it is answered.
///
/// It holds no socket and no clock. Times are milliseconds of a clock that never jumps.
public struct DatagramQuery: Sendable {
  /// The pause after the first datagram, in milliseconds; then it doubles.
  public static let firstPause: Int64 = 500
  /// How long an answer is waited for in all, in milliseconds.
  public static let patience: Int64 = 4_000

  /// What an answer means.
  public enum Verdict: Sendable {
    /// The bytes of our address; of a search by UPnP all that has been answered.
    case answer([UInt8])
    /// The other side cannot say.
    case problem(Literal)
    /// No answer to the question: forged, late or broken. The true one can still come.
    case junk
  }

  /// What to do now.
  public enum Effect: Sendable {
    /// Send the message (again), and wait until then for an answer.
    case send(until: Int64)
    /// Go on waiting.
    case wait(until: Int64)
    /// Done, or given up.
    case finish(Verdict)
  }

  /// The way the two sides talk.
  public enum Dialect: UInt8, Sendable {
    /// STUN (RFC 8489).
    case stun
    /// NAT-PMP (RFC 6886).
    case natPMP
    /// PCP (RFC 6887).
    case pcp
    /// The search of UPnP.
    case upnp
  }

  /// What is sent.
  public let message: [UInt8]
  private let dialect: Dialect
  private let deadline: Int64
  private var pause = Self.firstPause
  private var next: Int64
  private var sawJunk = false

  /// A question that is asked from now until the deadline, by a socket of this address and port. The
  /// nonce is twelve bytes that nobody can guess.
  public init(
    _ dialect: Dialect, from own: IPAddress, port: UInt16, nonce: [UInt8], at now: Int64,
    deadline: Int64
  ) {
    self.dialect = dialect
    self.deadline = min(deadline, now + Self.patience)
    next = now
    switch dialect {
    case .stun: message = STUN.request(nonce)
    case .natPMP: message = NATPMP.request
    case .pcp: message = PCP.request(nonce, own, port: port)
    case .upnp: message = [UInt8](UPnP.search)
    }
  }

  /// Takes what has come from the one who was asked, nothing at the beginning and when the time of the
  /// last effect has come; says what to do.
  public mutating func step(_ received: [UInt8]?, at now: Int64) -> Effect {
    if let received {
      let verdict = verdict(received)
      guard case .junk = verdict else { return .finish(verdict) }
      sawJunk = true
    }
    if now >= deadline {
      return .finish(.problem(sawJunk ? "no usable answer in time" : "no answer in time"))
    }
    guard now >= next else { return .wait(until: min(next, deadline)) }
    next = now + pause
    pause *= 2
    return .send(until: min(next, deadline))
  }

  /// What is sent when all is over; nil for nothing.
  public var farewell: [UInt8]? { dialect == .pcp ? PCP.removal(of: message) : nil }

  private func verdict(_ bytes: [UInt8]) -> Verdict {
    switch dialect {
    case .stun: STUN.verdict(bytes, on: message)
    case .natPMP: NATPMP.verdict(bytes)
    case .pcp: PCP.verdict(bytes, on: message)
    case .upnp: bytes.hasPrefix("HTTP/1.1 200 ") ? .answer(bytes) : .junk
    }
  }
}

extension [UInt8] {
  /// The number of two bytes at a place, which has to be there.
  func number16(at place: Int) -> Int { Int(self[place]) << 8 | Int(self[place + 1]) }

  /// Whether so many bytes from a place on are those of a message at another; both have them.
  @inline(never)
  func agrees(with other: [UInt8], at start: Int, _ place: Int, count: Int) -> Bool {
    for index in 0..<count where self[start + index] != other[place + index] { return false }
    return true
  }

  /// Puts bytes in the place of others.
  @inline(never)
  mutating func put(_ bytes: [UInt8], at place: Int) {
    for index in bytes.indices { self[place + index] = bytes[index] }
  }
}
