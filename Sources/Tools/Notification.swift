// SPDX-License-Identifier: Apache-2.0

import CommandLine
import JSON
import Net
import Report
import Section
import System
import UCI
import Wire

/// `--shell notify`: tells somebody what a runner has handed over, by the way of a notify section.
final class Notification {
  private let message: NoticeText
  private let target: NotifySection
  private let section: UCISection
  private let request: SectionRequest

  private init(
    _ message: NoticeText, _ target: NotifySection, _ section: UCISection,
    _ request: SectionRequest
  ) {
    self.message = message
    self.target = target
    self.section = section
    self.request = request
  }

  /// How long a program may take, in milliseconds.
  private static let programPatience: Int64 = 60_000

  static func send(
    _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    let request = try SectionRequest(arguments, [("ip_source", [UInt8]("interface"))], console)
    guard let package = request.configuration?.package,
      let section = package.section(named: request.settings.name),
      let letter = package.sections(ofType: "notice").last,
      let message = NoticeText(
        letter, date: { Clock.format($0, request.global.dateFormat) })
    else { throw Failure(.software, "no notice") }
    var problems: [ConfigError] = []
    let target = NotifySection(section, problems: &problems)
    if let problem = problems.first { throw Failure(.config, problem.message) }
    let notification = Notification(message, target, section, request)
    switch target.way {
    case .mail:
      Process.confine()
      try MailDelivery(target: target, request: request, console: console).send(message)
    case .program: try notification.run()
    case .webhook(let name): try notification.post(name, console)
    }
    return .ok
  }

  // MARK: - Program

  private func run() throws(Failure) {
    let path = File.program(target.program.first ?? [], root: request.root)
    let ending: Child.Ending?
    do throws(SystemError) {
      // A runner that ends this tool ends its group, and the program has to be in it.
      ending = try Child.run(
        path, target.program, environment: message.variables, patience: Self.programPatience,
        outputLimit: 65_536, leadsGroup: false
      ).ending
    } catch {
      throw Failure(error.kind == .tooLarge ? .protocolError : .config, error.message)
    }
    switch ending {
    case .exited(0): return
    case nil: throw Failure(.protocolError, "\(path): no end within 60 s: killed")
    case .killed(let signal):
      throw Failure(.protocolError, "\(path) was ended by signal \(signal)")
    case .exited(let status):
      throw Failure(.protocolError, "\(path) ended with status \(status)")
    }
  }

  // MARK: - Webhook

  private func post(_ name: [UInt8], _ console: Console) throws(Failure) {
    let file = try webhook(name)
    let headers =
      section.option("header").map { [$0] } ?? section.list("header")
      ?? file["headers"]?.array?.compactMap { $0.string } ?? []
    var template = file["url"]?.string ?? []
    // A file whose address is fixed, and a user who knows better.
    if let url = section.option("url"), template.firstIndex(of: [UInt8]("[URL]")) == nil {
      template = url
    }
    guard let url = URL(expanded(template, .url, file)) else {
      throw Failure(.config, "notify '\(target.name)': 'url' is no http or https URL")
    }
    let request = HTTPRequest(url, addresses: [])
    request.method = HTTPRequest.Method(section.option("method") ?? file["method"]?.string ?? [])
    for header in headers {
      let field = expanded(header, .field, file)
      // One that is about a value that is not there is not sent.
      guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
        header.firstIndex(of: [UInt8]("[PASSWORD]")) == nil
          || !self.request.settings.password.isEmpty
      else { continue }
      request.fields.append(
        (name: Array(field[..<colon]), value: Array(field[(colon + 1)...].trimmed)))
    }
    if request.method != .get {
      request.body = expanded(
        section.option("body") ?? file["body"]?.string ?? [], .json, file)
    }
    Process.confine()
    let client = try SectionClient(self.request.settings, root: self.request.root)
    let response = try client.fetch(request, families: [.v4, .v6], deadline: nil)
    if (200...299).contains(response.status) { return }
    let quote = console.redactor.shown(Quote(response.body), limit: 200, onOneLine: true)
    let mayPass = response.status >= 500 || response.status == 429 || response.status == 408
    throw Failure(
      mayPass ? .temporary : .refused, "\(url.host) says \(response.status): \(quote)")
  }

  private func webhook(_ name: [UInt8]) throws(Failure) -> JSONValue {
    let path = request.configuration?.webhookFile(name) ?? []
    do throws(SystemError) {
      let bytes = try File.read(path, limit: Configuration.webhookLimit)
      if let file = try? JSONValue.parse(bytes) { return file }
    } catch { throw Failure(.config, "notify '\(target.name)': \(error.message)") }
    throw Failure(.config, "\(path) is no JSON")
  }

  /// How a value is written where it stands.
  private enum Place { case url, field, json }

  /// A template with its placeholders filled in.
  private func expanded(_ template: [UInt8], _ place: Place, _ file: JSONValue) -> [UInt8] {
    var result: [UInt8] = []
    var rest = template[...]
    while let first = rest.popFirst() {
      let name = rest.prefix { $0.isLetter || $0 == UInt8(ascii: "_") }
      guard first == UInt8(ascii: "["), rest.dropFirst(name.count).first == UInt8(ascii: "]"),
        let value = value(of: Array(name), file)
      else {
        result.append(first)
        continue
      }
      rest = rest.dropFirst(name.count + 1)
      switch place {
      case .json: result += JSONValue.string(value).encode()
      case .field: result += value
      case .url: result += name.elementsEqual([UInt8]("URL")) ? value : Self.path(value)
      }
    }
    return result
  }

  private func value(of name: [UInt8], _ file: JSONValue) -> [UInt8]? {
    switch name {
    case "URL":
      var url = section.option("url") ?? file["server"]?.string ?? []
      while url.last == UInt8(ascii: "/") { url.removeLast() }
      return url
    case "TO": return target.to
    case "USERNAME": return request.settings.username
    case "PASSWORD": return request.settings.password.revealed
    default: return message.value(of: name)
    }
  }

  /// Percent-encoded, but for what tokens have that are parts of a path.
  private static func path(_ value: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in value {
      if byte.isOne(of: "/:") { result.append(byte) } else { result += Percent.encode([byte]) }
    }
    return result
  }
}
