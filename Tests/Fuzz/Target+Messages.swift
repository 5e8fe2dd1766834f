// SPDX-License-Identifier: Apache-2.0

import Mail
import Migration
import Policy
import Report
import UCI
import Wire

extension Target {
  /// The configurations of other clients, and what is told to people.
  static let messages = [
    // Whatever it is made of, it is sections that can be read.
    Target(
      "import",
      [
        "period = 300\nprovider dyn@x.org:1 {\n username = u\n password = p\n hostname = a.b\n}\n",
        "use=web\nprotocol=dyndns2\nserver=h, login=u, password='p' \\\na.b,c.d\n",
        "dnsconf:\n  - name: a\n    ipv4:\n      enable: true\n      domains:\n        - a.b\n    dns:\n",
        "[Section]\nkey=value\n", "provider a {\n include(\"f\")\n include(f) username = u\n}\n",
      ]
    ) { bytes in
      // Whatever is included is the file itself again.
      let text = try? Migration.sections(
        of: bytes, path: [UInt8]("f"), services: [], files: { _ in bytes })
      guard let text else { return }
      let package = try? UCIPackage.parse(text.bytes, name: [UInt8]("ddns"))
      precondition(package != nil, "what is made cannot be read")
      let types = package?.sections.allSatisfy { $0.type == [UInt8]("service") }
      precondition(types != false, "a section of another type got in")
    },
    Target(
      "smtp",
      [
        "220 h\n250-h\n250-STARTTLS\n250 AUTH PLAIN LOGIN\n220 go\n250-h\n250 AUTH LOGIN\n334 a\n334 b\n",
        "220 h\n250-h\n250 AUTH PLAIN\n235 ok\n250 ok\n250 ok\n354 go\n250 ok\n",
      ], talk),
    Target("mail", ["a\nb\0c.\n.\n\u{e4} \n"], write),
    Target("notices", ["version 1\nknown 192.0.2.1\nletter me 0 0 0 changed 192.0.2.1\n"]) {
      bytes in
      let now = Moment(uptime: 100, wallClock: 1_800_000_000, boot: [UInt8]("b"))
      guard var notices = Notices(bytes, at: now) else { return }
      precondition(Notices(notices.saved(at: now), at: now) != nil, "what is saved is not read")
      notices.postDigests(at: 100_000)
      while let next = notices.next(at: 100_000) {
        let letter = notices.letters[next]
        if let notice = Notice(letter.line, at: letter.time) { _ = notice.encoded }
        _ = notices.settle(next, isSent: true, mayPass: true, at: 100_000)
      }
    },
  ]

  /// A server's lines: neither the name nor the password goes out before there is TLS.
  @Sendable private static func talk(_ bytes: [UInt8]) {
    let secrets = [[UInt8]("somebody"), [UInt8]("s3cr3t!")]
    for startsTLS in [true, false] {
      let client = SMTPClient(
        from: [UInt8]("a@b"), to: [[UInt8]("c@d"), [UInt8]("e@f")], [UInt8]("x: y\r\n\r\n.z\r\n"),
        startsTLS: startsTLS, username: secrets[0], password: secrets[1])
      var isSafe = !startsTLS
      for line in bytes.pieces(separatedBy: 10) {
        var effect = client.take(Array(line))
        if effect == .secure {
          precondition(startsTLS && !isSafe, "TLS nobody wants")
          isSafe = true
          effect = client.secured()
        }
        guard case .send(let words) = effect else {
          if effect == .receive { continue }
          break
        }
        precondition(words.suffix(2) == [13, 10], "a line without an end")
        for secret in secrets {
          let coded = Base64.encode(secret).dropLast(4)
          let isIn =
            words.firstIndex(of: secret) != nil || words.firstIndex(of: Array(coded)) != nil
          precondition(
            isSafe || !isIn && words.firstIndex(of: [UInt8]("AUTH")) == nil, "in the clear")
        }
      }
    }
  }

  /// A subject before the first NUL, then a text: what goes out are short lines of ASCII, and no field
  /// of the head more than there are.
  @Sendable private static func write(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let mail = MailMessage(
      from: [UInt8]("a@b"), to: [[UInt8]("c@d")], subject: Array(bytes[..<end]),
      text: Array(bytes[min(end + 1, bytes.count)...]), date: [UInt8]("now"), id: [UInt8]("1"))
    var fields = 0
    var isHead = true
    for line in mail.encoded.pieces(separatedBy: 10) where !line.isEmpty {
      precondition(line.last == 13, "a line that does not end as mail does")
      let words = line.dropLast()
      precondition(words.count <= 998, "a line too long")
      precondition(words.allSatisfy { $0 >= 32 && $0 < 127 }, "not ASCII")
      if words.isEmpty { isHead = false }
      if isHead, words.first != 32 { fields += 1 }
    }
    precondition(fields == 9, "another field got in")
  }
}
