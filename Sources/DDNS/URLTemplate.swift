// SPDX-License-Identifier: Apache-2.0

import Wire

/// A provider's update URL, cut once at its `[PLACEHOLDERS]` (contract 2.3).
///
/// A value is never searched for placeholders again, and an unknown one such as `[XYZ]` stays.
public struct URLTemplate: Equatable, Sendable {
  /// A place for a value.
  public enum Placeholder: CaseIterable, Equatable, Sendable {
    case username, password, paramEnc, paramOpt, domain, ip

    /// As it is spelt in a URL; case matters.
    public var token: StaticString {
      switch self {
      case .username: "[USERNAME]"
      case .password: "[PASSWORD]"
      case .paramEnc: "[PARAMENC]"
      case .paramOpt: "[PARAMOPT]"
      case .domain: "[DOMAIN]"
      case .ip: "[IP]"
      }
    }

    /// The section's option with the value; empty for the address.
    public var option: StaticString {
      switch self {
      case .username: "username"
      case .password: "password"
      case .paramEnc: "param_enc"
      case .paramOpt: "param_opt"
      case .domain: "domain"
      case .ip: ""
      }
    }

    /// Whether the value is shown as `***`. A user name is often a key.
    public var isSecret: Bool { self == .username || self == .password || self == .paramEnc }
  }

  /// What goes into the places, as it stands in the configuration.
  public struct Values: Equatable, Sendable {
    /// The option `username`.
    public var username: [UInt8] = []
    /// The option `password`.
    public var password = Secret([])
    /// The option `param_enc`.
    public var paramEnc = Secret([])
    /// The option `param_opt`.
    public var paramOpt: [UInt8] = []
    /// The option `domain`.
    public var domain: [UInt8] = []
    /// The address to send.
    public var address: IPAddress

    /// Values with an address and nothing else yet.
    public init(address: IPAddress) { self.address = address }
  }

  private enum Piece: Equatable {
    case literal([UInt8])
    case place(Placeholder)
  }

  private let pieces: [Piece]

  /// Cuts a URL at its placeholders.
  public init(_ url: [UInt8]) {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var rest = url[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "["), let found = Self.placeholder(at: rest) {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = []
        pieces.append(.place(found))
        rest = rest.dropFirst(found.token.utf8CodeUnitCount)
      } else {
        literal.append(byte)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    self.pieces = pieces
  }

  /// Whether the URL has such a place.
  public func uses(_ placeholder: Placeholder) -> Bool { pieces.contains(.place(placeholder)) }

  /// The first place for which there is no value, in the order of contract 2.3; nil when the URL
  /// can be expanded.
  public func missing(in values: Values) -> Placeholder? {
    let order: [Placeholder] = [.domain, .username, .password, .paramEnc, .paramOpt]
    return order.first { uses($0) && Self.encoded($0, values).isEmpty }
  }

  /// The URL to fetch. Never show it; show `redacted`.
  ///
  /// With `useHTTPS` a leading `http:` becomes `https:`.
  public func expanded(_ values: Values, useHTTPS: Bool) -> [UInt8] {
    Self.secured(joined { Self.encoded($0, values) }, useHTTPS: useHTTPS)
  }

  /// The URL for a log: secrets, credentials before the host, and parameters that carry a secret by
  /// their name are `***`.
  public func redacted(_ values: Values, useHTTPS: Bool) -> [UInt8] {
    let url = joined { $0.isSecret ? [UInt8]("***") : Self.encoded($0, values) }
    return Self.withoutLiteralSecrets(Self.secured(url, useHTTPS: useHTTPS))
  }

  private func joined(_ value: (Placeholder) -> [UInt8]) -> [UInt8] {
    var url: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .literal(let bytes): url += bytes
      case .place(let placeholder): url += value(placeholder)
      }
    }
    return url
  }

  private static func placeholder(at text: ArraySlice<UInt8>) -> Placeholder? {
    for placeholder in Placeholder.allCases where text.hasPrefix(placeholder.token) {
      return placeholder
    }
    return nil
  }

  private static func encoded(_ placeholder: Placeholder, _ values: Values) -> [UInt8] {
    switch placeholder {
    case .username: Percent.encode(values.username)
    case .password: Percent.encode(values.password.revealed)
    case .paramEnc: Percent.encode(values.paramEnc.revealed)
    case .paramOpt: literal(values.paramOpt)
    case .domain: literal(values.domain)
    case .ip: values.address.expandedText.bytes
    }
  }

  /// The value as URL syntax; only what would end or break the URL is encoded.
  private static func literal(_ value: [UInt8]) -> [UInt8] {
    Percent.encodeUnprintable(value).replacing([UInt8]("#"), with: [UInt8]("%23"))
  }

  private static func secured(_ url: [UInt8], useHTTPS: Bool) -> [UInt8] {
    guard useHTTPS, url.prefix(5).equalsIgnoringCase("http:") else { return url }
    return [UInt8]("https:") + url.dropFirst(5)
  }
}
