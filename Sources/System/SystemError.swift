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
  /// The errno value of this target.
  public let errno: Int32
  /// What it was done to, such as a path; empty when there is nothing to name.
  public let object: [UInt8]
  /// What it means for the caller.
  public let kind: Kind

  init(_ call: StaticString, _ errno: Int32, _ object: [UInt8] = []) {
    self.init(call: call, errno: errno, object: object, kind: Self.kind(errno))
  }

  init(call: StaticString, errno: Int32 = 0, object: [UInt8], kind: Kind) {
    self.call = [UInt8](call)
    self.errno = errno
    self.object = object
    self.kind = kind
  }

  /// `cannot open /etc/config/ddns: No such file or directory`.
  public var describe: Text {
    let what: Text = object.isEmpty ? "cannot \(call)" : "cannot \(call) \(object)"
    switch kind {
    case .tooLarge where errno == 0: return what + ": larger than allowed"
    case .timedOut where errno == 0: return what + ": no answer in time"
    default: return what + ": \(Self.text(errno))"
    }
  }

  private static func text(_ errno: Int32) -> [UInt8] {
    var text = [CChar](repeating: 0, count: 128)
    let count = csys_error_text(errno, &text, 128)
    return [UInt8](text, count: Int(count))
  }

  // Linux numbers, the same on x86, arm and riscv; mips differs in those of the network only.
  private static func kind(_ errno: Int32) -> Kind {
    switch errno {
    case 2, 6, 19, 20: .notFound
    case 1, 13, 30: .denied
    case 11, 16: .busy
    case 27: .tooLarge
    #if arch(x86_64) || arch(i386) || arch(arm) || arch(arm64)
      case 110: .timedOut
      case 99...101, 103, 104, 111...113: .unreachable
    #else
      case 110, 145: .timedOut
      case 99...101, 103, 104, 111...113, 125...128, 130, 131, 146...148: .unreachable
    #endif
    default: .other
    }
  }
}

/// Turns the shim's "value, or minus errno" into a value or an error.
func checked<Value: SignedInteger>(
  _ call: StaticString, _ result: Value
) throws(SystemError) -> Value {
  try checked(call, [], result)
}

/// The same for a call on something that has a name.
func checked<Value: SignedInteger>(
  _ call: StaticString, _ object: [UInt8], _ result: Value
) throws(SystemError) -> Value {
  guard result >= 0 else { throw SystemError(call, Int32(truncatingIfNeeded: -result), object) }
  return result
}

extension [UInt8] {
  /// The bytes with a NUL at their end, for C. No closure takes it: a copy of this code at each call
  /// would be 10 kB.
  var c: [CChar] {
    @inline(never) get {
      var characters = map { CChar(bitPattern: $0) }
      characters.append(0)
      return characters
    }
  }

  /// What C has written into a buffer; nothing for a count below 0.
  @inline(never)
  init(_ characters: [CChar], count: Int) {
    self = characters.prefix(Swift.max(count, 0)).map { UInt8(bitPattern: $0) }
  }
}
