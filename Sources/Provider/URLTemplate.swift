// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// A provider's update URL, cut once at its `[PLACEHOLDERS]` (contract 2.3).
///
/// A value is never searched for placeholders again, and an unknown one such as `[XYZ]` stays.
public struct URLTemplate: Equatable, Sendable {
  /// A place for a value.
  public enum Placeholder: CaseIterable, Equatable, Sendable {
    case username, password, paramEnc, paramOpt, domain, ip, subname, prefix, prefixLength, ip4,
      ip6, ips

    /// As it is spelt in a URL; case matters.
    public var token: Literal {
      switch self {
      case .username: "[USERNAME]"
      case .password: "[PASSWORD]"
      case .paramEnc: "[PARAMENC]"
      case .paramOpt: "[PARAMOPT]"
      case .domain: "[DOMAIN]"
      case .ip: "[IP]"
      case .subname: "[SUBNAME]"
      case .prefix: "[PREFIX]"
      case .prefixLength: "[PREFIXLEN]"
      case .ip4: "[IP4]"
      case .ip6: "[IP6]"
      case .ips: "[IPS]"
      }
    }

    /// The section's option with the value; empty for the address.
    public var option: Literal {
      switch self {
      case .username: "username"
      case .password: "password"
      case .paramEnc: "param_enc"
      case .paramOpt: "param_opt"
      case .domain, .subname: "domain"
      case .ip, .prefix, .prefixLength, .ip4, .ip6, .ips: ""
      }
    }

    /// Whether the value is shown as `***`. A user name is often a key.
    public var isSecret: Bool { self == .username || self == .password || self == .paramEnc }
  }

  /// What goes into the places, as it stands in the configuration.
  public final class Values {
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
    /// The address of the other family, where both are sent.
    public var other: IPAddress?
    /// The prefix that it is in, if anybody asks.
    public var prefix: AddressPrefix?

    /// The address of a family; nil when there is none to send.
    func address(of family: IPAddress.Family) -> IPAddress? {
      address.family == family ? address : other
    }

    /// Values with an address and nothing else yet.
    public init(address: IPAddress) { self.address = address }
  }

  private enum Piece: Equatable {
    case literal([UInt8])
    case place(Placeholder)
  }

  private let pieces: [Piece]
  /// What a provider has for an address that is to stay as it is; empty = its parameter is left out.
  private let keeps: [UInt8]

  /// Cuts a URL at its placeholders.
  public init(_ url: [UInt8], keeps: [UInt8] = []) {
    self.keeps = keeps
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var rest = url[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "["), let found = Self.placeholder(at: rest) {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = []
        pieces.append(.place(found))
        rest = rest.dropFirst(found.token.count)
      } else {
        literal.append(byte)
        rest = rest.dropFirst()
      }
    }
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    self.pieces = pieces
  }

  /// Whether there is no text at all.
  public var isEmpty: Bool { pieces.isEmpty }

  /// Whether the URL has such a place.
  @inline(never)
  public func uses(_ placeholder: Placeholder) -> Bool { pieces.contains(.place(placeholder)) }

  /// Whether the URL has places for the addresses of both families.
  public var takesBoth: Bool { uses(.ips) || uses(.ip4) && uses(.ip6) }

  /// Whether the URL has a place for a prefix or its length.
  public var usesPrefix: Bool { uses(.prefix) || uses(.prefixLength) }

  /// The places for which there is no value, in the order of contract 2.3; none when the URL can
  /// be expanded.
  public func missing(in values: Values) -> [Placeholder] {
    let order: [Placeholder] = [.domain, .username, .password, .paramEnc, .paramOpt, .subname]
    return order.filter { uses($0) && Self.text($0, values).isEmpty }
  }

  /// How values are written.
  private enum Form { case encoded, redacted, raw }

  /// The URL to fetch. Never show it; show `redacted`.
  ///
  /// With `useHTTPS` a leading `http:` becomes `https:`.
  public func expanded(_ values: Values, useHTTPS: Bool) -> [UInt8] {
    Self.secured(joined(values, .encoded), useHTTPS: useHTTPS)
  }

  /// The URL for a log, with `***` for user name and secrets. What was typed into it is hidden on
  /// its way out, as everything is.
  public func redacted(_ values: Values, useHTTPS: Bool) -> [UInt8] {
    Self.secured(joined(values, .redacted), useHTTPS: useHTTPS)
  }

  /// The text before it was cut.
  var source: [UInt8] {
    var text: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .literal(let bytes): text += bytes
      case .place(let placeholder): text.append(literal: placeholder.token)
      }
    }
    return text
  }

  /// The text with encoded values as they are: for a header field. Never show it.
  public func expanded(raw values: Values) -> [UInt8] { joined(values, .raw) }

  @inline(never)
  private func joined(_ values: Values, _ form: Form) -> [UInt8] {
    var url: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .literal(let bytes):
        // The parameter before it was left out, and was the first.
        let isFirst = url.last == UInt8(ascii: "?") && bytes.first == UInt8(ascii: "&")
        url += isFirst ? bytes.dropFirst() : bytes[...]
      case .place(.ip4) where values.address(of: .v4) == nil,
        .place(.ip6) where values.address(of: .v6) == nil:
        if !keeps.isEmpty {
          url += keeps
        } else if let start = url.lastIndex(where: { $0.isOne(of: "?&") }) {
          url.removeSubrange((url[start] == UInt8(ascii: "&") ? start : start + 1)...)
        }
      case .place(let placeholder) where form == .redacted && placeholder.isSecret:
        url.append(literal: "***")
      case .place(let placeholder): url += Self.text(placeholder, values, form)
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

  @inline(never)
  private static func text(
    _ placeholder: Placeholder, _ values: Values, _ form: Form = .encoded
  ) -> [UInt8] {
    let value: [UInt8]
    switch placeholder {
    case .username: value = values.username
    case .password: value = values.password.revealed
    case .paramEnc: value = values.paramEnc.revealed
    case .paramOpt: return literal(values.paramOpt)
    case .domain: return literal(values.domain)
    case .ip: return values.address.expandedText.bytes
    case .subname: return subname(values.domain, of: values.username)
    case .ip4: return values.address(of: .v4)?.text.bytes ?? []
    case .ip6: return values.address(of: .v6)?.expandedText.bytes ?? []
    case .ips:
      let first = values.address(of: .v4)?.text.bytes ?? []
      guard let second = values.address(of: .v6)?.expandedText.bytes else { return first }
      return first.isEmpty ? second : first + [UInt8(ascii: ",")] + second
    case .prefix: return values.prefix?.address.text.bytes ?? []
    case .prefixLength: return Text("\(values.prefix?.length ?? 0)").bytes
    }
    return form == .raw ? value : Percent.encode(value)
  }

  /// A name without its zone, `@` for the zone itself; empty when it is not in that zone.
  private static func subname(_ name: [UInt8], of zone: [UInt8]) -> [UInt8] {
    if name == zone { return [UInt8(ascii: "@")] }
    let end = [UInt8(ascii: ".")] + zone
    return name.suffix(end.count).elementsEqual(end) ? Array(name.dropLast(end.count)) : []
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
