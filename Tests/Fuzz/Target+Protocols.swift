// SPDX-License-Identifier: Apache-2.0

import DNS
import Digest
import Net
import Provider
import Section
import Wire

extension Target {
  private static let home = IPAddress([UInt8]("192.0.2.1")) ?? .unspecified(.v4)
  private static let secret = Secret([UInt8]("s3cr3t!"))

  /// What is said between two machines: DNS updates, GnuDIP, recipes.
  static let protocols = [
    // Nobody without the key makes an answer that counts.
    Target("tsig", ["\0\0(\0\0\0\0\0\0\0\0\u{1}\u{3}key\0\0\u{fa}\0\u{ff}\0\0\0\0\0\u{10}"]) {
      bytes in
      guard let update, let key = update.key else { return }
      let (_, code) = update.signed(id: 0, at: 1_800_000_000)
      let result = Result { [bytes] in
        try TSIG.problem(with: bytes, key: key, requestCode: code, at: 1_800_000_000)
      }
      if case .success(nil) = result { preconditionFailure("an answer that was not signed counts") }
    },
    Target("update", ["\0\0(\0\0\u{1}\0\0\0\0\0\0\u{7}example\0\0\u{6}\0\u{1}"], sendUpdate),
    Target("gnudip", ["salt.0123456789", "0", "2", "<meta name=\"retc\" content=\"0\">"]) { bytes in
      guard
        let request = GnuDIP(
          user: [UInt8]("user"), password: secret, domain: [UInt8]("example.com"), address: home)
      else { return }
      _ = request.outcome(of: bytes)
      _ = request.outcome(page: bytes)
      let line = request.line(salt: bytes)
      precondition(line.firstIndex(of: secret.revealed) == nil, "the password is in the line")
      if let url = request.url([UInt8]("http://h/cgi"), page: bytes) {
        precondition(url.firstIndex(of: secret.revealed) == nil, "the password is in the URL")
      }
    },
    Target(
      "recipe",
      [
        """
        {"name":"x","protocol":"recipe","base":"https://h","ttl":60,"headers":{"A":"B [PASSWORD]"},\
        "steps":[{"get":"/z?name=[ZONE]","take":{"zone":"result[0].id"},"absent":"nohost"},\
        {"if":"now = [IP]","say":"nochg"},{"else":true,"put":"/z/[zone]","json":{"content":"[IP]"}}],\
        "registered":"now"}\0{"result":[{"id":"a"}]}\0{"success":true}
        """,
        """
        {"name":"x","protocol":"recipe","base":"https://h","session":"h g","steps":[\
        {"get":"/","find":{"login":["form","action=\\"https://g/","\\""]}},\
        {"post":"https://g/[!login]","form":{"p":"[PASSWORD]"},"fail":"body has no"},\
        {"get":"/r","take":{"all":"r{}","now":"r[[TYPE]][].a"},"absent":"ok"},\
        {"post":"/w","form":{"d":{"r":{"[TYPE]":["[IP]"],"...":"[all]"}}}}]}\0\
        <form action="https://g/a?b&amp;c">\0ok\0{"r":{"MX":[{"x":1}],"A":[{"a":"192.0.2.9"}]}}\0{}
        """,
      ], follow),
    // What one server sets never gets to another, and never breaks a line.
    Target("cookies", ["a=1; Path=/x; Domain=.h.example; Secure; Max-Age=60\nb=2"]) { bytes in
      let jar = CookieJar(hosts: [UInt8]("a.h.example b.h.example"))
      guard let own = URL([UInt8]("https://a.h.example/x/y")),
        let other = URL([UInt8]("https://c.h.example/x/y"))
      else { return }
      var head: [UInt8] = []
      for line in bytes.lines { head += [UInt8]("Set-Cookie: ") + line + [UInt8]("\r\n") }
      jar.take(HTTPResponse(status: 200, head: [UInt8]("HTTP/1.1 200 OK\r\n") + head), of: other)
      precondition(jar.field(for: own).isEmpty, "a stranger has set a cookie")
      jar.take(HTTPResponse(status: 200, head: [UInt8]("HTTP/1.1 200 OK\r\n") + head), of: own)
      precondition(jar.field(for: other).isEmpty, "a stranger gets a cookie")
      let field = jar.field(for: own)
      precondition(field.allSatisfy { $0 >= 0x20 && $0 != 0x7f }, "a cookie with a line end")
      precondition(field.count <= CookieJar.limit * (CookieJar.sizeLimit + 2), "too many cookies")
    },
  ]

  private static let update: DNSUpdate? = {
    guard let zone = DNSName([UInt8]("example")), let name = DNSName([UInt8]("home.example")),
      let keyName = DNSName([UInt8]("key"))
    else { return nil }
    return DNSUpdate(
      zone: zone, name: name, address: home, ttl: 60,
      key: TSIGKey(name: keyName, hash: .sha256, secret: [UInt8]("sixteen bytes it")))
  }()

  @Sendable private static func sendUpdate(_ bytes: [UInt8]) {
    guard let update else { return }
    for overTCP in [false, true] {
      let query = DNSQuery(
        update, servers: [DNSServer(home)], overTCP: overTCP, seed: 1, deadline: 20_000,
        epoch: 1_800_000_000)
      answer(query, with: bytes, overTCP: overTCP)
    }
  }

  /// A recipe, and the answers it gets, each behind a NUL.
  @Sendable private static func follow(_ bytes: [UInt8]) {
    let parts = bytes.pieces(separatedBy: 0).map { Array($0) }
    guard
      let entry = try? ServiceEntry(json: parts[0], name: [UInt8]("x"), family: .v4, file: []),
      case .recipe(let recipe) = entry.service
    else { return }
    var options = URLTemplate.Values(address: home)
    (options.username, options.password) = ([UInt8]("user"), secret)
    options.domain = [UInt8]("home.example.com")
    let values = RecipeValues(recipe, options, lookupHost: options.domain)
    _ = values.problem(for: recipe)
    for purpose in [RecipeMachine.Purpose.update, .reading] {
      let machine = RecipeMachine(recipe, values, for: purpose)
      var effect = machine.start(now: 1_800_000_000)
      var requests = 0
      while case .send(let request, _) = effect {
        precondition(
          request.shown.bytes.firstIndex(of: secret.revealed) == nil, "the password is shown")
        requests += 1
        precondition(requests <= RecipeMachine.requestLimit, "more requests than allowed")
        let answer = parts[1 + (requests - 1) % max(parts.count - 1, 1), default: []]
        effect = machine.step(
          Judgement.Answer(status: answer.isEmpty ? 404 : 200, body: answer),
          now: 1_800_000_000, matches: { _, _ in false })
      }
    }
  }
}

extension [[UInt8]] {
  fileprivate subscript(index: Int, default none: [UInt8]) -> [UInt8] {
    index < count ? self[index] : none
  }
}
