// SPDX-License-Identifier: Apache-2.0

import Wire

/// The response code of a message: 4 bits, 12 with EDNS (RFC 1035 §4.1.1, RFC 6891 §6.1.3).
public struct DNSRcode: Equatable, Sendable {
  /// The number, with the extended bits of an OPT record.
  public let number: UInt16

  /// A code by its number.
  public init(number: UInt16) { self.number = number }

  /// Done.
  public static let noError = DNSRcode(number: 0)
  /// The server did not understand the message.
  public static let formErr = DNSRcode(number: 1)
  /// The server failed to get an answer.
  public static let servFail = DNSRcode(number: 2)
  /// The name does not exist.
  public static let nxDomain = DNSRcode(number: 3)
  /// The server cannot do this.
  public static let notImp = DNSRcode(number: 4)
  /// The server does not want to do this.
  public static let refused = DNSRcode(number: 5)
  /// The server has no authority for the zone, or holds a signature to be wrong.
  public static let notAuth = DNSRcode(number: 9)
  /// A name is not in the zone.
  public static let notZone = DNSRcode(number: 10)
  /// The server knows no EDNS of this version.
  public static let badVers = DNSRcode(number: 16)

  /// The mnemonic, or `RCODE` and the number.
  public var text: Text {
    switch number {
    case 0: "NOERROR"
    case 1: "FORMERR"
    case 2: "SERVFAIL"
    case 3: "NXDOMAIN"
    case 4: "NOTIMP"
    case 5: "REFUSED"
    case 6: "YXDOMAIN"
    case 7: "YXRRSET"
    case 8: "NXRRSET"
    case 9: "NOTAUTH"
    case 10: "NOTZONE"
    case 16: "BADVERS"
    default: "RCODE \(Int(number))"
    }
  }

  /// What the code means for a look-up, in words.
  public var message: Literal {
    switch number {
    case 1: "the server did not understand the question"
    case 2: "the server found no answer; its own servers may be down or DNSSEC broken"
    case 3: "the name does not exist"
    case 4: "the server does not do look-ups of this kind"
    case 5: "the server does not answer this client or for this name"
    default: "the server reports an error"
    }
  }

  /// What the code means for an update, in words.
  public var updateMessage: Literal {
    switch number {
    case 1: "the server did not understand the update"
    case 2: "the server failed"
    case 4: "the server takes no updates"
    case 5: "the server does not let this key change this name"
    case 9: "the server has no authority for the zone"
    case 10: "the name is not in the zone"
    default: "the server reports an error"
    }
  }
}
