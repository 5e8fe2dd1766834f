// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Postfix with a mailbox of Dovecot's, which `tools/mail.sh` runs.
package final class MailServer: Sendable {
  package static let user = "user"
  package static let password = "Mail pw ü"

  /// Ports: STARTTLS and TLS with a password, the relay in the clear.
  package let submission: UInt16
  package let tls: UInt16
  package let relay: UInt16
  private let imap: UInt16
  private let tool: String
  private let directory: String
  private let child: Child

  /// Starts one in a folder that is new, and goes with it.
  package init(
    tool: String, _ authority: TestAuthority, _ certificate: TestAuthority.Certificate = .good,
    in directory: String
  ) throws(MockError) {
    self.tool = tool
    self.directory = directory
    submission = try FreePort.find()
    tls = try FreePort.find()
    relay = try FreePort.find()
    imap = try FreePort.find()
    child = try Child(
      "bash",
      [tool, "serve", directory, authority.directory, certificate.rawValue]
        + [submission, tls, relay, imap].map { "\($0)" },
      environment: TestAuthority.environment)
    let ports = [submission, tls, relay, imap]
    let isUp = Wait.until(within: 20) { [child] in
      !child.isRunning || ports.allSatisfy { MailServer.answers($0) }
    }
    guard isUp, child.isRunning else { throw MockError("mail.sh: \(child.stderr)") }
  }

  deinit {
    child.signal(SIGTERM)
    child.wait(seconds: 10)
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// What is in the mailbox, as IMAP has it.
  package var mailbox: String {
    let result = try? Child.run(
      "bash", [tool, "read", "\(imap)"], environment: TestAuthority.environment)
    return (result?.stdout ?? "").replacing("\r\n", with: "\n")
  }

  /// Answers 451 for this recipient from now on, nil for none.
  package func grey(_ address: String?) {
    _ = try? Child.run(
      "bash", [tool, "grey", directory] + (address.map { [$0] } ?? []),
      environment: TestAuthority.environment)
  }

  private static func answers(_ port: UInt16) -> Bool {
    guard let stop = try? StopSignal() else { return false }
    return (try? Stream(to: "127.0.0.1", port: port, stop: stop)) != nil
  }
}
