// SPDX-License-Identifier: Apache-2.0

import Wire

/// Whether what several sources say about the current address is to be believed.
///
/// The first is enough when it confirms what is published. All else needs two that agree: a page may be
/// wrong, forged, or seen by a proxy.
public struct Agreement {
  /// How many answers are asked for at most.
  public static let answerLimit = 3

  private let known: IPAddress?
  private var answers: [IPAddress] = []
  /// What each source has said, or why it has said nothing.
  public private(set) var account: Text = ""

  /// `known` is the address that was published last; nil for none.
  public init(known: IPAddress?) { self.known = known }

  /// Whether nobody else need be asked, for as many as it takes have answered and none agree.
  public var isHopeless: Bool { answers.count >= Self.answerLimit }

  /// Takes an answer; whether that settles it.
  public mutating func take(_ address: IPAddress, from source: [UInt8]) -> Bool {
    note("\(source) says \(address)")
    let settles = answers.isEmpty ? address == known : answers.contains(address)
    answers.append(address)
    return settles
  }

  /// Takes what is said in place of an answer.
  public mutating func note(_ words: Text) {
    if account != "" { account += "; " }
    account += words
  }
}
