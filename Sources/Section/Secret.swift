// SPDX-License-Identifier: Apache-2.0

import Wire

/// A value that may go into a request and nowhere else.
public struct Secret: Equatable, Sendable {
  /// The value, for an encoder only.
  public let revealed: [UInt8]

  /// Wraps a value.
  public init(_ value: [UInt8]) { revealed = value }

  /// Whether there is a value at all.
  public var isEmpty: Bool { revealed.isEmpty }
}

extension Text.Interpolation {
  /// A secret shows itself as `***`.
  public mutating func appendInterpolation(_ value: Secret) {
    appendInterpolation("***" as Literal)
  }
}
