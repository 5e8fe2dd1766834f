// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// A call to the kernel that failed: which one, on what, and why.
public struct SystemError: Error, Equatable, Sendable {
  /// What failed, as far as a caller may want to tell apart.
  public enum Kind: Equatable, Sendable {
    /// No such file, directory or device.
    case notFound
    /// Not allowed, or a read-only file system.
    case denied
    /// The other side is not there, or does not want us.
    case unreachable
    /// A deadline passed.
    case timedOut
    /// More than the named limit.
    case tooLarge
    /// A lock that another process holds.
    case busy
    /// Disk full, out of memory or descriptors, and all else.
    case other
  }

  /// What was done: `open`, `connect`.
  public let call: [UInt8]
  /// The system's own number for it; 0 when it was not the system that failed, and minus the limit of
  /// what is too large. Only for its words.
  private let number: Int32
  /// What it was done to, such as a path; empty when there is nothing to name.
  public let object: [UInt8]
  /// What it means for the caller.
  public let kind: Kind

  init(_ call: Literal, _ result: csys_result, _ object: [UInt8] = []) {
    self.call = [UInt8](call)
    number = result.number
    self.object = object
    kind = Kind(result.error)
  }

  /// For a number that the system has not told the shim, but us.
  init(_ call: Literal, number: Int32, _ object: [UInt8] = []) {
    self.init(call, csys_failure(number), object)
  }

  init(call: Literal, object: [UInt8], kind: Kind, limit: Int = 0) {
    self.call = [UInt8](call)
    number = -Int32(truncatingIfNeeded: limit)
    self.object = object
    self.kind = kind
  }

  private init(_ error: SystemError, of object: [UInt8]) {
    call = error.call
    number = error.number
    kind = error.kind
    self.object = object
  }

  /// The same error, which now says what it was done to.
  func of(_ object: [UInt8]) -> SystemError { SystemError(self, of: object) }

  /// `cannot open /etc/config/ddns: No such file or directory`.
  public var message: Text {
    let what: Text = object.isEmpty ? "cannot \(call)" : "cannot \(call) \(object)"
    switch kind {
    case .tooLarge where number <= 0: return what + ": larger than \(-number) bytes"
    case .timedOut where number == 0: return what + ": no answer in time"
    default: return what + ": \(Self.text(number))"
    }
  }

  private static func text(_ number: Int32) -> [UInt8] {
    var text = [CChar](repeating: 0, count: 128)
    let count = csys_error_text(number, &text, 128)
    return [UInt8](text, count: count)
  }
}

extension SystemError.Kind {
  fileprivate init(_ error: csys_error) {
    switch error {
    case CSYS_NOT_FOUND: self = .notFound
    case CSYS_DENIED: self = .denied
    case CSYS_UNREACHABLE: self = .unreachable
    case CSYS_TIMED_OUT: self = .timedOut
    case CSYS_TOO_LARGE: self = .tooLarge
    case CSYS_BUSY: self = .busy
    default: self = .other
    }
  }
}

/// The value of a call to the shim, or its error.
@discardableResult
func checked(_ call: Literal, _ result: csys_result) throws(SystemError) -> Int64 {
  try checked(call, [], result)
}

/// The same for a call on something that has a name.
@discardableResult
func checked(
  _ call: Literal, _ object: [UInt8], _ result: csys_result
) throws(SystemError) -> Int64 {
  guard result.error == CSYS_OK else { throw SystemError(call, result, object) }
  return result.value
}

/// What a call to the shim has put into so much room, or its error. The room is not cleared before.
func filled(
  _ call: Literal, _ limit: Int, by fill: (UnsafeMutablePointer<UInt8>) -> csys_result
) throws(SystemError) -> [UInt8] {
  var result = csys_result()
  let bytes = [UInt8](unsafeUninitializedCapacity: limit) { room, count in
    guard let start = room.baseAddress else { return }
    result = fill(start)
    count = result.error == CSYS_OK ? Int(result.value) : 0
  }
  try checked(call, result)
  return bytes
}

/// The descriptor that a call to the shim has opened, or its error.
func opened(
  _ call: Literal, _ object: [UInt8], _ result: csys_result
) throws(SystemError) -> FileDescriptor {
  FileDescriptor(owning: Int32(truncatingIfNeeded: try checked(call, object, result)))
}

extension [UInt8] {
  /// The bytes with a NUL at their end, for C. No closure takes it: a copy of this code at each call
  /// would be 10 kB.
  var c: [CChar] {
    @inline(never) get {
      [CChar](unsafeUninitializedCapacity: count + 1) { characters, used in
        for index in indices { characters[index] = CChar(bitPattern: self[index]) }
        characters[count] = 0
        used = count + 1
      }
    }
  }

  /// What C has written into a buffer; nothing for a count below 0.
  @inline(never)
  init(_ characters: [CChar], count: Int) {
    self = characters.prefix(Swift.max(count, 0)).map { UInt8(bitPattern: $0) }
  }
}
