// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The certificates of a test CA, made by `tools/tls.sh` in a directory of their own.
package struct TestAuthority: Sendable {
  package enum Certificate: String, CaseIterable, Sendable {
    case good, wrongname, expired, notyet, otherca
  }

  /// The path of `tools/tls.sh`.
  package let tool: String
  package let directory: String

  package var file: String { directory + "/ca.pem" }
  /// A directory with the CA under its own and its hashed name.
  package var folder: String { directory + "/ca.d" }
  package var otherFile: String { directory + "/otherca-ca.pem" }

  package init(tool: String, directory: String) throws(MockError) {
    self.tool = tool
    self.directory = directory
    let made = try Child.run(
      "bash", [tool, "certs", directory], environment: TestAuthority.environment)
    guard made.status == 0 else { throw MockError("tls.sh certs: \(made.stderr)") }
  }

  static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
}

/// nginx in front of a plain server: it ends TLS and passes the bytes on, faults included.
package final class TLSFront: Sendable {
  package let port: UInt16
  private let child: Child

  package init(
    _ authority: TestAuthority, _ certificate: TestAuthority.Certificate = .good,
    upstream: UInt16
  ) throws(MockError) {
    var reason = ""
    for _ in 0..<5 {
      let port = try FreePort.find()
      let child = try Child(
        "bash",
        [
          authority.tool, "serve", authority.directory, certificate.rawValue, "\(port)",
          "\(upstream)",
        ],
        environment: TestAuthority.environment)
      let isUp = Wait.until(within: 10) { !child.isRunning || TLSFront.answers(port) }
      if isUp, child.isRunning {
        self.port = port
        self.child = child
        return
      }
      reason = child.stderr
    }
    throw MockError("nginx does not start: \(reason)")
  }

  package func stop() {
    child.signal(SIGTERM)
    child.wait(seconds: 5)
  }

  private static func answers(_ port: UInt16) -> Bool {
    guard let stop = try? StopSignal() else { return false }
    return (try? Stream(to: "127.0.0.1", port: port, stop: stop)) != nil
  }
}
