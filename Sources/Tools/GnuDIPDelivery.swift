// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Net
import Provider
import Report
import Section
import System
import Wire

/// Tells a GnuDIP server an address.
final class GnuDIPDelivery {
  /// How long looking up, connecting and talking may take, in milliseconds.
  private static let patience: Int64 = 30_000

  let request: GnuDIP
  let client: SectionClient
  let settings: ServiceSection
  let console: Console

  /// What goes wrong with the section is said before anything is sent.
  @inline(never)
  init(
    _ address: IPAddress?, _ settings: ServiceSection, root: [UInt8], _ console: Console
  ) throws(Failure) {
    guard
      let request = GnuDIP(
        user: settings.username, password: settings.password, domain: settings.domain,
        address: address)
    else {
      throw Failure(
        .config,
        "GnuDIP: username has to be the first label of domain, without ':', and the address IPv4")
    }
    self.request = request
    self.settings = settings
    self.console = console
    client = try SectionClient(settings, root: root)
  }

  /// Sends the request, or with `isDryRun` only says what would be sent.
  @inline(never)
  func send(_ target: GnuDIP.Target, isDryRun: Bool) throws(Failure) -> Outcome? {
    switch target {
    case .lines(let server): console.log(.debug, "#> GnuDIP \(server.text): \(request.shown)")
    case .pages(let url): console.log(.debug, "#> GET \(url), then with \(request.shown)")
    }
    if isDryRun {
      console.log(.info, "Dry Run: NOT sending update")
      return nil
    }
    switch target {
    case .lines(let server): return try talk(to: server)
    case .pages(let url): return try fetch(url)
    }
  }

  @inline(never)
  private func talk(to server: HostPort) throws(Failure) -> Outcome {
    let deadline = Clock.uptime + Self.patience
    let addresses: [IPAddress]
    do throws(ResolverError) {
      addresses = try client.hostResolver.resolve(
        server.host, families: client.families, deadline: deadline)
    } catch { throw Failure(.temporary, error.message) }
    let way = try client.way()
    var problem: Text = ""
    var isSent = false
    // Who may have taken the request is not asked a second time by another way.
    for address in addresses where !isSent {
      do throws(LineConnection.Problem) {
        var connection = try LineConnection(
          to: address, port: server.port ?? GnuDIP.port, from: way, deadline: deadline)
        let salt = try connection.line(limit: GnuDIP.lineLimit)
        isSent = true
        try connection.send(request.line(salt: salt))
        let answer = try connection.line(limit: GnuDIP.lineLimit)
        console.log(
          .debug, "DDNS Provider answered: \(console.redactor.shown(Quote(answer), limit: 100))")
        return request.outcome(of: answer)
      } catch { problem = error.message }
    }
    throw Failure(.temporary, "\(server.text): \(problem)")
  }

  @inline(never)
  private func fetch(_ first: [UInt8]) throws(Failure) -> Outcome {
    let challenge = try response(first)
    guard challenge.status < 400 else { return judged(challenge) }
    guard let next = request.url(first, page: challenge.body) else {
      return Outcome(
        .notUnderstood, word: .unknown, reason: "no challenge in the answer",
        quote: Quote(challenge.body))
    }
    let result = try response(next)
    return result.status < 400 ? request.outcome(page: result.body) : judged(result)
  }

  private func response(_ text: [UInt8]) throws(Failure) -> HTTPResponse {
    guard let url = URL(text) else { throw Failure(.config, "update_url is no URL") }
    return try client.fetch(url, families: client.families)
  }

  /// What an HTTP status says, and for how long (`Retry-After`).
  private func judged(_ response: HTTPResponse) -> Outcome {
    Judgement.outcome(
      of: Judgement.Answer(response), sent: Judgement.Sent(hostCount: 1, addresses: []),
      rules: Service.Rules(dialect: .text), now: Clock.wallClock, matches: Regex.matches)
  }
}
