// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Mail by Postfix into a mailbox of Dovecot's, read back.
  @Suite(
    .enabled(
      if: Programs.isRoot && Programs.isInstalled("postfix") && Programs.isInstalled("dovecot")
        && Programs.hasNginx), .serialized)
  struct MailTests {
    static func server(_ certificate: TestAuthority.Certificate) throws -> MailServer {
      let folder = FileManager.default.temporaryDirectory.path + "/ddns-mail-\(UUID().uuidString)"
      return try MailServer(
        tool: Programs.source("tools/mail.sh"), Authority.shared(), certificate, in: folder)
    }

    private static func options(
      _ port: UInt16, to: String, _ changes: [String: String] = [:]
    ) -> [String: String] {
      [
        "type": "mail", "server": "localhost", "port": "\(port)", "cacert": "/ca.pem",
        "username": MailServer.user, "password": MailServer.password,
        "from": "router@example.com", "to": to,
      ].merging(changes) { $1 }
    }

    private static func world(_ notify: [String: String]) throws -> World {
      let world = try NoticeTests.world(notify)
      try world.write(
        "ca.pem", String(contentsOfFile: Authority.shared().file, encoding: .utf8))
      return world
    }

    private func test(_ world: World) throws -> Child.Result {
      let result = try world.run("ddns-runner", ["--notify-test"], seconds: 60)
      #expect(!result.output.contains(MailServer.password))
      return result
    }

    /// Waits for a message to this recipient; empty when none comes.
    private func message(_ server: MailServer, to address: String) -> String {
      var found = ""
      _ = Wait.until(within: 10) {
        found =
          server.mailbox.components(separatedBy: " FETCH (").first {
            $0.contains("X-Original-To: \(address)\n")
          } ?? ""
        return !found.isEmpty
      }
      return found
    }

    @Test(arguments: ["starttls", "tls", "none"])
    func `a change arrives in the mailbox, in words`(security: String) throws {
      let server = try MailTests.server(.good)
      let to = "\(security)@example.com"
      let port =
        security == "none" ? server.relay : security == "tls" ? server.tls : server.submission
      var options = MailTests.options(port, to: to, ["security": security])
      if security == "none" { (options["username"], options["password"]) = (nil, nil) }
      let world = try MailTests.world(options)
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.log().contains("notice 'change' by 'me' sent"), "\(world.log())")
      #expect(!world.log().contains(MailServer.password))
      let message = message(server, to: to)
      for line in [
        "From: <router@example.com>", "To: \(to)", "Auto-Submitted: auto-generated",
        "Subject: \(World.host): the address is \(World.seen) now", "Section: home",
        "To do:   nothing", "Content-Type: text/plain; charset=utf-8",
      ] { #expect(message.contains("\n\(line)\n"), "\(line)\n\(message)") }
    }

    @Test func `STARTTLS that is not offered is an error, and nothing goes in the clear`() throws {
      let server = try MailTests.server(.good)
      let to = "clear@example.com"
      let result = try test(
        MailTests.world(MailTests.options(server.relay, to: to)))
      #expect(result.status == 77, "\(result.output)")
      #expect(result.stderr.contains("the server offers no STARTTLS"), "\(result.output)")
      #expect(!server.mailbox.contains(to))
    }

    @Test func `a wrong password is said, and not tried again`() throws {
      let server = try MailTests.server(.good)
      let world = try MailTests.world(
        MailTests.options(server.submission, to: "pw@example.com", ["password": "wr0ng-one"]))
      let result = try test(world)
      #expect(result.status == 77 && result.stderr.contains(": 535 "), "\(result.output)")
      #expect(!result.output.contains("wr0ng-one"))
    }

    @Test func `what is refused for now is sent later`() throws {
      let server = try MailTests.server(.good)
      let to = "grey@example.com"
      server.grey(to)
      let world = try MailTests.world(MailTests.options(server.submission, to: to))
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(
        Wait.until(within: 20) {
          world.log().contains("not sent yet: localhost:\(server.submission): 451 ")
        }, "\(world.log())")
      server.grey(nil)
      // What waits goes with the next that is told.
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("81.2.69.99\n")))
      child.signal(SIGUSR1)
      #expect(
        Wait.until(within: 30) {
          server.mailbox.components(separatedBy: "X-Original-To: \(to)\n").count == 3
        }, "\(world.log())")
      // A letter in the mailbox is sent for us only when its tool has ended.
      #expect(
        Wait.until(within: 20) {
          world.text("etc/ddns/state/home.notices")?.contains("letter") == false
        }, "\(world.log())")
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test(arguments: [TestAuthority.Certificate.wrongname, .expired, .otherca])
    func `a certificate that is not the server's ends it`(
      certificate: TestAuthority.Certificate
    ) throws {
      let server = try MailTests.server(certificate)
      for (port, security) in [(server.submission, "starttls"), (server.tls, "tls")] {
        let result = try test(
          MailTests.world(
            MailTests.options(port, to: "tls@example.com", ["security": security])))
        #expect(result.status == 75, "\(result.output)")
        #expect(result.stderr.contains("certificate"), "\(result.output)")
      }
      #expect(!server.mailbox.contains("tls@example.com"))
    }

    @Test func `a subject and a text in UTF-8 come as they were`() throws {
      let server = try MailTests.server(.good)
      let world = try MailTests.world(
        MailTests.options(server.submission, to: "utf@example.com"))
      #expect(try test(world).status == 0)
      let message = message(server, to: "utf@example.com")
      #expect(message.contains("\nSubject: a test of the notices of ddns\n"), "\(message)")
    }
  }
}
