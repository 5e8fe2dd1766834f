// SPDX-License-Identifier: Apache-2.0

/// The bytes of all objects that can be reached from one, each counted once: instances of classes and the
/// buffers of arrays, with the headers of Swift and without what malloc adds.
struct Footprint {
  /// By type.
  private(set) var parts: [String: Int] = [:]
  var bytes: Int { parts.values.reduce(0, +) }
  private var seen: Set<UInt> = []

  init(of root: AnyObject) { add(root) }

  /// How large an instance is: the number behind the kind, the superclass and the flags of a class, as Swift's
  /// ABI has it where there is no Objective-C.
  private static func size(of type: AnyClass) -> Int {
    Int(unsafeBitCast(type, to: UnsafeRawPointer.self).load(fromByteOffset: 24, as: UInt32.self))
  }

  private mutating func add(_ value: Any) {
    if let array = value as? any Buffered {
      let (place, size) = array.buffer
      guard size > 0, seen.insert(place).inserted else { return }
      parts["\(type(of: value))", default: 0] += 32 + size
      if array is [UInt8] || array is [Int64] { return }
    }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class {
      let object = value as AnyObject
      guard seen.insert(UInt(bitPattern: ObjectIdentifier(object).hashValue)).inserted else {
        return
      }
      parts["\(type(of: object))", default: 0] += Self.size(of: type(of: object))
    }
    var layer: Mirror? = mirror
    while let one = layer {
      for child in one.children { add(child.value) }
      layer = one.superclassMirror
    }
  }
}

/// An array of whatever: where its buffer is, and for how many bytes of elements.
private protocol Buffered {
  var buffer: (place: UInt, size: Int) { get }
}

extension Array: Buffered {
  fileprivate var buffer: (place: UInt, size: Int) {
    let size = capacity * MemoryLayout<Element>.stride
    return (withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }, size)
  }
}
