// SPDX-License-Identifier: Apache-2.0

import CommandLine
import JSON
import Net
import Provider
import Report
import Section
import System
import Tools
import Wire

/// The program `/usr/bin/ddns`: the user's own provider files (contract 6.3).
final class ServiceCommand {
  static let syntax = Arguments.Syntax(
    program: "ddns", letters: "c:hV", names: "root: help version", wordLimit: 9, help: help,
    isCompatible: true)

  /// OpenWrt's provider files, laid out as they are installed.
  private static let standardURL: Literal =
    "https://raw.githubusercontent.com/openwrt/packages/master/net/ddns-scripts/files/usr/share/ddns"

  private let root: [UInt8]
  private let global: GlobalOptions
  private var list: [UInt8] { root + [UInt8]("/usr/share/ddns/list") }
  private var custom: [UInt8] { root + [UInt8]("/usr/share/ddns/custom") }

  private init(_ arguments: Arguments) {
    root = Configuration.root(arguments)
    global = (try? Configuration(arguments))?.global ?? GlobalOptions()
  }

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> Int32 {
    let words = arguments.words
    guard let command = words.first else {
      _ = try Tool.answer("\n\(help)")
      return 1
    }
    guard command == "service" else { return refuse("Command not supported", showsHelp: true) }
    let programs = ServiceCommand(arguments)
    switch words.count > 1 ? words[1] : [] {
    case "update": return try programs.update()
    case "list-available": return try programs.listAvailable()
    case "list-installed": return try programs.listInstalled()
    case "install": return try programs.install(words.dropFirst(2).first)
    case "remove": return programs.remove(words.dropFirst(2).first)
    case "purge": return programs.purge()
    default:
      _ = refuse("Action not supported", showsHelp: true)
      return 2
    }
  }

  private static func refuse(_ words: Text, showsHelp: Bool = false) -> Int32 {
    Output.complain(words + "\n")
    if showsHelp { Output.complain("\(help)") }
    return 1
  }

  // MARK: - Actions

  private func update() throws(Failure) -> Int32 {
    guard isTrustUsable() else { return 5 }
    let content = try fetch([[UInt8]("list")])
    let names = content.words
    guard !names.isEmpty, names.allSatisfy({ Self.isName(Array($0)) }) else {
      throw Failure(.protocolError, "what the server sent is no list of services")
    }
    return try save(content, list)
  }

  private func listAvailable() throws(Failure) -> Int32 {
    guard let content = try? File.read(list, limit: 65_536), !content.isEmpty else {
      _ = Self.refuse("No custom service list file found. Please download first")
      return 3
    }
    _ = try Tool.answer(Text(content))
    return 0
  }

  private func listInstalled() throws(Failure) -> Int32 {
    var names = File.names(in: custom)
    guard !names.isEmpty else {
      _ = Self.refuse("No custom services installed")
      return 4
    }
    var text: Text = ""
    while let next = names.indices.min(by: { names[$0].lexicographicallyPrecedes(names[$1]) }) {
      text += "\(names.remove(at: next))\n"
    }
    _ = try Tool.answer(text)
    return 0
  }

  private func install(_ name: [UInt8]?) throws(Failure) -> Int32 {
    guard let name = Self.checked(name) else { return 4 }
    guard isTrustUsable() else { return 5 }
    let file = name + [UInt8](".json")
    // Below a directory of its own as OpenWrt has it, or beside the list.
    let content = try fetch([[UInt8]("default/") + file, file])
    guard Self.isService(content) else {
      throw Failure(.protocolError, "what the server sent for \(name) is no provider file")
    }
    return try save(content, path(name))
  }

  private func remove(_ name: [UInt8]?) -> Int32 {
    guard let name = Self.checked(name) else { return 4 }
    guard File.info(path(name)) != nil else { return Self.refuse("\(path(name)): no such file") }
    return delete(path(name))
  }

  private func purge() -> Int32 {
    var status = delete(list)
    for file in File.names(in: custom) { status = max(status, delete(custom + [47] + file)) }
    return status
  }

  private func delete(_ path: [UInt8]) -> Int32 {
    do throws(SystemError) { try File.remove(path) } catch { return Self.refuse(error.message) }
    return 0
  }

  // MARK: - Names and files

  private func path(_ name: [UInt8]) -> [UInt8] { Text("\(custom)/\(name).json").bytes }

  /// The name; nil, with a complaint, when it is missing or bad.
  private static func checked(_ name: [UInt8]?) -> [UInt8]? {
    if let name, isName(name) { return name }
    _ = refuse(name.map { "'\($0)' is no service name" } ?? "No custom service specified")
    return nil
  }

  /// Whether it can be a file's name that stays in its directory, and part of a URL.
  private static func isName(_ name: [UInt8]) -> Bool {
    guard let first = name.first, first != UInt8(ascii: "."), name.count < 128 else { return false }
    return name.allSatisfy {
      $0.isLetter || $0.isDigit || $0.isOne(of: "._-+")
    }
  }

  /// Whether it is an object that has a URL for at least one family.
  private static func isService(_ content: [UInt8]) -> Bool {
    guard content.count <= ServiceEntry.fileLimit, let root = try? JSONValue.parse(content) else {
      return false
    }
    return (root["ipv4"]?["url"] ?? root["ipv6"]?["url"])?.string?.isEmpty == false
  }

  /// Writes the whole file or nothing, so that a broken transfer never hides a good one (B34).
  private func save(_ content: [UInt8], _ path: [UInt8]) throws(Failure) -> Int32 {
    do throws(SystemError) {
      try File.createDirectory(custom)
      try File.replace(path, with: content, mode: 0o644, durable: true)
    } catch { throw Failure(.osError, error.message) }
    return 0
  }

  // MARK: - Transfer

  private func isTrustUsable() -> Bool {
    guard case .path(let path) = ServiceSection.trust(global.servicesTrust),
      File.info(root + path) == nil
    else {
      return true
    }
    _ = Self.refuse("Certification file not found (\(path))")
    return false
  }

  /// The first of the files that the server has.
  private func fetch(_ files: [[UInt8]]) throws(Failure) -> [UInt8] {
    var base = global.servicesURL ?? [UInt8](Self.standardURL)
    while base.last == UInt8(ascii: "/") { base.removeLast() }
    // Any way out will do; the default, `network`, would bind the request to that network.
    let settings = try SectionRequest.section([
      ("ip_source", [UInt8]("web")), ("cacert", global.servicesTrust ?? []),
    ])
    let client = try SectionClient(settings, root: root)
    var problem: Text = ""
    for file in files {
      guard let url = URL(base + [UInt8(ascii: "/")] + file) else {
        throw Failure(.config, "option 'url' is no http or https URL")
      }
      let response = try client.fetch(url, families: [.v4, .v6])
      if (200...299).contains(response.status) { return response.body }
      problem = "\(url.host): HTTP status \(response.status) for \(file)"
    }
    throw Failure(.temporary, problem)
  }

  static let help: Literal = """
    usage: ddns service ACTION

    Keeps the provider files of /usr/share/ddns/custom, which win over those that
    came with the programs.

      update            download the list of providers
      list-available    print it
      list-installed    print the names of the files
      install NAME      download a file
      remove NAME       delete it
      purge             delete all of them, and the list
      -h, -V            this help, the version

    exit status: 0 ok, 1 usage or failure, 2 no such action, 3 no list,
    4 no such file or name, 5 no certificate

    """
}

/// The entry the C `main` calls.
@c public func ddns_service_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Tool.runCompatible(
    Array(Tool.arguments(count, values).dropFirst()), ServiceCommand.syntax, ServiceCommand.run)
}
