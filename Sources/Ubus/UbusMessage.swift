// SPDX-License-Identifier: Apache-2.0

import Wire

/// A message of ubus: eight bytes of header, then attributes inside one that has no identity.
public struct UbusMessage: Equatable, Sendable {
  /// What a message is; the numbers are those on the wire.
  public enum Kind: UInt8, Sendable {
    /// The first thing ubusd says.
    case hello = 0
    /// The end of a request.
    case status = 1
    /// A part of its answer.
    case data = 2
    /// Which object has this path?
    case lookUp = 4
    /// Call a method; also how events and notifications arrive.
    case invoke = 5
    /// We are an object.
    case addObject = 6
    /// Tell our object what that one notifies.
    case subscribe = 8
    /// Anything else.
    case other = 255
  }

  /// Attributes of messages; the numbers are those on the wire.
  enum Attribute {
    static let status: UInt8 = 1
    static let path: UInt8 = 2
    static let object: UInt8 = 3
    static let method: UInt8 = 4
    static let data: UInt8 = 7
    static let target: UInt8 = 8
    static let noReply: UInt8 = 10
  }

  /// The most bytes one message may have. ubus allows 1 MiB; the status of a network has some
  /// thousand.
  public static let limit = 65_536
  /// The object that gives out events.
  public static let eventObject: UInt32 = 1

  /// What it is.
  public var kind: Kind
  /// Which request it belongs to.
  public var sequence: UInt16
  /// Whom it is for, or whom it is from.
  public var peer: UInt32
  /// Its attributes.
  public var body: [UInt8]

  /// A message with these attributes.
  init(_ kind: Kind, _ sequence: UInt16, to peer: UInt32 = 0, _ body: BlobWriter = BlobWriter()) {
    self.kind = kind
    self.sequence = sequence
    self.peer = peer
    self.body = body.bytes
  }

  /// What can be said of the bytes that have arrived so far.
  public enum Arrival: Equatable, Sendable {
    /// The first message is complete; it has been taken.
    case message(UbusMessage)
    /// It is not complete yet.
    case incomplete
    /// What arrives is no ubus.
    case garbage
    /// It is longer than `limit`.
    case tooLarge
  }

  /// Takes the first message from what has arrived.
  public static func take(from buffer: inout [UInt8]) -> Arrival {
    if buffer.first ?? 0 != 0 { return .garbage }
    guard let word = Blob.number(buffer.dropFirst(8)) else { return .incomplete }
    // The outer attribute has identity 0 and is not extended: only its length may be set.
    guard word >= 4, word < 1 << 24 else { return .garbage }
    guard word <= UInt32(limit) else { return .tooLarge }
    let end = 8 + Int(word)
    guard buffer.count >= end else { return .incomplete }
    var message = UbusMessage(
      Kind(rawValue: buffer[1]) ?? .other, UInt16(buffer[2]) << 8 | UInt16(buffer[3]),
      to: Blob.number(buffer[4...]) ?? 0)
    message.body = Array(buffer[12..<end])
    buffer.removeSubrange(..<end)
    return .message(message)
  }

  /// The bytes on the wire.
  public var encoded: [UInt8] {
    var writer = BlobWriter()
    writer.add(word: UInt32(kind.rawValue) << 16 | UInt32(sequence))
    writer.add(word: peer)
    writer.add(word: UInt32(body.count + 4))
    return writer.bytes + body
  }

  // MARK: - Attributes

  /// How a request ended: 0 = well, 4 = no such object, 6 = not allowed.
  public var status: UInt32? { number(Attribute.status) }
  /// The object it is about.
  public var object: UInt32? { number(Attribute.object) }
  /// An object's path.
  public var path: [UInt8]? { text(Attribute.path) }
  /// The method that is called, an event's or a notification's name.
  public var method: [UInt8]? { text(Attribute.method) }
  /// The members of a call or an answer; empty when there are none.
  public var data: ArraySlice<UInt8> { attribute(Attribute.data) ?? [] }
  /// Whether the caller waits for our status.
  public var wantsReply: Bool { peer != 0 && (attribute(Attribute.noReply)?.first ?? 0) == 0 }

  /// The path in the data of the event that tells of a new object; empty when there is none.
  @inline(never)
  public static func path(in data: ArraySlice<UInt8>) -> [UInt8] {
    Blob.string("path", in: data) ?? []
  }

  private func attribute(_ id: UInt8) -> ArraySlice<UInt8>? {
    Blob.first(in: body[...]) { $0.id == id }?.value
  }

  private func number(_ id: UInt8) -> UInt32? { attribute(id).flatMap { Blob.number($0) } }

  private func text(_ id: UInt8) -> [UInt8]? {
    attribute(id).map { Array($0.prefix { $0 != 0 }) }
  }
}

extension UbusMessage {
  /// Asks for the object of a path.
  @inline(never)
  public static func lookUp(_ path: [UInt8], _ sequence: UInt16) -> UbusMessage {
    var body = BlobWriter()
    body.add(Attribute.path, string: path)
    return UbusMessage(.lookUp, sequence, body)
  }

  /// Calls a method that takes nothing.
  public static func invoke(
    _ method: Literal, of object: UInt32, _ sequence: UInt16
  ) -> UbusMessage {
    call(method, of: object, sequence, BlobWriter())
  }

  /// Asks for an object of our own, which has neither path nor methods.
  @inline(never)
  public static func addObject(_ sequence: UInt16) -> UbusMessage {
    UbusMessage(.addObject, sequence)
  }

  /// Asks for events of that name to come to our object.
  @inline(never)
  public static func listen(
    to event: Literal, with object: UInt32, _ sequence: UInt16
  ) -> UbusMessage {
    var number = BlobWriter()
    number.add(word: object)
    var data = BlobWriter()
    data.add(Blob.Kind.int32, name: "object", number.bytes)
    data.add(Blob.Kind.string, name: "pattern", [UInt8](event) + [0])
    return call("register", of: eventObject, sequence, data)
  }

  /// Asks for the notifications of another object to come to ours.
  @inline(never)
  public static func subscribe(
    _ object: UInt32, to target: UInt32, _ sequence: UInt16
  ) -> UbusMessage {
    var body = BlobWriter()
    body.add(Attribute.object, number: object)
    body.add(Attribute.target, number: target)
    return UbusMessage(.subscribe, sequence, body)
  }

  /// Tells a caller that its call of our object went well.
  @inline(never)
  public func answer() -> UbusMessage {
    var body = BlobWriter()
    body.add(Attribute.status, number: 0)
    body.add(Attribute.object, number: object ?? 0)
    return UbusMessage(.status, sequence, to: peer, body)
  }

  @inline(never)
  private static func call(
    _ method: Literal, of object: UInt32, _ sequence: UInt16, _ data: BlobWriter
  ) -> UbusMessage {
    var body = BlobWriter()
    body.add(Attribute.object, number: object)
    body.add(Attribute.method, string: [UInt8](method))
    body.add(Attribute.data, data.bytes)
    return UbusMessage(.invoke, sequence, to: object, body)
  }
}
