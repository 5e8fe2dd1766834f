// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// No output, file or message holds a credential in any spelling (users 30, B12, B13).
  @Suite struct SecretTests {
    /// Everything below the tree except the configuration.
    private func files(_ world: World) -> [(name: String, text: String)] {
      let names = FileManager.default.enumerator(atPath: world.root)?.allObjects ?? []
      return names.compactMap { $0 as? String }.filter { !$0.hasPrefix("etc/config") }
        .compactMap { name in world.text(name).map { (name, $0) } }
    }

    @Test(arguments: [
      "a%2bb%25c", "p=a&b#c", "tr\"icky\\one", "p\u{e4}ssw\u{f6}rt", "$1 $(id) `id`", "a+b c/d?e",
      "[PASSWORD]", "%s%n%x", "ends with blank ", "\u{1F511}key",
    ])
    func `any password arrives as it is and shows up nowhere (B12, B14)`(password: String) throws {
      let world = try World()
      world.mock.provider.settings.password = password
      try world.configure(["password": password])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.updates.first?.basic()?.password == password)
      // A placeholder's own name is no secret: the template is shown with it.
      if password == "[PASSWORD]" { return }
      let redactor = Redactor([password, "user:\(password)"])
      #expect(redactor.leak(in: result.output) == nil)
      for file in files(world) { #expect(redactor.leak(in: file.text) == nil, "\(file.name)") }
    }

    @Test(arguments: [
      HTTPFault.close, .garbage, .silent, .respond(HTTPAnswer("badauth")),
      .respond(HTTPAnswer(500, "no")), .redirect("http://127.0.0.1:1/elsewhere"),
    ])
    func `error messages hold no credential either`(fault: HTTPFault) throws {
      let world = try World()
      try world.configure([
        "update_url": "http://127.0.0.1:\(world.mock.http.port)"
          + "/nic/update?hostname=[DOMAIN]&username=[USERNAME]&password=[PASSWORD]&myip=[IP]",
        "param_enc": "Param-Enc-S3cret",
      ])
      if case .silent = fault { world.mock.http.script.add("/nic/update", .close) }
      world.mock.http.script.add("/nic/update", fault)
      let result = try world.runner(["-v", "2"])
      #expect(result.status != 0)
      #expect(!result.output.contains("Param-Enc-S3cret"))
      for file in files(world) {
        #expect(world.redactor.leak(in: file.text) == nil, "\(file.name)")
      }
    }

    @Test func `an answer that repeats the password does not bring it into the log`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer("error: password \(World.password) is wrong\n")))
      let result = try world.runner(["-v", "2"])
      #expect(result.status != 0)
    }

    @Test func `an answer cannot forge log lines or steer the terminal`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update",
        .respond(HTTPAnswer("badauth \u{1b}[2J\n 120000  note : Update successful\n")))
      let result = try world.runner(["-v", "2"])
      #expect(!result.output.contains("\u{1b}") && !world.log().contains("\u{1b}"))
      #expect(!world.log().contains("\n 120000  note : Update successful"))
    }

    @Test func `--check, --show and --status do not leak`() throws {
      let world = try World()
      try world.configure()
      _ = try world.runner(["-v", "2"])
      let check = try world.run("ddns-runner", ["--check"])
      let status = try world.run("ddns-runner", ["--status"])
      #expect(world.redactor.leak(in: check.output + status.output) == nil)
    }
  }
}
