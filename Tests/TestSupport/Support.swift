// SPDX-License-Identifier: Apache-2.0

import Section
import UCI
import Wire

public func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

public func string(_ bytes: some Collection<UInt8>) -> String {
  String(decoding: bytes, as: UTF8.self)
}

public func string(_ text: Text) -> String { string(text.bytes) }

public func address(_ text: String) -> IPAddress? { IPAddress(bytes(text)) }

/// A small generator with a seed, so that a failing run can be repeated.
public struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  public init(state: UInt64) { self.state = state }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

public func ip(_ text: String) -> IPAddress { address(text) ?? .unspecified(.v4) }

public let home = ip("198.51.100.7")
public let moved = ip("198.51.100.8")
public let foreign = ip("192.0.2.99")

/// The first section of a file.
public func section(_ options: String) throws -> ServiceSection {
  let text = "config service 'home'\n" + options + "\n"
  let package = try UCIPackage.parse(bytes(text), name: [UInt8]("ddns"))
  return try ServiceSection(package.sections[0])
}

/// What is wrong with the first section; nil when nothing is.
public func problem(_ options: String) -> ConfigError? {
  do {
    _ = try section(options)
    return nil
  } catch {
    return error as? ConfigError
  }
}

/// What a value is made of, to compare what has no `==` because only tests would use it.
public func spelled(_ value: Any) -> String {
  var text = ""
  dump(value, to: &text)
  return text
}

/// Tests compare words, and show them.
extension Literal: CustomStringConvertible, CustomReflectable {
  public var description: String { string(bytes) }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension GlobalOptions: Equatable {
  public static func == (left: GlobalOptions, right: GlobalOptions) -> Bool {
    spelled(left) == spelled(right)
  }
}
