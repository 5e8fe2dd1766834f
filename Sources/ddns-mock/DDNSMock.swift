// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock

/// The loopback provider as a program.
@main
struct DDNSMock {
  static func main() {
    do throws(MockError) {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      if options.wantsHelp {
        write(Options.help, to: 1)
      } else {
        try serve(options)
      }
    } catch {
      write("ddns-mock: \(error)\n", to: 2)
      exit(64)
    }
  }

  private static func serve(_ options: Options) throws(MockError) {
    // Blocked before the first thread starts, so that every thread has them blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGUSR1)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let mock = try LoopbackProvider(
      options.settings, httpPort: options.httpPort, dnsPort: options.dnsPort)
    for (name, addresses) in options.records { mock.zone.set(name, to: addresses) }
    for (name, target) in options.aliases { mock.zone.alias(name, to: target) }
    if let path = options.scriptPath {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw MockError("cannot read \(path)")
      }
      let text = String(decoding: data, as: UTF8.self)
      do throws(MockError) {
        try ScriptText.load(text, http: mock.http.script, dns: mock.dns.script)
      } catch {
        throw MockError("\(path): \(error)")
      }
    }
    if let path = options.logPath { try log(mock, to: path) }
    let ubus = try options.ubusPath.map { path throws(MockError) in
      try LoopbackUbus(path: path)
    }
    for network in options.networks { ubus?.set(network.name, network.status) }
    write("ready http=\(mock.http.port) dns=\(mock.dns.port)\n", to: 1)
    var signal: Int32 = 0
    repeat {
      sigwait(&signals, &signal)
      if signal == SIGUSR1 {
        for network in options.networks { ubus?.event("ifup", network.name) }
      }
    } while signal == SIGUSR1
    ubus?.stop()
    mock.stop()
  }

  private static func log(_ mock: LoopbackProvider, to path: String) throws(MockError) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw MockError("cannot write \(path)") }
    let settings = mock.provider.settings
    let redactor = Redactor([settings.password, "\(settings.user):\(settings.password)"])
    mock.http.requests.observe { request in
      let scheme = request.isTLS ? "https" : "http"
      let login = request.field("Authorization") == nil ? "" : " with credentials"
      let agent = request.field("User-Agent") ?? "nobody"
      write(
        redactor.redact("\(scheme) \(request.method) \(request.target)\(login) by \(agent)\n"),
        to: file)
    }
    mock.dns.queries.observe { query in
      write("dns \(query.transport.rawValue) \(query.name) \(query.typeName)\n", to: file)
    }
  }

  private static func write(_ text: String, to file: Int32) {
    let bytes = Array(text.utf8)
    _ = Foundation.write(file, bytes, bytes.count)
  }
}
