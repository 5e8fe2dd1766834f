// SPDX-License-Identifier: Apache-2.0

import Wire

extension DNSQuery {
  /// How to ask.
  public struct Options: Equatable, Sendable {
    /// Ask over TCP at once (`force_dnstcp`).
    public var forceTCP = false
    /// RD: on for resolvers, off for authoritative servers.
    public var recursionDesired = true
    /// Offer long UDP answers by EDNS; given up for a server that does not understand.
    public var usesEDNS = true
    /// Do not give it up: what does not understand has failed.
    public var insistsOnEDNS = false
    /// Take the addresses beside a referral (`is_glue`).
    public var acceptsGlue = false

    /// Asks a resolver, over UDP first, with EDNS.
    public init() {}
  }

  /// What happened.
  public enum Event: Equatable, Sendable {
    /// The driver is ready to begin.
    case started
    /// Bytes came from the server: one datagram, or what has arrived of a stream.
    case received([UInt8])
    /// The stream ended.
    case closed
    /// The socket failed, in the system's words.
    case failed(Text)
    /// The time of the last effect has come.
    case timerFired
  }

  /// What to do now.
  public enum Effect: Equatable, Sendable {
    /// Close any socket, open a fresh one, send, and report what comes until the time given.
    case send(Packet)
    /// Go on waiting on the same socket.
    case wait(until: Int64)
    /// Done.
    case finish(DNSAnswer)
    /// Given up.
    case fail(DNSFailure)
    /// Nothing: the event does not belong here.
    case none
  }

  /// A query ready to be sent.
  ///
  /// The socket must be connected to the server and be on a port the kernel chose: the kernel then
  /// drops what others send, and a forger has to guess port and id.
  public final class Packet: Equatable, Sendable {
    /// The server.
    public let server: DNSServer
    /// Whether to use a TCP connection; the bytes then begin with their length (RFC 7766 §8).
    public let overTCP: Bool
    /// What to send.
    public let bytes: [UInt8]
    /// When to stop waiting.
    public let until: Int64

    /// A query to such a server.
    public init(_ server: DNSServer, overTCP: Bool, bytes: [UInt8], until: Int64) {
      self.server = server
      self.overTCP = overTCP
      self.bytes = bytes
      self.until = until
    }

    /// Whether the same is to be sent.
    public static func == (left: Packet, right: Packet) -> Bool {
      left.server == right.server && left.overTCP == right.overTCP && left.bytes == right.bytes
        && left.until == right.until
    }
  }
}
