// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a transfer has no answer: what went wrong, and between us and whom.
///
/// It never holds a credential, a query, or anything the other side has sent.
public struct NetError: Error, Equatable, Sendable {
  /// What a caller may want to tell apart.
  public enum Kind: Equatable, Sendable {
    /// The request cannot be sent as it is: our caller's mistake, or the configuration's.
    case invalid(RequestPart)
    /// The file or directory of trusted certificates is missing, unreadable or has none in it.
    case noTrustedCertificates(path: [UInt8])
    /// The socket could not be bound to the device or address.
    case bind(BindFailure)
    /// No connection.
    case connect(ConnectFailure)
    /// The proxy answered CONNECT with this status; 407 means that it wants other credentials.
    case proxyRefused(status: Int)
    /// The server's certificate is not to be trusted.
    case certificate(CertificateFault)
    /// TLS could not be agreed on; what the server says about it (RFC 8446 §B.2), nil for nothing.
    case handshake(alert: UInt8?)
    /// Nothing more came within the deadline of this phase.
    case timedOut(TransferPhase)
    /// The answer is larger than this many bytes.
    case tooLarge(AnswerPart, limit: Int)
    /// The connection ended in the middle of an answer, or before one.
    case closedEarly
    /// What came is not HTTP.
    case notHTTP
    /// Memory or descriptors are short.
    case noResources
    /// Something else; the number libcurl gives it.
    case other(code: Int32)
  }

  /// The part of a request that cannot be used.
  public enum RequestPart: Equatable, Sendable {
    /// No host name or address.
    case host
    /// A control character in a method, field or user agent.
    case field
    /// A control character in a user name or password, or a colon in a user name.
    case credentials
    /// No name of a network device.
    case device
    /// No address to connect to.
    case addresses
  }

  /// Why a socket could not be bound.
  public enum BindFailure: Equatable, Sendable {
    /// There is no such device.
    case noDevice
    /// No device has the address.
    case noAddress
    /// We may not.
    case denied
    /// Any other reason, such as an address of the other family.
    case other
  }

  /// Why there is no connection.
  public enum ConnectFailure: Equatable, Sendable {
    /// Nothing listens on that port.
    case refused
    /// No route, or the network is down.
    case unreachable
    /// The kernel gave up before our deadline.
    case timedOut
    /// Any other reason.
    case other
  }

  /// What is wrong with a certificate: the gravest fault when there is more than one.
  public enum CertificateFault: Equatable, Sendable {
    /// No trusted certificate vouches for it.
    case unknownIssuer
    /// It was made for another name.
    case wrongName
    /// Its time is over.
    case expired
    /// Its time has not come. With an unset clock that is every certificate.
    case notYetValid
    /// Its hash, key or use is not acceptable.
    case unacceptable
  }

  /// The two parts of an answer that have limits.
  public enum AnswerPart: Equatable, Sendable {
    /// Status line and header fields.
    case fields
    /// The body.
    case body
  }

  /// What went wrong.
  public let kind: Kind
  /// The host and port of the request, as in a URL.
  public let peer: [UInt8]

  /// An error in dealing with a peer.
  public init(_ kind: Kind, peer: [UInt8]) {
    self.kind = kind
    self.peer = peer
  }

  /// The error for a person: what happened, with whom, and what helps.
  public var message: Text {
    switch kind {
    case .invalid(let part): "\(peer): \(part.message)"
    case .noTrustedCertificates(let path):
      "no trusted certificates in \(path): install ca-bundle or set option cacert"
    case .bind(let failure): "\(peer): cannot bind to the network or address\(failure.message)"
    case .connect(let failure): "\(peer): \(failure.message)"
    case .proxyRefused(407): "\(peer): the proxy refuses our user name or password (407)"
    case .proxyRefused(let status): "\(peer): the proxy refuses to connect (\(status))"
    case .certificate(let fault): "certificate of \(peer) \(fault.message)"
    case .handshake(let alert?):
      "\(peer): no agreement on TLS (it sent alert \(Int(alert))); it may lack TLS 1.2"
    case .handshake(nil): "\(peer): no agreement on TLS; it may not speak it"
    case .timedOut(let phase): "\(peer): \(phase.message)"
    case .tooLarge(.fields, let limit): "\(peer): header of the answer over \(limit) bytes"
    case .tooLarge(.body, let limit): "\(peer): answer over \(limit) bytes"
    case .closedEarly: "\(peer): connection closed before the answer was complete"
    case .notHTTP: "\(peer): the answer is not HTTP"
    case .noResources: "\(peer): out of memory or file descriptors"
    case .other(let code): "\(peer): transfer failed (libcurl error \(code))"
    }
  }
}

extension NetError.RequestPart {
  fileprivate var message: Text {
    switch self {
    case .host: "not a host name or address"
    case .field: "control character in a header field or method"
    case .credentials: "colon in the user name, or control character in it or the password"
    case .device: "not the name of a network device"
    case .addresses: "no address to connect to"
    }
  }
}

extension NetError.BindFailure {
  fileprivate var message: Text {
    switch self {
    case .noDevice: ": no such device"
    case .noAddress: ": no device has the address"
    case .denied: ": not permitted"
    case .other: ""
    }
  }
}

extension NetError.ConnectFailure {
  fileprivate var message: Text {
    switch self {
    case .refused: "connection refused"
    case .unreachable: "network or host unreachable"
    case .timedOut: "no answer to the attempt to connect"
    case .other: "cannot connect"
    }
  }
}

extension NetError.CertificateFault {
  fileprivate var message: Text {
    switch self {
    case .unknownIssuer: "is not issued by a trusted authority: check option cacert"
    case .wrongName: "is for another name: check the host name"
    case .expired: "has expired: check the clock, or tell the provider"
    case .notYetValid: "is not valid yet: check the clock"
    case .unacceptable: "uses a hash, key or purpose that is not acceptable"
    }
  }
}
