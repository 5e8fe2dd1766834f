// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Mail
import Net
import Report
import Section
import System
import Wire

/// Hands a mail to the server of a notify section.
struct MailDelivery {
  let target: NotifySection
  let request: SectionRequest
  let console: Console

  /// How long looking up, connecting and talking may take, in milliseconds.
  private static let patience: Int64 = 60_000

  /// Sends a message.
  func send(_ message: NoticeText) throws(Failure) {
    let now = Clock.wallClock
    let mail = MailMessage(
      from: target.sender, to: target.recipients, subject: message.title.bytes,
      text: message.text.bytes, date: Clock.format(now, [UInt8]("%a, %d %b %Y %H:%M:%S %z")),
      id: Text("\(now).\(Int64(Random.number >> 1))").bytes)
    let deadline = Clock.uptime + Self.patience
    let client = try SectionClient(request.settings, root: request.root)
    let addresses: [IPAddress]
    do throws(ResolverError) {
      addresses = try client.hostResolver.resolve(
        target.server.host, families: [.v4, .v6], deadline: deadline)
    } catch { throw Failure(.temporary, error.message) }
    let way = try client.way()
    let server = HostPort(host: target.server.host, port: target.server.port).text
    var problem: Text = ""
    for address in addresses {
      let refusal: SMTPClient.Problem?
      // Who does not answer may do so by another address; who does has had his say.
      var hasAnswered = false
      do throws(LineConnection.Problem) {
        var connection = try LineConnection(
          to: address, port: target.server.port, from: way, deadline: deadline)
        hasAnswered = true
        refusal = try talk(&connection, mail.encoded, client.trust)
      } catch {
        problem = error.message
        if hasAnswered { break }
        continue
      }
      guard let refusal else { return }
      let said = console.redactor.shown(Quote(refusal.said), limit: 200, onOneLine: true)
      let code: Text = refusal.code == 0 ? "" : "\(refusal.code) "
      throw Failure(refusal.mayPass ? .temporary : .refused, "\(server): \(code)\(said)")
    }
    throw Failure(.temporary, "\(server): \(problem)")
  }

  /// Talks until the server has the message, or why it has not.
  private func talk(
    _ connection: inout LineConnection, _ message: [UInt8], _ trust: TrustPolicy
  ) throws(LineConnection.Problem) -> SMTPClient.Problem? {
    let server = target.server
    let machine = SMTPClient(
      from: target.sender, to: target.recipients, message,
      startsTLS: server.security == .startTLS, username: request.settings.username,
      password: request.settings.password.revealed)
    if server.security == .tls { try connection.secure(server.host, trust) }
    var effect = SMTPClient.Effect.receive
    while true {
      switch effect {
      case .receive: break
      case .send(let bytes): try connection.send(bytes)
      case .secure:
        try connection.secure(server.host, trust)
        effect = machine.secured()
        continue
      case .done, .failed:
        // Whether it hears that does not matter.
        try? connection.send([UInt8]("QUIT\r\n"))
        if case .failed(let problem) = effect { return problem }
        return nil
      }
      var line = try connection.line(limit: SMTPClient.lineLimit)
      while line.last == 13 { line.removeLast() }
      effect = machine.take(line)
    }
  }
}
