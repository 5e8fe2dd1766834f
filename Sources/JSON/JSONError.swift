// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why bytes are not JSON.
public enum JSONError: Error, Equatable, Sendable {
  /// Not well formed, or nested too deep; parsing stopped at this byte, counted from 0.
  case malformed(offset: Int)
  /// Something other than white space follows the value, at this byte.
  case trailing(offset: Int)
  /// More bytes than this limit.
  case tooLarge(limit: Int)

  /// The reason, for a person.
  public var message: Text {
    switch self {
    case .malformed(let offset): "not valid JSON at byte \(offset)"
    case .trailing(let offset): "unexpected data after the JSON value at byte \(offset)"
    case .tooLarge(let limit): "JSON is larger than \(limit) bytes"
    }
  }
}
