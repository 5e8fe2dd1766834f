// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A planted value is looked for in everything that leaves a process (DESIGN 7, users 29, 30).
  @Suite struct PlantedSecretTests {
    /// A provider that takes everything, or refuses and repeats what it was told.
    private func server(_ secret: PlantedSecret, refuses: Bool) throws -> LoopbackHTTP {
      try LoopbackHTTP { request in
        if request.path == "/ip" { return HTTPAnswer(World.seen) }
        if !refuses { return HTTPAnswer("good \(World.seen)") }
        var answer = HTTPAnswer(401, "")
        answer.body = secret.echo(request)
        return answer
      }
    }

    /// The configuration, byte for byte.
    private func configure(
      _ world: World, _ secret: PlantedSecret, _ port: UInt16, _ changes: [String: String?] = [:]
    ) throws {
      let path = "127.0.0.1:\(port)/nic/update?u=[USERNAME]&p=[PASSWORD]&e=[PARAMENC]&myip=[IP]"
      let own: [String: String?] = [
        "update_url": secret.hasControl ? "http://\(path)" : "http://[USERNAME]:[PASSWORD]@\(path)",
        "password": "PASSWORD-HERE",
        "param_enc": "PARAMETER-HERE", "ip_url": "http://127.0.0.1:\(port)/ip", "use_syslog": "1",
      ]
      try world.configure(own.merging(changes) { $1 })
      let file = URL(fileURLWithPath: "\(world.root)/etc/config/ddns")
      var data = try Data(contentsOf: file)
      for (mark, value) in [
        ("'PASSWORD-HERE'", secret.password), ("'PARAMETER-HERE'", secret.parameter),
      ] {
        guard let range = data.range(of: Data(mark.utf8)) else { continue }
        data.replaceSubrange(range, with: PlantedSecret.quoted(value))
      }
      try data.write(to: file)
    }

    /// Nothing that came out of a run, and no file of the tree, holds the secret.
    private func search(
      _ world: World, _ secret: PlantedSecret, _ result: Child.Result, _ log: LogSocket?,
      _ what: String, at location: SourceLocation = #_sourceLocation
    ) {
      #expect(result.status != -1, "\(what)", sourceLocation: location)
      let output = Data(result.output.utf8)
      #expect(secret.leak(in: output) == nil, "\(what): console", sourceLocation: location)
      if let log {
        let sent = log.drain()
        #expect(secret.leak(in: sent) == nil, "\(what): syslog", sourceLocation: location)
      }
      let names = FileManager.default.enumerator(atPath: world.root)?.allObjects ?? []
      for case let name as String in names where !name.hasPrefix("etc/config") {
        var isFolder: ObjCBool = false
        let path = "\(world.root)/\(name)"
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
          !isFolder.boolValue, !name.hasSuffix("dev/log"),
          let data = FileManager.default.contents(atPath: path)
        else { continue }
        #expect(secret.leak(in: data) == nil, "\(what): \(name)", sourceLocation: location)
      }
    }

    @Test(arguments: PlantedSecret.all)
    func `a planted value arrives in the request and shows up nowhere else, at any level`(
      secret: PlantedSecret
    ) throws {
      for refuses in [false, true] {
        let world = try World(registered: [World.seen])
        let server = try server(secret, refuses: refuses)
        try configure(world, secret, server.port)
        let log = try LogSocket(below: world.root)
        for level in 0...3 {
          let arguments = ["-S", "home", "--once", "--force", "-v", "\(level)"]
          let result = try world.run("ddns-runner", arguments)
          search(world, secret, result, log, "level \(level), refuses \(refuses)")
        }
        for (program, arguments) in [
          ("ddns-update", ["-S", "home", "-v", "2", World.seen]),
          ("ddns-update", ["-S", "home", "-v", "2", "-d", World.seen]),
          ("ddns-verify", ["-S", "home", "-v", "2"]),
          ("ddns-detect-ip", ["-S", "home", "-v", "2"]),
          ("ddns-runner", ["--check", "-v", "2"]), ("ddns-runner", ["--html"]),
        ] {
          let result = try world.run(program, arguments)
          search(world, secret, result, log, "\(program) \(arguments), refuses \(refuses)")
          #expect(result.status != 64, "\(program): \(result.stderr)")
        }
        let sent = server.requests.all.filter { $0.path == "/nic/update" }
        #expect(!sent.isEmpty, "the values are configuration like any other")
        let target = Data((sent.last?.target ?? "").utf8)
        let arrived = [secret.password, secret.parameter].allSatisfy { value in
          ["%%%02x", "%%%02X"].contains {
            target.range(of: Data(PlantedSecret.percent(value, $0))) != nil
          }
        }
        #expect(arrived, "\(sent.last?.target ?? "")")
      }
    }

    @Test(arguments: [PlantedSecret.all[1], PlantedSecret.all[3], PlantedSecret.all[6]])
    func `errors of the network and of TLS hold no planted value`(secret: PlantedSecret) throws {
      let world = try World(registered: [World.seen])
      let port = world.mock.http.port
      let login = "http://[USERNAME]:[PASSWORD]@"
      let urls = [
        "\(login)127.0.0.1:1/update?[PASSWORD]&[PARAMENC]&[IP]",
        "https://[USERNAME]:[PASSWORD]@127.0.0.1:\(port)/update?[PASSWORD]&[PARAMENC]&[IP]",
        "\(login)no-such-host.test/update?[PASSWORD]&[PARAMENC]&[IP]",
        "\(login)127.0.0.1:\(port)/garbage/update?[PASSWORD]&[PARAMENC]&[IP]",
        "http://[PARAMENC]/update?[PASSWORD]&[PARAMENC]&[IP]",
      ]
      world.mock.http.script.add("/garbage/update", .garbage)
      let log = try LogSocket(below: world.root)
      for url in urls {
        try configure(
          world, secret, port, ["update_url": url, "ip_url": world.page("/ip", isIPv6: false)])
        for arguments in [["--once", "--force", "-v", "1"], ["-v", "2"], ["--check"]] {
          let result = try world.run("ddns-runner", ["-S", "home"] + arguments)
          search(world, secret, result, log, "\(url) \(arguments)")
        }
        let tool = try world.run("ddns-update", ["-S", "home", "-v", "2", World.seen])
        search(world, secret, tool, log, url)
        #expect(tool.status != 0, "\(url)")
      }
    }

    @Test(arguments: ["pr0xy-S3cret", "a%2Fb%23c%40d", "prefix-and-more"])
    func `a proxy's credentials show up nowhere, be they right or wrong`(password: String) throws {
      let plain = password.removingPercentEncoding ?? password
      for right in [true, false] {
        let world = try World(registered: [World.seen])
        let proxy = try LoopbackProxy(user: "prox", password: right ? plain : "another")
        let address = "prox:\(password)@127.0.0.1:\(proxy.port)"
        try world.configure([
          "proxy": address, "ip_url": "http://provider.test:\(world.mock.http.port)/ip",
        ])
        let result = try world.runner(["--once", "-v", "1"])
        #expect((result.status == 0) == right, "\(result.output)")
        let tool = try world.update(["-v", "2", World.seen])
        let check = try world.run("ddns-runner", ["--check"])
        let all = Redactor([password, plain, "prox:\(plain)", "prox:\(password)"])
        for text in [result.output, tool.output, check.output, world.log()] {
          #expect(all.leak(in: text) == nil, "\(text)")
        }
      }
    }

    @Test(.native)
    func `no process has a planted value in its arguments or its environment`() throws {
      let secret = PlantedSecret.all[7]
      let world = try World(registered: [World.seen])
      try configure(
        world, secret, world.mock.http.port, ["ip_source": "script", "ip_script": "/bin/ip"])
      try world.write(
        "bin/ip",
        "#!/bin/sh\ncat /proc/$$/environ >'\(world.root)/tmp/script.env'\n"
          + "echo \(World.seen)\n", mode: 0o755)
      world.mock.http.script.add("*", .delay(0.5))
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "2"])
      var seen: Set<String> = []
      _ = Wait.until(within: 20) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
          guard let process = pid_t(name) else { continue }
          let texts = Processes.texts(process)
          if texts.first?.contains(world.root) == true { seen.formUnion(texts) }
        }
        return !child.isRunning
      }
      let result = child.wait()
      #expect(seen.contains { $0.hasPrefix("ddns-update\u{0}") }, "the sampling saw the tool")
      for text in seen { #expect(secret.leak(in: Data(text.utf8)) == nil, "\(text)") }
      #expect(world.exists("tmp/script.env"), "\(result.output)")
      search(world, secret, result, nil, "level 2")
    }

    @Test func `a crash leaves no core with the secrets in it`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .delay(3))
      let command =
        "ulimit -c unlimited; exec '\(Programs.path("ddns-runner"))' --root '\(world.root)'"
        + " -S home -v 0"
      let child = try Child("sh", ["-c", command], environment: Programs.searchPath)
      #expect(Wait.until(within: 10) { world.mock.http.connectionCount > 0 })
      let limits = FileManager.default.contents(atPath: "/proc/\(child.pid)/limits") ?? Data()
      let line = String(decoding: limits, as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix("Max core file size")
      }
      #expect(line?.split(separator: " ").dropFirst(4).first == "0", "\(line ?? "")")
    }

    @Test(arguments: [SIGSEGV, SIGABRT])
    func `a runner and a tool that crash write no core file`(signal: Int32) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/ip", .silent)
      // Where core_pattern is the name of a file it is written to the folder of the process.
      try world.write("cores/empty", "")
      let command =
        "ulimit -c unlimited && cd '\(world.root)/cores' && exec '\(Programs.path("ddns-runner"))'"
        + " --root '\(world.root)' -S home -v 0"
      // A debug build would rather tell where it crashed, and take its time.
      let environment = Programs.searchPath.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
      let child = try Child("sh", ["-c", command], environment: environment)
      #expect(Wait.until(within: 10) { world.mock.http.connectionCount > 0 })
      for tool in Processes.children(of: child.pid) { kill(tool, signal) }
      #expect(Wait.until(within: 10) { world.log().contains("was ended by signal \(signal)") })
      child.signal(signal)
      #expect(child.wait(seconds: 10).status == 128 + signal)
      #expect(world.names(in: "cores") == ["empty"])
    }
  }
}
