// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// Values of a section that must show up nowhere, and every spelling they could have.
struct PlantedSecret: Sendable, CustomTestStringConvertible {
  let name: String
  let password: [UInt8]
  let parameter: [UInt8]

  var testDescription: String { name }

  private init(_ name: String, _ password: [UInt8], _ parameter: [UInt8]) {
    (self.name, self.password, self.parameter) = (name, password, parameter)
  }

  private init(_ name: String, _ password: String, _ parameter: String) {
    self.init(name, Array(password.utf8), Array(parameter.utf8))
  }

  private static func bytes(_ range: ClosedRange<UInt8>) -> PlantedSecret {
    PlantedSecret(
      "bytes \(range.lowerBound) to \(range.upperBound)", range.filter { $0 != 10 },
      range.reversed().filter { $0 != 10 })
  }

  static let all =
    [
      bytes(1...31), bytes(32...95), bytes(96...127), bytes(128...191), bytes(192...255),
      PlantedSecret("UTF-8", "p\u{e4}ssw\u{f6}rd\u{20ac}\u{1F511}", "\u{441}\u{435}\u{43a}\u{440}"),
      PlantedSecret("marks", "a%25b%%s\"q\\u0041\\&#+c", "x&y=z#w+v%2f'`$(id)"),
      PlantedSecret("prefix", "Pre-Fix", "Pre-Fix-And-More"),
      PlantedSecret("prefix, the other way", "Pre-Fix-And-More", "Pre-Fix"),
      PlantedSecret("like base 64", "QWxhZGRpbjpvcGVu", "c2VzYW1l+/+/=="),
    ] + (1...6).map { random($0) }

  /// Basic authentication has no place for these (RFC 7617): the URL alone takes them.
  var hasControl: Bool { password.contains { $0 < 32 || $0 == 127 } }

  /// A word of the shell-like syntax of UCI.
  static func quoted(_ value: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + value.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }

  /// Raw, percent-encoded in either case, base 64, as JSON; both values, and the user's pair.
  var spellings: [[UInt8]] {
    let pair = Array("\(World.user):".utf8) + password
    let all = [password, parameter].flatMap { PlantedSecret.spellings(of: $0) }
    return Array(Set(all + [PlantedSecret.base64(pair)]))
  }

  static func spellings(of secret: [UInt8]) -> [[UInt8]] {
    let code = base64(secret)
    let bare = Array(code.prefix { $0 != UInt8(ascii: "=") })
    return [
      secret, percent(secret, "%%%02x"), percent(secret, "%%%02X"), json(secret), html(secret),
      shell(secret), code, bare, bare.map { $0 == 43 ? 45 : $0 == 47 ? 95 : $0 },
      percent(percent(secret, "%%%02x"), "%%%02X"), json(json(secret)),
      percent(json(secret), "%%%02x"), html(percent(secret, "%%%02X")),
    ]
  }

  /// As a page has it.
  static func html(_ secret: [UInt8]) -> [UInt8] {
    let names: [UInt8: String] = [
      38: "&amp;", 60: "&lt;", 62: "&gt;", 34: "&quot;", 39: "&#039;",
    ]
    return secret.flatMap { byte in names[byte].map { Array($0.utf8) } ?? [byte] }
  }

  /// As `set -x` shows it, between its outer quotes.
  static func shell(_ secret: [UInt8]) -> [UInt8] { Array(quoted(secret).dropFirst().dropLast()) }

  /// Some made of what is special somewhere, the same in each run.
  static func random(_ seed: UInt64) -> PlantedSecret {
    var state = seed
    func bytes() -> [UInt8] {
      let marks = Array("%\\&+'\";#=/@:?<>$`~ axu0419".utf8)
      return (0..<12).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let number = Int(state >> 33)
        // No control character: Basic authentication has no place for one.
        return number % 3 == 0 ? UInt8(0xa0 + number / 3 % 96) : marks[number / 3 % marks.count]
      }
    }
    return PlantedSecret("seed \(seed)", bytes(), bytes())
  }

  static func percent(_ secret: [UInt8], _ format: String) -> [UInt8] {
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
    return secret.flatMap { kept.contains($0) ? [$0] : Array(String(format: format, $0).utf8) }
  }

  static func base64(_ secret: [UInt8]) -> [UInt8] {
    Array(Data(secret).base64EncodedString().utf8)
  }

  static func json(_ secret: [UInt8]) -> [UInt8] {
    secret.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
      case 8: Array("\\b".utf8)
      case 9: Array("\\t".utf8)
      case 12: Array("\\f".utf8)
      case 13: Array("\\r".utf8)
      case 0..<32: Array(String(format: "\\u%04x", byte).utf8)
      default: [byte]
      }
    }
  }

  /// What an impertinent server says: the request line and fields, and the secrets in all spellings.
  func echo(_ request: HTTPRequest) -> [UInt8] {
    let parts = [Array(request.head.utf8)] + spellings
    return Array("error ".utf8) + parts.joined(separator: Array(" | ".utf8))
  }

  /// The first spelling that the bytes hold.
  func leak(in bytes: Data) -> String? {
    spellings.first { bytes.range(of: Data($0)) != nil }.map {
      String(decoding: $0, as: UTF8.self).debugDescription
    }
  }
}

/// A datagram socket where logd would have one, below a router's root.
final class LogSocket {
  private let descriptor: Int32

  init?(below root: String) throws {
    let path = "\(root)/dev/log"
    try FileManager.default.createDirectory(
      atPath: "\(root)/dev", withIntermediateDirectories: true)
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < 107 else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// All that has come since the last time.
  func drain() -> Data {
    var all = Data()
    var buffer = [UInt8](repeating: 0, count: 8192)
    while case let count = recv(descriptor, &buffer, 8192, Int32(MSG_DONTWAIT)), count > 0 {
      all += buffer.prefix(count)
    }
    return all
  }
}
