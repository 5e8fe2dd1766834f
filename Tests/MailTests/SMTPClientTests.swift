// SPDX-License-Identifier: Apache-2.0

import Mail
import TestSupport
import Testing

/// The talk with a mail server, line by line.
@Suite struct SMTPClientTests {
  private func client(
    startsTLS: Bool = false, username: String = "", to: [String] = ["a@example.com"]
  ) -> SMTPClient {
    SMTPClient(
      from: bytes("r@example.org"), to: to.map { bytes($0) }, bytes("Subject: x\r\n\r\n.dot\r\n"),
      startsTLS: startsTLS, username: bytes(username), password: bytes("pw"))
  }

  /// Tells the machine lines; what it wanted after each.
  private func talk(_ client: SMTPClient, _ lines: String...) -> [String] {
    lines.map { line in
      switch client.take(bytes(line)) {
      case .receive: "-"
      case .send(let bytes): string(bytes)
      case .secure: "secure"
      case .done: "done"
      case .failed(let problem): "\(problem.code) \(string(problem.said))"
      }
    }
  }

  @Test func `a relay takes a message for two, and dots are doubled`() {
    let client = client(to: ["a@example.com", "b@example.com"])
    #expect(
      talk(
        client, "220-relay", "220 ready", "250-relay", "250 8BITMIME", "250 ok", "250 ok",
        "251 ok", "354 go", "250 queued") == [
          "-", "EHLO [127.0.0.1]\r\n", "-", "MAIL FROM:<r@example.org>\r\n",
          "RCPT TO:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n",
          "Subject: x\r\n\r\n..dot\r\n.\r\n", "done",
        ])
  }

  @Test func `STARTTLS goes before a password, and what was offered before counts no more`() {
    let client = client(startsTLS: true, username: "me")
    #expect(
      talk(client, "220 hi", "250-hi", "250-AUTH PLAIN", "250 STARTTLS", "220 go").suffix(2)
        == ["STARTTLS\r\n", "secure"])
    let hello = client.secured()
    #expect(hello == .send(bytes("EHLO [127.0.0.1]\r\n")))
    #expect(
      talk(client, "250-hi", "250 AUTH LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok")
        == [
          "-", "AUTH LOGIN\r\n", "bWU=\r\n", "cHc=\r\n", "MAIL FROM:<r@example.org>\r\n",
        ])
  }

  @Test func `PLAIN is preferred`() {
    let client = client(username: "me")
    #expect(
      talk(client, "220 hi", "250-hi", "250 auth login plain").last
        == "AUTH PLAIN AG1lAHB3\r\n")
  }

  @Test func `without STARTTLS nothing is sent in the clear`() {
    let client = client(startsTLS: true, username: "me")
    #expect(
      talk(client, "220 hi", "250 AUTH PLAIN LOGIN").last == "0 the server offers no STARTTLS")
  }

  @Test(arguments: [
    (["454 not now"], true), (["220 hi", "502 what"], false),
    (["220 hi", "250 x", "451 greylisted"], true), (["220 hi", "250 x", "250 x", "550 no"], false),
    (["220 hi", "250 x", "250 x", "250 x", "250 early"], false),
    (["220 hi", "250 x", "250 x", "250 x", "354 go", "452 full"], true),
  ]) func `a refusal says whether it may pass`(lines: [String], mayPass: Bool) {
    let client = client()
    var last = SMTPClient.Effect.receive
    for line in lines { last = client.take(bytes(line)) }
    guard case .failed(let problem) = last else { return #expect(Bool(false), "\(last)") }
    #expect(problem.mayPass == mayPass)
  }

  @Test func `an answer without an end is none`() {
    let client = client()
    var last = SMTPClient.Effect.receive
    for _ in 1...101 {
      #expect(last == .receive)
      last = client.take(bytes("220-more"))
    }
    guard case .failed(let problem) = last else {
      return #expect(Bool(false))
    }
    #expect(!problem.mayPass)
  }

  @Test func `no line makes it trap`() {
    var random = SplitMix64(state: 7)
    for _ in 1...2_000 {
      let client = client(startsTLS: random.next() % 2 == 0, username: "me")
      for _ in 1...12 {
        let code = [220, 235, 250, 334, 354, 451, 550, 99, 7_000][Int(random.next() % 9)]
        let rest = ["", " ", "-", " AUTH PLAIN", " STARTTLS", "\u{0}"][Int(random.next() % 6)]
        if case .failed = client.take(bytes("\(code)\(rest)")) { break }
      }
    }
  }
}
