// SPDX-License-Identifier: Apache-2.0

import Report
import Wire

/// What a doctor makes of what was tried: values in, findings out. It asks nobody.
public enum Diagnosis {
  /// How far clocks may be apart, in seconds: what TSIG and most signatures allow.
  static let clockTolerance: Int64 = 300
  /// The least room there should be, in bytes.
  static let leastRoom: Int64 = 65_536

  /// Whether the clock was ever set. `shown` is the same time for a person.
  public static func clock(_ now: Int64, shown: [UInt8]) -> Finding {
    Finding(ClockWatch.plausible.contains(now) ? .clock : .clockUnset, Text(shown))
  }

  /// Whether the clock is right, as a server sees it; nil when it is.
  public static func clock(_ now: Int64, against other: Int64) -> Finding? {
    let difference = now - other
    return abs(difference) > clockTolerance ? Finding(.clockOff, "\(abs(difference))") : nil
  }

  /// Whether a directory takes what is to be kept, or has to be; `room` is what is free, nil when
  /// nobody knows.
  @inline(never)
  public static func space(
    _ directory: [UInt8], room: Int64?, isNeeded: Bool, _ problem: Text?
  ) -> Finding {
    if let problem {
      return Finding(.unwritable, problem, status: isNeeded ? .osError : .differs)
    }
    guard let room else { return Finding(.space, "\(directory)") }
    let words: Text = "\(directory) has \(room / 1024) KiB"
    return Finding(room < leastRoom ? .spaceLow : .space, words)
  }

  /// Whether there is anybody to vouch for a server.
  public static func certificates(_ count: Int, in path: [UInt8]) -> Finding {
    count == 0
      ? Finding(.certificatesNone, "\(path)") : Finding(.certificates, "\(count) in \(path)")
  }

  /// What one name server has answered; a text is why it has not.
  public final class ServerTrial {
    /// The server.
    public let name: Text
    /// Over UDP, without EDNS.
    public var udp: Text?
    /// With EDNS.
    public var edns: Text?
    /// Over TCP.
    public var tcp: Text?

    /// A server that does all of it.
    public init(_ name: Text) { self.name = name }
  }

  /// What the servers are good for that are asked one after the other.
  @inline(never)
  public static func servers(_ trials: [ServerTrial], overTCP: Bool) -> [Finding] {
    var isAnswered = false
    for trial in trials where (overTCP ? trial.tcp : trial.udp) == nil { isAnswered = true }
    var findings: [Finding] = []
    for trial in trials {
      var kind = Finding.Kind.server
      var words = trial.name
      var status: ExitStatus?
      if let failure = trial.tcp, overTCP || trial.udp != nil {
        kind = isAnswered ? .serverOneSilent : .serverSilent
        words = trial.udp ?? failure
      } else if overTCP {
        // It is as it should be.
      } else if trial.udp != nil {
        kind = .serverOnlyTCP
        if isAnswered { status = .differs }
      } else if trial.tcp != nil {
        kind = .serverNoTCP
      } else if trial.edns != nil {
        kind = .serverNoEDNS
      }
      findings.append(Finding(kind, words, status: status))
    }
    return findings
  }

  /// A server that has an address for a name that does not exist.
  public static func hijacking(
    by server: Text, _ name: Text, _ address: IPAddress
  ) -> Finding {
    Finding(.serverHijacks, "\(server) answers \(address) for \(name), which does not exist")
  }

  // MARK: The line and the address

  /// Whether the section's family leaves the machine, and with what address.
  public static func wayOut(_ family: IPAddress.Family, from own: IPAddress?) -> Finding {
    let name: Literal = family == .v4 ? "IPv4" : "IPv6"
    guard let own else { return Finding(.wayOutNone, "\(name)") }
    return Finding(.wayOut, "\(name), from \(own)")
  }

  /// Which address of a device or a network is published, and why not the others.
  @inline(never)
  public static func address(
    _ choice: AddressChoice, of place: Text, _ family: IPAddress.Family
  ) -> Finding {
    var others: Text = ""
    var isPrivate = false
    for (address, objection) in choice.dropped {
      others += "; not \(address): \(objection.message)"
      switch objection {
      case .special(.privateUse), .special(.carrierNAT): isPrivate = true
      default: break
      }
    }
    if let address = choice.address {
      let why: Literal = choice.candidates > 1 ? " (preferred longest)" : ""
      return Finding(.address, "\(address) of \(place)\(why)\(others)")
    }
    let name: Literal = family == .v4 ? "IPv4" : "IPv6"
    let words: Text = "\(place) has no public \(name) address\(others)"
    return Finding(isPrivate && family == .v4 ? .addressPrivate : .addressNone, words)
  }

  /// What it means that another address is seen from outside than we have; nil when it is the same, or
  /// ours is one that nothing follows from.
  public static func outside(_ seen: IPAddress, own: IPAddress) -> Finding? {
    guard own != seen, own.family == seen.family else { return nil }
    let words: Text = "the router has \(own), from outside it is \(seen)"
    switch own.specialPurpose {
    case .carrierNAT: return Finding(.carrierNAT, words)
    case .privateUse: return Finding(.otherRouter, words)
    case nil: return Finding(.addressDiffers, words)
    default: return nil
    }
  }

  // MARK: The name

  /// What the DNS has about a name.
  public final class Name {
    /// The name.
    public let host: [UInt8]
    /// The zone it is in.
    public var zone: [UInt8] = []
    /// How many labels that has.
    public var labels = 0
    /// The names of its servers.
    public var servers: [UInt8] = []
    /// Whether these are the provider's; nil when nobody knows.
    public var isAtHome: Bool?
    /// What it is an alias of; empty when it is none.
    public var target: [UInt8] = []
    /// What the zone's servers have; nil when they do not say.
    public var inZone: [IPAddress]?
    /// Why they do not.
    public var failure: Text?
    /// What the section's DNS server has; nil when it does not say.
    public var seen: [IPAddress]?
    /// The address to publish; nil when there is none.
    public var wanted: IPAddress?
    /// Whether what is registered is the provider's proxy.
    public var isProxy = false

    /// A name of which nothing is known yet.
    public init(_ host: [UInt8]) { self.host = host }
  }

  /// Whether a name is where the provider can change it, and shows it.
  @inline(never)
  public static func name(_ name: Name) -> [Finding] {
    if name.labels == 1 { return [Finding(.zoneUndelegated, "\(name.host)")] }
    var findings: [Finding] = []
    let place: Text = "\(name.zone), at \(name.servers)"
    findings.append(Finding(name.isAtHome == false ? .zoneForeign : .zone, place))
    if !name.target.isEmpty {
      findings.append(Finding(.alias, "\(name.host) is an alias of \(name.target)"))
    }
    if let failure = name.failure { findings.append(Finding(.zoneSilent, failure)) }
    guard let registered = name.inZone ?? name.seen else { return findings }
    if let seen = name.seen, let inZone = name.inZone, !isSame(seen, inZone) {
      findings.append(Finding(.cached, "\(list(inZone)), the DNS server says \(list(seen))"))
    }
    let words = list(registered)
    if name.isProxy, name.wanted.map({ !registered.contains($0) }) ?? true {
      findings.append(Finding(.proxied, "\(name.host) shows \(words)"))
    } else if let wanted = name.wanted, !registered.contains(wanted) {
      findings.append(Finding(.registeredOther, "\(words), the address is \(wanted)"))
    } else {
      findings.append(Finding(.registered, words))
    }
    return findings
  }

  private static func list(_ addresses: [IPAddress]) -> Text {
    addresses.isEmpty ? "nothing" : "\(addresses)"
  }

  private static func isSame(_ one: [IPAddress], _ other: [IPAddress]) -> Bool {
    one.count == other.count && one.allSatisfy { other.contains($0) }
  }
}
