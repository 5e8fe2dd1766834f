// SPDX-License-Identifier: Apache-2.0

import Wire

/// Who is asked for the address that the Internet sees: one of the values of `ip_url`.
public struct AddressSource: Sendable {
  /// How it is asked.
  public enum Way: UInt8, Sendable {
    /// A page that shows the caller's address.
    case page
    /// A DNS server, for a record of the address's own type.
    case record
    /// A DNS server, for a text.
    case text
    /// A DNS server, for a text of class CH.
    case chaosText
    /// A STUN server.
    case stun
    /// The gateway, by NAT-PMP.
    case natPMP
    /// The gateway, by PCP.
    case pcp
    /// The gateway, by UPnP.
    case upnp
  }

  /// How it is asked.
  public let way: Way
  /// The value as it is written.
  public let text: [UInt8]
  /// The name that a DNS server is asked for.
  public let name: [UInt8]
  /// The server, or the gateway by its address; nil for that of the default route, and for a page.
  public let server: HostPort?

  /// What each DNS service is asked, and where.
  private static let services: Literal = """
    opendns myip.opendns.com resolver1.opendns.com
    cloudflare whoami.cloudflare one.one.one.one
    google o-o.myaddr.l.google.com ns1.google.com
    akamai whoami.akamai.net ns1-1.akamaitech.net
    """

  /// Reads a value that is to give an address of a family; nil when nobody can be asked like that.
  public init?(_ text: [UInt8], family: IPAddress.Family) {
    let scheme = text.prefix { $0 != UInt8(ascii: ":") }
    var place = Array(text.dropFirst(scheme.count + 1))
    var way = Way.page
    var name: [UInt8] = []
    switch scheme.lowercased {
    case "dns":
      way = .record
      name = Array(place.prefix { $0 != UInt8(ascii: "@") })
      place.removeFirst(min(name.count + 1, place.count))
      for line in [UInt8](Self.services).lines {
        let words = Array(line).words
        guard words[0].elementsEqual(name.lowercased) else { continue }
        // Those of the first letters c and g answer with a text.
        if words[0].first == UInt8(ascii: "c") { way = .chaosText }
        if words[0].first == UInt8(ascii: "g") { way = .text }
        name = Array(words[1])
        if place.isEmpty { place = Array(words[2]) }
      }
    case "stun": way = .stun
    case "natpmp": way = .natPMP
    case "pcp": way = .pcp
    case "upnp": way = .upnp
    default: break
    }
    self.way = way
    self.text = text
    self.name = name
    server = way == .page ? nil : HostPort(place)
    let isGood: Bool
    switch way {
    case .page: isGood = URL(text) != nil
    case .natPMP, .pcp, .upnp:
      isGood =
        family == .v4
        && (place.isEmpty || server.flatMap { IPAddress($0.host) }?.family == .v4)
    case .record, .text, .chaosText, .stun: isGood = server != nil
    }
    if !isGood { return nil }
  }

  /// What is wrong with a value that cannot be read.
  public static func problem(_ text: [UInt8], family: IPAddress.Family) -> Text {
    let gateway: Literal =
      family == .v4 ? ", natpmp:, pcp: or upnp: with an IPv4 address or none" : ""
    return
      "ip_url '\(text)' is no http or https URL, dns:SERVICE, dns:NAME@SERVER, stun:HOST[:PORT]\(gateway)"
  }
}
