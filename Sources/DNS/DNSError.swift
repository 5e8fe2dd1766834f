// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why bytes are not a DNS message, and where: `byte` is an offset counted from 0.
public enum DNSError: Error, Equatable, Sendable {
  /// The message ends too early: a count or a length promises more.
  case cutShort(byte: Int)
  /// A label with a reserved length (64-191).
  case badLabel(byte: Int)
  /// A compression pointer that does not go backwards, or one too many.
  case badPointer(byte: Int)
  /// A name of more than 255 bytes.
  case nameTooLong(byte: Int)
  /// A record whose data has another length than its type or RDLENGTH says.
  case badRecordData(byte: Int)

  /// What is wrong, in words.
  public var message: Text {
    switch self {
    case .cutShort(let byte): "message ends too early at byte \(byte)"
    case .badLabel(let byte): "label with a bad length at byte \(byte)"
    case .badPointer(let byte): "bad compression pointer at byte \(byte)"
    case .nameTooLong(let byte): "name of more than 255 bytes at byte \(byte)"
    case .badRecordData(let byte): "record data of a wrong length at byte \(byte)"
    }
  }
}
