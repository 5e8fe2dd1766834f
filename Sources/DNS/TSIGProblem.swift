// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why the answer to a signed message does not count, or what its server holds against us.
public enum TSIGProblem: Equatable, Sendable {
  /// The server has another secret for the key (16).
  case badSignature
  /// The server has no such key, or not of that algorithm (17).
  case badKey
  /// The clocks differ (18); the server's, in seconds since 1970.
  case badTime(server: Int64)
  /// Any other error about the signature, by its number.
  case error(UInt16)
  /// The answer is not signed.
  case unsigned
  /// The answer is signed by somebody else, or was changed on its way.
  case forged

  /// Whether the secret or the key's name has to change.
  public var isAboutKey: Bool {
    switch self {
    case .badSignature, .badKey: true
    case .badTime, .error, .unsigned, .forged: false
    }
  }

  /// The problem for a person.
  public var message: Text {
    switch self {
    case .badSignature: "BADSIG: the server has another secret for this key"
    case .badKey: "BADKEY: the server has no key of this name and algorithm"
    case .badTime(let server): "BADTIME: the clocks differ, the server's shows \(server)"
    case .error(22): "BADTRUNC: the server wants a longer signature"
    case .error(let number): "TSIG error \(Int(number))"
    case .unsigned: "the answer is not signed"
    case .forged: "the answer's signature is wrong"
    }
  }
}
