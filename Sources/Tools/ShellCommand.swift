// SPDX-License-Identifier: Apache-2.0

import CommandLine
import JSON
import Provider
import Report
import Section
import System
import UCI
import Wire

/// `--shell`: what dynamic_dns_functions.sh lets the programs do. What may be a secret comes on
/// standard input.
enum ShellCommand {
  /// The longest text, in bytes.
  private static let inputLimit = 65_536

  static func run(
    _ request: [UInt8], _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    switch request {
    case "encode": return try Tool.answer(Text(Percent.encode(input())))
    case "expand":
      guard let address = IPAddress(try input().trimmed), address.family == .v6 else {
        throw Failure(.usage, "")
      }
      return try Tool.answer("\(address.expandedText)\n")
    case "fetch":
      let (url, overrides) = try wishes(input())
      let section = try SectionRequest(arguments, overrides, console)
      console.redactor.add(url: url)
      let response = try Delivery.fetch(
        url, section.settings, root: section.root, console)
      _ = try Tool.answer(Text(response.body))
      if response.status < 400 { return .ok }
      throw Failure(.temporary, "HTTP status \(response.status)")
    case "json": return try Tool.answer(Text(JSONValue.string(line()).encode()))
    case "variables": return try Tool.answer(Text(variables(arguments)))
    case "values":
      let request = try SectionRequest(arguments, [], console)
      for value in request.configuration?.values.said ?? [] { Output.report("value=\(value)\n") }
      return .ok
    case "notify": return try Notification.send(arguments, console)
    case "provider":
      return try Tool.answer(
        "\(ServiceAlias.candidates(for: arguments.words.first ?? []).last ?? [])\n")
    case "export": return try Tool.answer(Text(package(arguments).export()))
    default:
      throw Failure(
        .usage,
        "--shell '\(request)': use fetch, encode, expand, json, variables, provider or export")
    }
  }

  private static func input(limit: Int = inputLimit) throws(Failure) -> [UInt8] {
    do throws(SystemError) { return try Input.all(limit: limit) } catch {
      throw Failure(.usage, error.message)
    }
  }

  /// All of the input, which may be a log, without the end of its last line.
  private static func line() throws(Failure) -> [UInt8] {
    let text = try input(limit: 64 * inputLimit)
    return text.last == UInt8(ascii: "\n") ? text.dropLast() : text
  }

  private static func variables(_ arguments: Arguments) throws(Failure) -> [UInt8] {
    let name = arguments.value("S") ?? []
    let configuration = try Configuration(arguments).withValues(of: name, for: .person)
    let section = try configuration.section(at: name)
    let settings = try configuration.serviceSection(section)
    let files = RunFiles(
      configuration.global, section: settings.name, root: configuration.root)
    return ShellVariables(section, settings, configuration.global, files).bytes
  }

  /// A package of /etc/config by its name.
  private static func package(_ arguments: Arguments) throws(Failure) -> UCIPackage {
    let name = arguments.words.first ?? [UInt8]("ddns")
    guard UCIName.isName(name) else { throw Failure(.usage, "'\(name)' is no package") }
    if name == "ddns" { return try Configuration(arguments).package }
    let path = Configuration.path(of: name, arguments)
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try File.read(path, limit: UCIPackage.byteLimit) } catch {
      throw Failure(.config, error.message)
    }
    do throws(UCIError) { return try UCIPackage.parse(bytes, name: name) } catch {
      throw Failure(.config, "\(path):\(error.line): \(error.message)")
    }
  }

  /// The URL to fetch, and behind it, a line each, the variables a script has perhaps changed.
  private static func wishes(_ text: [UInt8]) -> (url: [UInt8], SectionRequest.Overrides) {
    let lines = text.pieces(separatedBy: UInt8(ascii: "\n")).map { Array($0) }
    guard lines.count > 5 else { return (Array(text.trimmed), []) }
    return (
      lines[0],
      [
        ("cacert", lines[1]), ("proxy", lines[2]), ("bind_network", lines[3]),
        ("force_ipversion", lines[4]), ("use_ipv6", lines[5]),
      ]
    )
  }
}
