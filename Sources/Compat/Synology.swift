// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Provider
import Report
import Section  // of a local: Embedded Swift asks for it
import Tools
import UCI  // of a local: Embedded Swift asks for it
import Wire

/// `ddns-synology USER PASSWORD HOSTNAME ADDRESS`: what DSM calls as the module of a provider.
///
/// A link `ddns-synology-NAME` is for the provider NAME and needs no configuration. The name alone
/// takes the section `synology`, where the provider and further options are. The answer is one word
/// of those that DSM has words for, the status always 0.
enum Synology {
  private static let name: Literal = "ddns-synology"
  static let syntax = Arguments.Syntax(
    program: name, letters: "hV", names: "root: help version", wordLimit: 4, help: help)

  static func run(
    _ program: [UInt8], _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    let word: Literal
    do throws(Failure) {
      word = try Self.word(of: update(program, arguments, console))
    } catch {
      if !error.message.bytes.isEmpty { console.log(.error, error.message) }
      word = Self.word(of: error.status)
    }
    return try Tool.answer("\(word)\n")
  }

  private static func update(
    _ program: [UInt8], _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ResultWord {
    let words = arguments.words
    guard words.count == 4, let address = IPAddress(words[3]) else {
      throw Failure(.usage, "usage: \(name) USER PASSWORD HOSTNAME ADDRESS")
    }
    let configuration = try configuration(of: program, arguments)
    let section = SectionRequest.section(
      try configuration.section(at: [UInt8]("synology")),
      [
        ("username", words[0]), ("password", words[1]), ("domain", words[2]),
        // The address is there, and it is nobody's network that it has to leave by.
        ("ip_source", [UInt8]("web")), ("use_ipv6", [UInt8](address.family == .v6 ? "1" : "0")),
      ])
    let settings = try configuration.serviceSection(section)
    console.adopt(settings)
    let outcome = try Delivery.send(
      address, for: settings, configuration, isDryRun: false, console)
    guard let outcome else { throw Failure(.software, "") }
    if !outcome.isSuccess { console.log(.error, outcome.message(hiding: console.redactor)) }
    return outcome.word
  }

  private static func configuration(
    of program: [UInt8], _ arguments: Arguments
  ) throws(Failure) -> Configuration {
    let base = program[(program.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    let service = base.dropFirst(name.count + 1)
    guard !service.isEmpty else { return try Configuration(arguments) }
    guard service.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "'") }) else {
      throw Failure(.config, "'\(service)' is no name of a provider")
    }
    let text: Text = "config service 'synology'\n option service_name '\(service)'\n"
    return try Configuration(arguments, handed: text.bytes)
  }

  /// The words of DSM; it shows others as an unknown error.
  private static func word(of word: ResultWord) -> Literal {
    switch word {
    case .good, .nochg, .nohost, .abuse, .notfqdn, .badauth, .badagent, .emergency: word.text
    case .yours, .active, .numhost: ResultWord.nohost.text
    case .badsys, .badparam, .donator: ResultWord.badagent.text
    case .dnserr, .servererror, .interval, .wait, .unknown: ResultWord.emergency.text
    }
  }

  private static func word(of status: ExitStatus) -> Literal {
    switch status {
    case .usage: "badparam"
    case .config: "badagent"
    case .temporary: "badconn"
    case .ok, .differs, .software, .osError, .protocolError, .refused: "911"
    }
  }

  static let help: Literal = """
    usage: ddns-synology USER PASSWORD HOSTNAME ADDRESS
           ddns-synology-NAME [--root DIR] USER PASSWORD HOSTNAME ADDRESS

    Tells a provider an address, as a module of Synology's DSM, and prints one of
    its words: good, nochg, badauth, nohost, notfqdn, abuse, badagent, badparam,
    badconn or 911. The provider is NAME, that of its file, or what the
    section 'synology' of /etc/config/ddns says.

    exit status: always 0

    """
}

/// The entry the C `main` calls. What is secret in the arguments is taken out of sight.
@c public func ddns_synology_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  let words = Tool.arguments(count, values)
  for index in 1..<max(Int(count), 1) {
    var place = values[index]
    while let byte = place, byte.pointee != 0 {
      byte.pointee = CChar(UInt8(ascii: "*"))
      place = byte + 1
    }
  }
  let isOption =
    ([
      "-h", "-V", "--help", "--version", "--root",
    ] as [Literal]).contains { words.count > 1 && words[1] == $0 }
  return Tool.run(
    isOption ? Array(words.dropFirst()) : [[UInt8]("--")] + words.dropFirst(), Synology.syntax
  ) { (arguments, console) throws(Failure) in
    try Synology.run(words.first ?? [], arguments, console)
  }
}
