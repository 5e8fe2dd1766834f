// SPDX-License-Identifier: Apache-2.0

import Digest
import Wire

/// A key that a client and a server share (RFC 8945 §2): its name, its algorithm, its secret.
public final class TSIGKey: Sendable {
  /// The name, by which the server finds the key.
  public let name: DNSName
  /// The hash the codes are made with.
  public let hash: Hash
  let secret: [UInt8]

  /// `hmac-sha256`.
  public var algorithm: Text { "hmac-\(hash.name)" }

  /// Joins the parts.
  public init(name: DNSName, hash: Hash, secret: [UInt8]) {
    self.name = name
    self.hash = hash
    self.secret = secret
  }

  /// Why a text is no key.
  public enum Problem: Error, Equatable, Sendable {
    /// Nobody can make codes of that name.
    case algorithm([UInt8])
    /// The key's name is no domain name.
    case name
    /// The secret is not in base 64.
    case secret
  }

  /// Reads a key as `nsupdate` takes it: `[algorithm:]name`, and a secret in base 64.
  ///
  /// Without an algorithm it is hmac-md5, as with `nsupdate`.
  public convenience init(name text: [UInt8], secret: [UInt8]) throws(Problem) {
    var text = text[...]
    var hash = Hash.md5
    if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      guard let named = Hash(tsig: text[..<colon]) else { throw .algorithm(Array(text[..<colon])) }
      hash = named
      text = text[(colon + 1)...]
    }
    guard let name = DNSName(text) else { throw .name }
    let digits = secret.filter { !$0.isSpace }
    guard let bytes = Base64.decode(digits), !bytes.isEmpty else { throw .secret }
    self.init(name: name, hash: hash, secret: bytes)
  }
}

extension Hash {
  private static let all: [Hash] = [.md5, .sha1, .sha224, .sha256, .sha384, .sha512]

  /// The name on the wire (RFC 8945 §6).
  var tsigAlgorithm: DNSName {
    let end: Literal = self == .md5 ? ".sig-alg.reg.int" : ""
    return DNSName(Text("hmac-\(name)\(end)").bytes) ?? .root
  }

  /// The hash of an algorithm as users write it: `hmac-sha256`, `HMAC-SHA256.`, `sha256`, and both
  /// names of hmac-md5. Nil for any other, those with shortened codes and `gss-tsig` among them.
  init?(tsig text: some Collection<UInt8>) {
    var text = text.lowercased
    if text.last == UInt8(ascii: ".") { text.removeLast() }
    if text.hasPrefix("hmac-") { text.removeFirst(5) }
    if text == "md5.sig-alg.reg.int" { text = [UInt8]("md5") }
    guard let hash = Self.all.first(where: { text == $0.name }) else { return nil }
    self = hash
  }
}
