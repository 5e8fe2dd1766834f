// SPDX-License-Identifier: Apache-2.0

import DNS
import Discovery
import Provider
import Report
import Section
import UCI
import Ubus
import Wire

@testable import CommandLine
@testable import JSON
@testable import Net
@testable import Policy

/// Something that reads what others have written. A trap is a finding; so is an untrue property.
struct Target: Sendable {
  let name: String
  let seeds: [String]
  let run: @Sendable ([UInt8]) -> Void

  init(_ name: String, _ seeds: [String], _ run: @escaping @Sendable ([UInt8]) -> Void) {
    (self.name, self.seeds, self.run) = (name, seeds, run)
  }

  static let all = configuration + providers + network + protocols + state + messages

  private static let section = """
    config ddns 'global'
    \toption ddns_loglines '250'
    config service 'home'
    \toption enabled "1"
    \toption service_name 'x' # comment
    \toption password 'pa'"'"'ss'
    \tlist odd one
    \toption ip_source 'network'
    """
  private static let address = IPAddress.unspecified(.v4)

  private static let configuration = [
    // What is written has to be read as it was meant.
    Target("uci", [section, "package x\nconfig a\n\toption b \\\nc\n"]) { bytes in
      guard let package = try? UCIPackage.parse(bytes, name: [UInt8]("ddns")) else { return }
      read(package)
      let again = try? UCIPackage.parse(
        package.sections.flatMap { UCIPackage.excerpt(of: $0) }, name: [UInt8]("ddns"))
      precondition(again != nil, "what is handed over is not read")
    },
    Target("delta", ["ddns.home.password='x'\n-ddns.home.domain\n+ddns.new=service\n@ddns.a='b'"]) {
      guard var package = try? UCIPackage.parse([UInt8](section.utf8), name: [UInt8]("ddns"))
      else { return }
      package.apply(delta: $0)
      read(package)
    },
    Target("arguments", ["-S\nhome\n-v\n2\n--\nstart", "--root=/x\n-dh"]) { bytes in
      let words = bytes.pieces(separatedBy: 10).map { Array($0) }
      let syntax = Arguments.Syntax(
        program: "x", letters: "S:c:v:dhV", names: "root: shell: help version", wordLimit: 1,
        help: "")
      _ = try? Arguments(words, syntax)
    },
    Target(
      "redactor", ["gEh&\"im\0 a%67Eh%2526%22im b", "p\\u0061ss\0\"p\\\\u0061ss\""], hidesSecret),
  ]

  private static func read(_ package: UCIPackage) {
    var problems: [ConfigError] = []
    _ = GlobalOptions(package, problems: &problems)
    for section in package.sections {
      _ = ServiceSection(section, problems: &problems)
      _ = OptionNames.unknown(in: section)
    }
  }

  /// A secret before the first NUL, then a text: no output may have the secret as it is.
  @Sendable private static func hidesSecret(_ bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: 0), (4...64).contains(end) else { return }
    let (secret, text) = (Array(bytes[..<end]), Array(bytes[(end + 1)...]))
    // The stars, the dots behind what was cut, and the escapes of what is not printable, are ours:
    // beside other text they may make up what looks like it.
    guard !secret.contains(where: { $0.isOne(of: "*.\\") }) else { return }
    var redactor = Redactor()
    redactor.add(Secret(secret))
    let forms = [text, text + secret, secret + text, Percent.encode(secret) + text]
    for form in forms {
      let shown = redactor.redact(form)
      precondition(shown.firstIndex(of: secret) == nil, "the secret is shown")
      // The end of an escape (\x00) may be taken for a secret's beginning.
      let isEscape = secret[0].hexValue != nil || secret[0] == UInt8(ascii: "x")
      if isEscape, form.contains(where: { $0 < 32 || $0 > 126 }) { continue }
      let quote = redactor.shown(Quote(form), limit: 20).bytes
      precondition(quote.firstIndex(of: secret) == nil, "the secret is quoted")
    }
  }

  private static let providers = [
    Target("json", ["{\"a\":[1,2.5e3,\"\\u00e9\\ud83d\\ude00\",null,true]}"]) {
      _ = try? JSONValue.parse($0)
    },
    Target(
      "service",
      [
        #"{"name":"x","protocol":"dyndns2","ipv4":{"url":"http://h/[DOMAIN]?[IP]","answer":"good"}}"#,
        #"{"answers":{"good":"^OK","nohost":"a{1,3}"},"ipv6":{"url":"https://[USERNAME]@h/"}}"#,
      ]
    ) { bytes in
      for family in [IPAddress.Family.v4, .v6] {
        let entry = try? ServiceEntry(json: bytes, name: [UInt8]("x"), family: family, file: [])
        guard let entry else { continue }
        var redactor = Redactor()
        redactor.add(entry)
        if case .request(let template, _) = entry.service { expand(template) }
      }
    },
    Target("table", ["\"x\" \"http://h/[IP]\" \"good|nochg\"\n# c\nx update_x.sh"]) {
      _ = try? ServiceTable.provider(named: [UInt8]("x"), in: $0, file: [])
      _ = ServiceTable.names(in: $0)
    },
    Target("template", ["http://[USERNAME]:[PASSWORD]@h/[SUBNAME]?[PARAMENC]&[IP][X]"]) {
      expand(URLTemplate($0))
    },
    Target("answer", ["good 192.0.2.1\nnochg", "<ErrCount>1</ErrCount><Err1>No</Err1>", "911"]) {
      for dialect in [Service.Rules.Dialect.dyndns2, .namecheap, .text, .undeclared] {
        for status in [200, 301, 401, 429, 500] {
          let answer = Judgement.Answer(status: status, body: $0, retryAfter: $0)
          let outcome = Judgement.outcome(
            of: answer, sent: Judgement.Sent(domain: [UInt8]("a,b"), address: address),
            rules: Service.Rules(dialect: dialect), now: 0, matches: { _, _ in false })
          _ = outcome.message(hiding: Redactor())
        }
      }
    },
  ]

  private static func expand(_ template: URLTemplate) {
    var values = URLTemplate.Values(address: address)
    (values.username, values.password) = ([UInt8]("example.com"), Secret([UInt8]("s3cr3t!")))
    values.domain = [UInt8]("home.example.com")
    let url = template.expanded(values, useHTTPS: true)
    _ = URL(url)
    let shown = template.redacted(values, useHTTPS: true)
    precondition(shown.firstIndex(of: [UInt8]("s3cr3t!")) == nil, "the password is shown")
  }

  // A DNS answer in pieces; its number is set when it is used.
  private static let header = "\u{12}4\u{1}\0\0\u{1}\0\u{1}\0\0\0\0"
  private static let question = "\u{4}home\u{7}example\u{3}com\0\0\u{1}\0\u{1}"
  private static let a = "\u{4}home\0\0\u{1}\0\u{1}\0\0\0<\0\u{4}\u{7}\u{1}\u{2}\u{3}"
  private static let cname = "\0\0\u{5}\0\u{1}\0\0\0<\0\u{4}\u{2}ab\0"
  private static let blob = "\0\u{2}\0\u{1}\0\0\0\0\0\0\0\u{4}\u{3}\0\0\u{8}\0\0\0\u{7}"

  /// Answers the first message of a query. One with the right number is read further.
  static func answer(_ query: DNSQuery, with bytes: [UInt8], overTCP: Bool) {
    guard case .send(let packet) = query.step(.started, at: 0) else { return }
    var answer = bytes
    let skipped = overTCP ? 2 : 0
    if answer.count > skipped + 1, packet.bytes.count > skipped + 1 {
      answer[skipped] = packet.bytes[skipped]
      answer[skipped + 1] = packet.bytes[skipped + 1]
    }
    _ = query.step(.received(answer), at: 1)
    _ = query.step(.timerFired, at: 10_000)
  }

  private static let network = [
    Target("dns", [header + question, header + question + a, header + question + cname]) { bytes in
      if let message = try? DNSMessage(parsing: bytes) { _ = message }
      guard let name = DNSName([UInt8]("home.example.com")),
        let server = IPAddress([UInt8]("192.0.2.1"))
      else { return }
      for transport in [false, true] {
        var options = DNSQuery.Options()
        options.forceTCP = transport
        let query = DNSQuery(
          DNSQuestion(name, .a), servers: [DNSServer(server)], options: options, seed: 1,
          deadline: 20_000)
        answer(query, with: bytes, overTCP: transport)
      }
    },
    Target("ubus", ["\0\0\0\0\0\0\0\0\0\0\0\u{4}", blob]) { bytes in
      var query = NetworkQuery([UInt8]("wan"))
      _ = try? query.step(bytes)
      var subscription = NetworkSubscription()
      _ = try? subscription.step(bytes)
      _ = NetworkStatus(bytes[...])
    },
    // The number is 12 zeros, so that what has it is read further.
    Target("datagram", ["\u{1}\u{1}\0\0!\u{12}\0\0", "\0\0\0\0\0\0\0\0\u{8}\u{8}\u{4}\u{4}"]) {
      bytes in
      for dialect in [.stun, .natPMP, .pcp] as [DatagramQuery.Dialect] {
        var query = DatagramQuery(
          dialect, from: .unspecified(.v4), port: 1, nonce: [UInt8](repeating: 0, count: 12), at: 0,
          deadline: 9_000)
        _ = query.step(bytes, at: 1)
      }
    },
    Target(
      "upnp",
      [
        "HTTP/1.1 200 OK\r\nLOCATION: http://8.8.4.4/d",
        "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
          + "<controlURL>/c</controlURL></service>",
        "<NewExternalIPAddress>8.8.4.4</NewExternalIPAddress>",
      ]
    ) { bytes in
      guard let gateway = IPAddress([UInt8]("8.8.4.4")),
        let location = URL([UInt8]("http://8.8.4.4/d/e"))
      else { return }
      let url = UPnP.location(in: bytes, from: gateway)
      precondition(url.map { IPAddress($0.host) == gateway } ?? true)
      for connection in UPnP.connections(in: bytes, from: location, gateway) {
        precondition(IPAddress(connection.url.host) == gateway)
      }
      _ = UPnP.address(in: bytes)
    },
    Target("url", ["http://u:p@[2001:db8::1]:80/a?b#c", "https://h"]) {
      if let url = URL($0) { _ = url.host }
      _ = IPAddress($0)
      _ = IPAddress.first(in: $0, family: .v4)
      _ = IPAddress.first(in: $0, family: .v6)
    },
    Target("resolv.conf", ["nameserver 192.0.2.1\nnameserver fe80::1%eth0\noptions x"]) {
      _ = ResolvConf.parse($0)
    },
    Target("pem", ["-----BEGIN CERTIFICATE-----\nMAAwAA==\n-----END CERTIFICATE-----\n"]) {
      var scanner = PEMScanner(subject: Array($0.prefix(4)))
      _ = scanner.scan($0)
    },
  ]

  private static let state = [
    Target("state", ["address 192.0.2.1\nclock 100 1800000000 b 7\n"]) {
      let now = Moment(uptime: 100, wallClock: 1_800_000_000, boot: [UInt8]("b"))
      guard let found = Record.load($0, at: now) else { return }
      let again = found.record.saved(at: now, sequence: found.sequence)
      precondition(Record.load(again, at: now) != nil, "what is saved is not read")
    },
    Target("report", ["address=192.0.2.1\nttl=60\nlog=3 x\nword=good\nretry-after=7\nreason=a\n"]) {
      var reader = ToolReport.Reader()
      _ = reader.take($0)
      _ = reader.take([])
    },
    Target("status", [#"{"section":"a","state":"waiting","registered":"192.0.2.1"}"#]) {
      _ = Status($0, now: 1000)
    },
  ]
}
