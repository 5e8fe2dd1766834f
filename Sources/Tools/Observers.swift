// SPDX-License-Identifier: Apache-2.0

import CommandLine
import JSON
import Net
import Policy
import Report
import Section
import System
import Wire

/// Asks those who see the section's address from outside (`ip_url`).
final class Observers {
  /// How long one may take, and one of several, and all together, in milliseconds.
  static let patience: Int64 = 30_000
  static let patienceOfSeveral: Int64 = 20_000
  static let patienceOfAll: Int64 = 60_000

  let client: SectionClient
  let settings: ServiceSection
  private let global: GlobalOptions
  private let console: Console
  private let known: IPAddress?
  private let limit: Int64?

  /// `known` is the address that is published, `limit` how many milliseconds all may take.
  init(
    _ settings: ServiceSection, _ global: GlobalOptions, root: [UInt8], _ console: Console,
    _ known: IPAddress?, _ limit: Int64?
  ) throws(Failure) {
    client = try SectionClient(settings, root: root)
    self.settings = settings
    self.global = global
    self.console = console
    self.known = known
    self.limit = limit
  }

  /// What the only one says, or what two agree on; the first is enough when it confirms what is
  /// published. A page that is wrong for once costs a wait, not a wrong record.
  func address(by texts: [[UInt8]]) throws(Failure) -> IPAddress {
    var sources: [AddressSource] = []
    for text in texts {
      guard let source = AddressSource(text, family: settings.family) else {
        throw Failure(.config, AddressSource.problem(text, family: settings.family))
      }
      // One that is named twice does not agree with itself.
      if !sources.contains(where: { $0.text == source.text }) { sources.append(source) }
    }
    if let only = sources.first, sources.count == 1 {
      let address = try ask(only, until: Clock.uptime + (limit ?? Self.patience))
      compareWithOwn(address)
      console.log(.debug, "Current IP '\(address)' detected via web at \(only.text)")
      return address
    }
    return try agreed(by: sources)
  }

  private func agreed(by sources: [AddressSource]) throws(Failure) -> IPAddress {
    let end = Clock.uptime + min(limit ?? .max, Self.patienceOfAll)
    var agreement = Agreement(known: known)
    var translated: IPAddress?
    for source in sources where !agreement.isHopeless && Clock.uptime < end {
      do throws(Failure) {
        let address = try ask(source, until: min(end, Clock.uptime + Self.patienceOfSeveral))
        if address.specialPurpose == .carrierNAT { translated = address }
        try Detection.refuseUnpublishable(address, global, status: .protocolError)
        console.log(.debug, "\(source.text) says \(address)")
        guard agreement.take(address, from: source.text) else { continue }
        compareWithOwn(address, translated)
        console.log(.debug, "Current IP '\(address)' detected via web at \(source.text)")
        return address
      } catch {
        // What keeps one from answering, be it the configuration, need not concern the others.
        let words: Text = "\(source.text): \(error.message)"
        console.log(.debug, words)
        agreement.note(words)
      }
    }
    throw Failure(.temporary, "no two sources of ip_url agree: " + agreement.account)
  }

  /// Says when nobody can reach us at the address: when the router's own, which is `own`, or the one that
  /// packets leave by, is one of a carrier's NAT.
  private func compareWithOwn(_ address: IPAddress, _ own: IPAddress? = nil) {
    guard address.isPublic, address.family == .v4, let own = own ?? leavingAddress(to: address),
      own.specialPurpose == .carrierNAT
    else { return }
    console.log(
      address == known ? .debug : .warning,
      "behind carrier-grade NAT: the router's address is \(own), but \(address) is seen from outside"
    )
  }

  /// Our own address on the way to another. Nothing is sent.
  private func leavingAddress(to address: IPAddress) -> IPAddress? {
    guard let way = try? client.way() else { return nil }
    return try? Socket(to: Endpoint(address, port: 9), .datagram, from: way).local().address
  }

  func fromPage(_ page: [UInt8], until deadline: Int64) throws(Failure) -> IPAddress {
    guard let url = URL(page) else { throw Failure(.software, "no URL") }
    let failure: Failure
    do throws(Failure) {
      return try address(in: url, by: settings.family, deadline)
    } catch {
      guard error.status == .temporary, !settings.forcesFamily, Clock.uptime < deadline else {
        throw error
      }
      failure = error
    }
    // A page mostly shows the address one comes from, so the section's own family was the better
    // way; a page that knows more may have addresses of the other only.
    do throws(Failure) {
      return try address(in: url, by: settings.family == .v4 ? .v6 : .v4, deadline)
    } catch {
      throw Failure(failure.status, "\(failure.message); by the other IP version: \(error.message)")
    }
  }

  private func address(
    in url: URL, by family: IPAddress.Family, _ deadline: Int64
  ) throws(Failure) -> IPAddress {
    let response = try client.fetch(url, families: [family], deadline: deadline)
    let body = response.status < 300 ? try part(of: response.body, from: url.host) : []
    return try Self.address(in: body, response.status, settings, from: url.host)
  }

  /// What of a page is searched for the address: `ip_json`, and `ip_regex` of that.
  private func part(of page: [UInt8], from name: [UInt8]) throws(Failure) -> [UInt8] {
    var page = page
    if let path = settings.pageField {
      guard let text = (try? JSONValue.parse(page))?.value(at: path)?.string else {
        throw Failure(.protocolError, "\(name): no text at ip_json '\(path)' in its page")
      }
      page = text
    }
    if let pattern = settings.pagePattern { page = Regex.extract(pattern, from: page) }
    return page
  }

  /// The first address of the section's family in a page; any HTTP status but success is a temporary
  /// failure.
  static func address(
    in page: [UInt8], _ status: Int, _ settings: ServiceSection, from name: [UInt8]
  ) throws(Failure) -> IPAddress {
    guard (200...299).contains(status) else {
      throw Failure(.temporary, "\(name): HTTP status \(status) instead of an address")
    }
    guard let address = IPAddress.first(in: page, family: settings.family) else {
      throw Failure(
        .protocolError,
        "\(name): no IPv\(settings.family == .v4 ? 4 : 6) address in its page")
    }
    return address
  }
}
