// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A dynamic-DNS provider in five dialects, and pages that tell the caller's address. It answers as
/// the real ones do; faults come from the server's script.
package final class Provider: Sendable {
  package struct Settings: Sendable {
    package var user: String
    /// Also the token of dialects that know only one secret.
    package var password: String
    /// The names of the account, lower case.
    package var hosts: Set<String>
    /// What the check-IP pages report, for callers over IPv4 and over IPv6.
    package var seen: String
    package var seenIPv6: String

    package init(
      user: String = "user", password: String = "secret", hosts: Set<String> = [],
      seen: String = "81.2.69.142", seenIPv6: String = "2a02:8010:1::7"
    ) {
      self.user = user
      self.password = password
      self.hosts = hosts
      self.seen = seen
      self.seenIPv6 = seenIPv6
    }
  }

  package let zone: Zone
  private let state: Mutex<Settings>

  package init(_ settings: Settings = Settings(), zone: Zone = Zone()) {
    state = Mutex(settings)
    self.zone = zone
  }

  package var settings: Settings {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }

  /// The well-behaved answer to a request; accepted updates change the zone.
  package func answer(_ request: HTTPRequest) -> HTTPAnswer {
    switch request.path {
    case "/nic/update", "/v3/update": dyndns2(request)
    case "/update" where request.item("domains") != nil: duckdns(request)
    case "/update" where request.item("domain") != nil: namecheap(request)
    case "/api/update": dynv6(request)
    case "/dynamic/update.php": afraid(request)
    case "/checkip", "/checkip6":
      HTTPAnswer(
        200, fields: ["Content-Type: text/html"],
        "<html><head><title>Current IP Check</title></head>"
          + "<body>Current IP Address: \(caller(request))</body></html>\r\n")
    case "/ip", "/ip6": HTTPAnswer("\(caller(request))\n")
    case "/json", "/json6": HTTPAnswer("{\"ip\":\"\(caller(request))\"}")
    default: HTTPAnswer(404, "no such page\n")
    }
  }

  /// The address the caller seems to have: IPv6 when it came over IPv6 or asked a page named so.
  private func caller(_ request: HTTPRequest) -> String {
    let isIPv6 = request.path.hasSuffix("6") || request.server.contains(":")
    return isIPv6 ? settings.seenIPv6 : settings.seen
  }

  private func dyndns2(_ request: HTTPRequest) -> HTTPAnswer {
    let known = settings
    let basic = request.basic()
    let user = basic?.user ?? request.item("username") ?? request.item("user")
    let password = basic?.password ?? request.item("password") ?? request.item("pass")
    guard user == known.user, password == known.password else {
      return HTTPAnswer(401, fields: ["WWW-Authenticate: Basic realm=\"mock\""], "badauth\n")
    }
    guard let agent = request.field("User-Agent"), !agent.isEmpty else {
      return HTTPAnswer("badagent\n")
    }
    let hosts = (request.item("hostname") ?? "").lowercased().split(separator: ",").map(String.init)
    if hosts.isEmpty { return HTTPAnswer("notfqdn\n") }
    if hosts.count > 20 { return HTTPAnswer("numhost\n") }
    var texts = [request.item("myip"), request.item("myipv6")].compactMap { $0 }
      .flatMap { $0.split(separator: ",").map(String.init) }
    if texts.isEmpty { texts = [caller(request)] }
    let addresses = texts.compactMap { Address($0) }
    if addresses.count != texts.count { return HTTPAnswer("dnserr\n") }
    let shown = addresses.map { $0.description }.joined(separator: ",")
    let lines = hosts.map { host in
      if !host.contains(".") { return "notfqdn" }
      if !known.hosts.contains(host) { return "nohost" }
      return zone.update(host, to: addresses) ? "good \(shown)" : "nochg \(shown)"
    }
    return HTTPAnswer(lines.joined(separator: "\n") + "\n")
  }

  private func duckdns(_ request: HTTPRequest) -> HTTPAnswer {
    let known = settings
    let hosts = (request.item("domains") ?? "").lowercased().split(separator: ",").map {
      $0.contains(".") ? String($0) : "\($0).duckdns.org"
    }
    let addresses = addresses(request, ["ip", "ipv6"])
    guard request.item("token") == known.password, !hosts.isEmpty, let addresses,
      hosts.allSatisfy({ known.hosts.contains($0) })
    else { return HTTPAnswer("KO") }
    for host in hosts { _ = zone.update(host, to: addresses) }
    return HTTPAnswer("OK")
  }

  private func namecheap(_ request: HTTPRequest) -> HTTPAnswer {
    let known = settings
    let domain = (request.item("domain") ?? "").lowercased()
    let label = (request.item("host") ?? "@").lowercased()
    let name = label == "@" ? domain : "\(label).\(domain)"
    let addresses = addresses(request, ["ip"])
    if request.item("password") != known.password {
      return Provider.namecheapError("Passwords do not match", 304_156)
    }
    if !known.hosts.contains(name) {
      return Provider.namecheapError("No Records updated. A record not Found;", 380_091)
    }
    guard let addresses, let address = addresses.first, !address.isIPv6 else {
      return Provider.namecheapError("Invalid IP", 304_155)
    }
    _ = zone.update(name, to: [address])
    return Provider.namecheapPage("<IP>\(address)</IP><ErrCount>0</ErrCount><errors />")
  }

  private static func namecheapError(_ text: String, _ number: Int) -> HTTPAnswer {
    namecheapPage("<ErrCount>1</ErrCount><errors><Err1>\(text)</Err1></errors>", number)
  }

  /// The page as it comes today: it claims UTF-16 and is not.
  private static func namecheapPage(_ middle: String, _ number: Int? = nil) -> HTTPAnswer {
    let responses = number.map {
      "<ResponseCount>1</ResponseCount><responses><response><ResponseNumber>\($0)"
        + "</ResponseNumber></response></responses>"
    }
    return HTTPAnswer(
      200, fields: ["Content-Type: text/xml"],
      "<?xml version=\"1.0\" encoding=\"utf-16\"?><interface-response>"
        + "<Command>SETDNSHOST</Command><Language>eng</Language>\(middle)"
        + (responses ?? "<ResponseCount>0</ResponseCount><responses />")
        + "<Done>true</Done><debug><![CDATA[]]></debug></interface-response>")
  }

  private func dynv6(_ request: HTTPRequest) -> HTTPAnswer {
    let known = settings
    let host = (request.item("hostname") ?? request.item("zone") ?? "").lowercased()
    guard request.item("token") == known.password else {
      return HTTPAnswer(401, "invalid authentication token")
    }
    guard known.hosts.contains(host) else { return HTTPAnswer(404, "zone not found") }
    guard let addresses = addresses(request, ["ipv4", "ipv6"]) else {
      return HTTPAnswer(400, "invalid address")
    }
    let changed = zone.update(host, to: addresses)
    return HTTPAnswer(changed ? "addresses updated" : "addresses unchanged")
  }

  private func afraid(_ request: HTTPRequest) -> HTTPAnswer {
    let known = settings
    guard request.query.first?.name == known.password, let host = known.hosts.min() else {
      return HTTPAnswer("ERROR: Unable to locate this record\n")
    }
    guard let addresses = addresses(request, ["address"]), let address = addresses.first else {
      return HTTPAnswer("ERROR: Invalid address\n")
    }
    return HTTPAnswer(
      zone.update(host, to: addresses)
        ? "Updated 1 host(s) \(host) to \(address) in 0.012 seconds\n"
        : "ERROR: Address \(address) has not changed.\n")
  }

  /// The addresses of these items; the caller's when there is none, nil when one is no address.
  private func addresses(_ request: HTTPRequest, _ names: [String]) -> [Address]? {
    var texts = names.compactMap { request.item($0) }.filter { !$0.isEmpty && $0 != "auto" }
    if texts.isEmpty { texts = [caller(request)] }
    let addresses = texts.compactMap { Address($0) }
    return addresses.count == texts.count ? addresses : nil
  }
}
