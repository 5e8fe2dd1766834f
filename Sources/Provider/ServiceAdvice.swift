// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// What a provider's file tells a doctor (its member `doctor`): how its name servers and its proxy are
/// recognized, and what people write into options by mistake. Expressions are POSIX extended ones.
public struct ServiceAdvice: Equatable, Sendable {
  /// A mistake: what an option looks like then, and what to say about it.
  public struct Mistake: Equatable, Sendable {
    /// The option.
    public let option: [UInt8]
    /// What is found in a value that is wrong.
    public let pattern: [UInt8]
    /// What to say; it goes on behind the option's name.
    public let words: [UInt8]
  }

  /// Found in the name of each of its name servers; empty when nobody knows.
  public let servers: [UInt8]
  /// Found in an address of its proxy; empty when it has none.
  public let proxy: [UInt8]
  /// The mistakes.
  public let mistakes: [Mistake]

  /// What anybody may do wrong with any provider.
  private static let common: Literal = """
    [{"option":"username","if":"^your_|^ | $","say":"is the example's, or has a blank at its end"},\
    {"option":"password","if":"^your_|^ | $","say":"is the example's, or has a blank at its end"},\
    {"option":"domain","if":"^your(host|domain)[.]|/|:","say":"is the example's, or a URL: give the name"},\
    {"option":"lookup_host","if":"^your(host|domain)[.]|/|:","say":"is the example's, or a URL: give the name"}]
    """

  /// Reads it from a file; one that has none, or is no JSON, adds nothing to what holds for all.
  public init(json bytes: [UInt8]) {
    let member = (try? JSONValue.parse(bytes))?["doctor"]
    servers = Self.pattern(member?["servers"])
    proxy = Self.pattern(member?["proxy"])
    var mistakes: [Mistake] = []
    for list in [try? JSONValue.parse([UInt8](Self.common)), member?["mistakes"]] {
      for row in list?.array ?? [] {
        mistakes.append(
          Mistake(
            option: row["option"]?.string ?? [], pattern: Self.pattern(row["if"]),
            words: row["say"]?.string ?? []))
      }
    }
    self.mistakes = mistakes
  }

  /// An expression that costs what it may; empty for any other, and for none.
  @inline(never)
  private static func pattern(_ value: JSONValue?) -> [UInt8] {
    let pattern = value?.string ?? []
    return PatternCost.isAffordable(pattern) ? pattern : []
  }
}
