// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// The mock and the harness themselves, tried with raw bytes and with independent clients. They
/// need no built programs.
@Suite(.timeLimit(.minutes(Programs.minutes))) struct MockSelfTests {
  private func provider() throws -> LoopbackProvider {
    let mock = try LoopbackProvider(.init(hosts: ["home.example.com", "sub.duckdns.org"]))
    mock.zone.set("home.example.com", to: ["81.2.69.1", "2a02:8010:1::1"])
    return mock
  }

  private func curl(_ mock: LoopbackProvider, _ target: String, _ more: [String] = []) throws
    -> Child.Result
  {
    try Child.run(
      "curl", ["-sS", "-m", "10"] + more + ["http://127.0.0.1:\(mock.http.port)\(target)"],
      environment: Programs.searchPath)
  }

  private func dig(_ mock: LoopbackProvider, _ words: String...) throws -> String {
    let arguments = ["@127.0.0.1", "-p", "\(mock.dns.port)", "+tries=1", "+time=1"] + words
    return try Child.run("dig", arguments, environment: Programs.searchPath).stdout
  }

  @Test func `dyndns2 answers as the protocol has it and changes the zone`() throws {
    let mock = try provider()
    let login = ["-u", "user:secret"]
    let target = "/nic/update?hostname=home.example.com&myip=81.2.69.142"
    #expect(try curl(mock, target, login).stdout == "good 81.2.69.142\n")
    #expect(try curl(mock, target, login).stdout == "nochg 81.2.69.142\n")
    #expect(mock.zone.addresses(of: "home.example.com") == ["2a02:8010:1::1", "81.2.69.142"])
    #expect(try curl(mock, "/nic/update?hostname=x.test", login).stdout == "nohost\n")
    #expect(try curl(mock, "/nic/update?hostname=x", login).stdout == "notfqdn\n")
    #expect(try curl(mock, "/v3/update?hostname=x", ["-i"]).stdout.hasPrefix("HTTP/1.1 401 "))
    #expect(try curl(mock, target, login + ["-A", ""]).stdout == "badagent\n")
    #expect(mock.updates.count == 6)
    #expect(mock.http.requests.all[0].basic()?.user == "user")
  }

  @Test func `the other dialects answer as their providers do`() throws {
    let mock = try provider()
    #expect(try curl(mock, "/update?domains=sub&token=secret&ip=81.2.69.9").stdout == "OK")
    #expect(try curl(mock, "/update?domains=sub&token=wrong&ip=81.2.69.9").stdout == "KO")
    let namecheap = "/update?host=home&domain=example.com&ip=81.2.69.9&password="
    #expect(try curl(mock, namecheap + "secret").stdout.contains("<ErrCount>0</ErrCount>"))
    #expect(try curl(mock, namecheap + "x").stdout.contains("<Err1>Passwords do not match</Err1>"))
    let dynv6 = "/api/update?hostname=home.example.com&ipv4=81.2.69.8&token=secret"
    #expect(try curl(mock, dynv6).stdout == "addresses updated")
    #expect(try curl(mock, dynv6).stdout == "addresses unchanged")
    #expect(
      try curl(mock, "/dynamic/update.php?secret&address=81.2.69.7").stdout.hasPrefix("Updated 1"))
    #expect(try curl(mock, "/json").stdout == "{\"ip\":\"81.2.69.142\"}")
    #expect(try curl(mock, "/checkip6").stdout.contains("Address: 2a02:8010:1::7<"))
  }

  @Test func `HTTP faults are what they claim to be`() throws {
    let mock = try provider()
    func status(_ fault: HTTPFault, _ more: [String] = []) throws -> Int32 {
      mock.http.script.clear()
      mock.http.script.add("/ip", times: 1, fault)
      return try curl(mock, "/ip", more).status
    }
    #expect(try status(.silent, ["-m", "1"]) == 28)
    #expect(try status(.drip(bytes: 1, every: 0.5), ["-m", "1"]) == 28)
    #expect(try status(.cut(after: 2)) == 18)
    #expect(try status(.close) == 52)
    #expect(try status(.reset) == 56)
    #expect(try status(.garbage) == 1)
    #expect(try status(.huge(bytes: 64 << 20), ["--max-filesize", "65536"]) == 63)
    #expect(try status(.redirect("/json"), ["-f"]) == 0)
    #expect(try status(.chunked) == 0)
    #expect(try curl(mock, "/ip").stdout == "81.2.69.142\n", "well-behaved again")
    mock.http.script.add("accept", times: 1, .silent)
    let before = mock.http.requests.count
    #expect(try curl(mock, "/ip", ["-m", "1"]).status == 28)
    #expect(mock.http.requests.count == before, "it did not read the request")
  }

  @Test(.enabled(if: Programs.isInstalled("dig")))
  func `DNS answers and faults are what dig takes them for`() throws {
    let mock = try provider()
    let name = "home.example.com"
    mock.zone.alias("www.example.com", to: name)
    #expect(try dig(mock, "+short", name, "A") == "81.2.69.1\n")
    #expect(try dig(mock, "+short", "+tcp", name, "AAAA") == "2a02:8010:1::1\n")
    #expect(try dig(mock, "+short", "www.example.com") == "home.example.com.\n81.2.69.1\n")
    #expect(try dig(mock, "none.example.com").contains("status: NXDOMAIN"))
    #expect(try dig(mock, name, "TXT").contains("AUTHORITY: 1"))
    #expect(try dig(mock, name).contains("EDNS: version: 0"))
    mock.dns.script.add("*", times: 1, .code(2))
    #expect(try dig(mock, name).contains("SERVFAIL"))
    mock.dns.script.add("*", times: 1, .truncate)
    #expect(try dig(mock, name).contains("retrying in TCP"))
    mock.dns.script.add("*", times: 2, .many(150))
    #expect(try dig(mock, name).contains("ANSWER: 151"))
    mock.dns.script.add("*", times: 1, .lyingLength)
    #expect(try dig(mock, name).contains("malformed"))
    mock.dns.script.add("*", times: 1, .compressionLoop)
    #expect(try dig(mock, name).contains("bad packet"))
    mock.dns.script.add("*", times: 1, .wrongID)
    #expect(try !dig(mock, "+short", name).contains("81.2.69.1\n81."))
    mock.dns.script.add("*", times: 1, .aliasChain(3))
    #expect(try dig(mock, "+short", name).hasSuffix("c2.home.example.com.\n81.2.69.1\n"))
    mock.zone.set(name, to: ["81.2.69.2"])
    mock.dns.script.add("*", times: 1, .stale)
    #expect(try dig(mock, "+short", name) == "81.2.69.1\n")
    #expect(try dig(mock, "+short", name) == "81.2.69.2\n")
    let queries = mock.dns.queries.all
    #expect(queries[0].transport == .udp && queries[1].transport == .tcp)
    #expect(queries[0].name == name && queries[0].typeName == "A")
  }

  @Test func `the script language says what it does not understand`() throws {
    let (http, dns) = (Script<HTTPFault>(), Script<DNSFault>())
    try ScriptText.load(
      """
      # comment
      http /nic/update 1 respond 503 Retry-After:120 -- 911 later
      http accept * silent
      dns home.example.com/AAAA 2 addresses 2a02:8010:1::9,2a02:8010:1::8
      """, http: http, dns: dns)
    for (text, line) in [
      ("http / 1", 1), ("\nftp / 1 silent", 2), ("dns x * nonsense", 1), ("http x y silent", 1),
    ] {
      #expect {
        try ScriptText.load(text, http: http, dns: dns)
      } throws: {
        "\($0)".hasPrefix("line \(line): ")
      }
    }
  }

  @Test func `the proxy relays, tunnels and wants its credentials`() throws {
    let mock = try provider()
    let proxy = try LoopbackProxy(user: "pu", password: "pp")
    let through = ["-x", "http://pu:pp@127.0.0.1:\(proxy.port)", "--noproxy", ""]
    #expect(try curl(mock, "/ip", through).stdout == "81.2.69.142\n")
    #expect(try curl(mock, "/ip", through + ["-p"]).stdout == "81.2.69.142\n")
    let denied = try curl(
      mock, "/ip", ["-x", "http://127.0.0.1:\(proxy.port)", "-i", "--noproxy", ""])
    #expect(denied.stdout.contains(" 407 "))
    #expect(proxy.requests.all.map { $0.method } == ["GET", "CONNECT", "GET"])
    #expect(mock.http.requests.count == 2)
  }

  @Test(.enabled(if: Programs.hasNginx))
  func `nginx ends TLS in front of the mock with certificates good and bad`() throws {
    let mock = try provider()
    let authority = try Authority.shared()
    for (certificate, status) in [
      (TestAuthority.Certificate.good, Int32(0)), (.wrongname, 60), (.expired, 60), (.notyet, 60),
      (.otherca, 60),
    ] {
      let front = try TLSFront(authority, certificate, upstream: mock.http.port)
      let result = try Child.run(
        "curl", ["-sS", "--cacert", authority.file, "https://localhost:\(front.port)/ip"],
        environment: Programs.searchPath)
      #expect(result.status == status, "\(certificate): \(result.stderr)")
      front.stop()
    }
    #expect(mock.http.requests.count == 1)
    #expect(mock.http.requests.last?.isTLS == true)
  }

  @Test(.enabled(if: Programs.hasNamed))
  func `the name server of the tests starts and answers`() throws {
    let server = try NameServer(
      zone: "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\nns A 127.0.0.1\nhome A 81.2.69.1\n")
    let result = try Child.run(
      "dig", ["@127.0.0.1", "-p", "\(server.port)", "+short", "home.example.com"],
      environment: Programs.searchPath)
    #expect(result.stdout == "81.2.69.1\n")
  }

  @Test func `a port for a server is none that a connection can have, and given once`() throws {
    let ports = try (0..<300).map { _ in try FreePort.find() }
    #expect(Set(ports).count == 300)
    let range = try String(
      contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
    #expect(ports.allSatisfy(FreePort.choice(beside: range).contains))
  }

  @Test(
    arguments: [
      ("32768\t60999\n", 10_240...32_767), ("20000 65535", 10_240...19_999),
      ("1024 40000", 40_001...65_535), ("1024 65535", 10_240...32_767), ("", 10_240...32_767),
      ("40000 65535", 10_240...32_767), ("1 2", 10_240...65_535),
    ] as [(String, ClosedRange<UInt16>)])
  func `ports are chosen beside those that connections have`(
    range: String, choice: ClosedRange<UInt16>
  ) {
    #expect(FreePort.choice(beside: range) == choice)
  }

  @Test func `the harness tells how a program ended`() throws {
    func run(_ script: String, seconds: Double = 10) throws -> Child.Result {
      try Child.run("sh", ["-c", script], environment: Programs.searchPath, seconds: seconds)
    }
    let plain = try run("echo out; echo err >&2; exit 7")
    #expect(plain.status == 7 && plain.stdout == "out\n" && plain.stderr == "err\n")
    #expect(try run("kill -TERM $$").status == 143)
    #expect(try run("env | grep -c HOME").stdout == "0\n")
    #expect(try run("read x", seconds: 5).status == 1, "standard input is empty")
    let late = try run("sleep 60", seconds: 0.2)
    #expect(late.status == -1)
  }

  @Test func `a world's files and section are where the programs look`() throws {
    let world = try World(registered: ["81.2.69.1"])
    try world.configure(["use_ipv6": "1", "username": nil], global: ["upd_privateip": "1"])
    let text = try #require(world.text("etc/config/ddns"))
    #expect(text.hasPrefix("config ddns 'global'\n\toption upd_privateip '1'\n"))
    #expect(text.contains("config service 'home'\n"))
    #expect(text.contains("\toption use_ipv6 '1'\n") && !text.contains("username '"))
    #expect(world.redactor.leak(in: "x=Zq7%2fs3cr%2Bt%20p%25w%c3%bc") == nil)
    #expect(world.redactor.leak(in: "x=Zq7%2fs3cr%2bt%20p%25w%c3%bc&") != nil)
    #expect(
      world.redactor.leak(in: Data("user:\(World.password)".utf8).base64EncodedString()) != nil)
  }
}
