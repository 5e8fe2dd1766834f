// SPDX-License-Identifier: Apache-2.0

import Wire

/// An option whose characters are checked before use (contract 2.4).
public enum CheckedOption: CaseIterable, Equatable, Sendable {
  case lookupHost, dnsServer, domain, paramOpt

  /// The option's name.
  public var name: Literal {
    switch self {
    case .lookupHost: "lookup_host"
    case .dnsServer: "dns_server"
    case .domain: "domain"
    case .paramOpt: "param_opt"
    }
  }

  /// What is wrong with a value; nil when nothing is. A comma is allowed in `domain`, where
  /// ddns-scripts refuses it, so that one request can name several hosts.
  public func violation(in value: [UInt8]) -> Text? {
    if value.allSatisfy({ allows($0) }) { return nil }
    let allowed: Literal =
      switch self {
      case .lookupHost, .dnsServer: ":"
      case .domain: "*,"
      case .paramOpt: ""
      }
    return self == .paramOpt
      ? "sanitize on \(name) found rejected characters: use none of \(Self.rejected)"
      : "sanitize on \(name) found characters outside allowed subset: use letters, digits and @._-\(allowed)"
  }

  private func allows(_ byte: UInt8) -> Bool {
    switch self {
    case .lookupHost, .dnsServer: isHostByte(byte) || byte == UInt8(ascii: ":")
    case .domain: isHostByte(byte) || byte == UInt8(ascii: "*") || byte == UInt8(ascii: ",")
    case .paramOpt: !Self.rejected.contains(byte)
    }
  }

  private func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: byte.isLetter || byte.isDigit
    }
  }

  private static let rejected: [UInt8] = [UInt8]("\"'`$!();><{}?|[]*\\")
}
