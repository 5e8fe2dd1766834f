// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Asks for what a new section needs: which question comes when, what an answer does, and what
/// section comes of it. It asks nobody itself, and what is known of a provider is told to it.
///
/// A class because code that copies its fields is large.
public final class Interview {
  /// What is to be done next.
  public enum Effect: UInt8, Sendable {
    /// Check `section` as it is so far, for `learned`.
    case learn
    /// Show `text`, and take an answer, for `answered`.
    case ask
    /// Say `text`, which is what is missing or wrong, and end: nobody is there to be asked.
    case refuse
    /// Check the section, try it, and say what comes of it, for `tried`.
    case test
    /// Write the section.
    case write
    /// End without.
    case stop
  }

  /// The providers by name, in order; what they are set to does not matter.
  public var services: [UCIOption] = []
  /// Where the address comes from, if nobody says anything else.
  public var source: Literal = "network"
  /// Whether somebody can be asked.
  public var hasPerson = true
  /// Whether the section is to be written whatever comes of the tests, and nobody asked at last.
  public var isSure = false

  /// The option that is asked for: `section` for the name, empty for the last question.
  public private(set) var option: [UInt8] = []
  /// What is to be shown.
  public private(set) var text: Text = ""

  private let package: UCIPackage
  private var draft: UCISection
  private let rows: [[UInt8]]
  private var place = 0
  /// Whether everything is asked once more, with the answers of before for empty ones.
  private var isAnew = false
  private var works = false
  /// What a user should know about the provider, with its own words for options.
  private var note: [UInt8] = []
  /// What a check has to say of the section so far.
  private var findings: [UInt8] = []
  /// What is wrong with the last answer.
  private var problem: Text = ""

  /// A line for each question, in their order: the option (`section` for the name), and words for it where
  /// the provider has none.
  private static let table: Literal = """
    service_name the provider, or part of its name; Enter lists them
    domain the name to keep up to date
    lookup_host the name to look up
    section its name here
    use_ipv6 0: IPv4, 1: IPv6, both
    ip_source network: the router's, interface: a device's, web: as a page sees it
    ip_interface the device
    ip_url the page
    username of the account
    password not shown
    password_file its path
    param_enc not shown
    param_opt optional
    dns_server for look-ups
    """

  /// The questions: options, words behind each. That of the section's name is none that a command line
  /// gives by its name.
  @inline(never)
  public static func questions() -> [[UInt8]] {
    var rows: [[UInt8]] = []
    for line in [UInt8](table).lines { rows.append(Array(line)) }
    return rows
  }

  /// The option of a command line that answers a question: `use-ipv6`.
  @inline(never)
  public static func argument(_ question: [UInt8]) -> [UInt8] {
    let option = question.part(before: " ")
    return option == "section" ? [UInt8]("S") : option.replacing("_", by: "-")
  }

  /// Begins with the options that are given, and a name or none, for a file with these sections.
  public init(_ section: UCISection, in package: UCIPackage) {
    draft = section
    self.package = package
    rows = Self.questions()
  }

  /// The section as it is so far.
  public var section: UCISection {
    var section = draft
    // LuCI and ddns-scripts want it.
    if value("lookup_host").isEmpty {
      section.replace("lookup_host", with: ServiceSection.firstHost(of: value("domain")))
    }
    return section
  }

  // MARK: - What happens

  /// What a check has to say of `section`, and what its provider's file has to tell. Everything begins with
  /// this.
  @inline(never)
  public func learned(_ findings: [UInt8], note: [UInt8]) -> Effect {
    (self.findings, self.note) = (findings, note)
    // What makes the provider unfit is what has just been answered.
    if let start = findings.firstIndex(of: [UInt8](": service '")), problem == "", place > 0 {
      problem = Text(findings.part(from: start + 2, to: findings.count).part(before: "\n"))
      place -= 1
      set(rows[place].part(before: " "), [])
    }
    while place < rows.count {
      option = rows[place].part(before: " ")
      let known = value(option)
      if !isAnew, problem == "", !known.isEmpty {
        set(option, [])
        take(known)
        if problem == "" { return .learn }
      }
      let isNeeded = isNeeded
      let isOpen = isNeeded || !known.isEmpty || note.firstIndex(of: option) != nil
      if value(option + [UInt8]("_file")).isEmpty {
        if isOpen && hasPerson || problem != "" || isNeeded && fallback.isEmpty { return ask() }
        if isNeeded { set(option, fallback) }
      }
      place += 1
    }
    return .test
  }

  /// Somebody has answered the question.
  @inline(never)
  public func answered(_ answer: [UInt8]) -> Effect {
    if place < rows.count {
      take(answer)
      return .learn
    }
    switch (answer.first ?? UInt8(ascii: works ? "y" : "n")).lowercased {
    case UInt8(ascii: "y"): return .write
    case UInt8(ascii: "n"): return .stop
    case UInt8(ascii: "c"): return begin()
    default: return finish()
    }
  }

  /// The section is right, and works or not.
  public func tried(works: Bool) -> Effect {
    self.works = works
    if isSure || works && !hasPerson { return .write }
    return hasPerson ? finish() : .stop
  }

  /// Something is wrong with the section: everything is asked once more.
  public func begin() -> Effect {
    (place, isAnew) = (0, true)
    return hasPerson ? .learn : .stop
  }

  // MARK: - Questions

  private func finish() -> Effect {
    option = []
    text =
      "write section '\(draft.name)'? yes, no or change [\(works ? "yes" : "no" as Literal)]: "
    return .ask
  }

  @inline(never)
  private func ask() -> Effect {
    let row = rows[place]
    text = ""
    if !hasPerson {
      text = "option \(option == "section" ? "-" : "--" as Literal)\(Self.argument(row))"
      text += problem == "" ? " is missing" : ": " + problem
      return .refuse
    }
    var words = Self.words(for: option, in: note)
    if words.isEmpty { words = row.part(after: " ") }
    var known = isSecret ? [UInt8]("***") : fallback
    if fallback.isEmpty { known = [] }
    var start = problem
    if place == 1, problem == "" { start = Text(value("service_name") + [UInt8](":") + note) }
    text = "\(start == "" ? "" : "  " + start + "\n")\(option) (\(words))"
    text += known.isEmpty ? ": " : " [\(known)]: "
    return .ask
  }

  /// Whether nobody may see the answer.
  public var isSecret: Bool { OptionTable.row(option)?.isSecret ?? false }

  /// Whether the option has to be there.
  @inline(never)
  private var isNeeded: Bool {
    switch option {
    case "service_name", "domain", "section", "use_ipv6", "ip_source": true
    case "ip_interface": value("ip_source") == "interface"
    default: findings.firstIndex(of: Text("missing '\(option)'").bytes) != nil
    }
  }

  /// What an empty answer means.
  @inline(never)
  private var fallback: [UInt8] {
    let known = value(option)
    if !known.isEmpty { return known }
    switch option {
    case "section": return name()
    case "use_ipv6": return [UInt8]("0")
    case "ip_source":
      return value("ip_interface").isEmpty ? [UInt8](source) : [UInt8]("interface")
    default: return []
    }
  }

  // MARK: - Answers

  /// Takes an answer, or notes what is wrong with it.
  @inline(never)
  private func take(_ said: [UInt8]) {
    problem = ""
    var answer = isSecret ? said : said.bare
    if answer.isEmpty { answer = fallback }
    for byte in answer where byte.isControl { problem = "no control characters" }
    if option == "service_name" {
      answer = find(answer)
    } else if option == "section" {
      if !UCIName.isName(answer) { problem = "letters, digits and _ only" }
      if package.section(named: answer) != nil { problem = "there is a section '\(answer)'" }
    } else if answer.isEmpty, isNeeded {
      problem = "it is needed"
    }
    if problem == "" { place += 1 } else { answer = [] }
    set(option, answer)
  }

  @inline(never)
  private func value(_ option: [UInt8]) -> [UInt8] {
    option == "section" ? draft.name : draft.option(option) ?? []
  }

  @inline(never)
  private func value(_ option: Literal) -> [UInt8] { value([UInt8](option)) }

  @inline(never)
  private func set(_ option: [UInt8], _ value: [UInt8]) {
    if option == "section" {
      draft = draft.renamed(value)
    } else {
      draft.replace(option, with: value)
    }
  }

  /// A name for the section, made of the one in DNS, that no other has.
  @inline(never)
  private func name() -> [UInt8] {
    var name = ServiceSection.firstHost(of: value("domain"))
    for index in name.indices where !name[index].isLetter && !name[index].isDigit {
      name[index] = UInt8(ascii: "_")
    }
    while package.section(named: name) != nil { name.append(UInt8(ascii: "_")) }
    return name
  }

  // MARK: - Providers

  /// The provider of that name, or the only one with that in its name, if a person has said it;
  /// otherwise which there are is what is wrong.
  @inline(never)
  private func find(_ wanted: [UInt8]) -> [UInt8] {
    var found: [[UInt8]] = []
    let part = wanted.lowercased
    for service in services {
      let name = service.name
      if name == wanted { return name }
      if part.isEmpty || name.lowercased.firstIndex(of: part) != nil { found.append(name) }
    }
    if found.count == 1, hasPerson { return found[0] }
    problem = found.isEmpty ? "no provider has '\(wanted)' in its name" : "one of"
    var width = 6
    for name in found {
      width += name.count + 2
      if width > 76 {
        problem += "\n  "
        width = name.count + 4
      }
      problem += " \(name)"
    }
    return []
  }

  /// What a note has to say of an option: `username: the account; password: a token. And more.` is a list of that.
  @inline(never)
  static func words(for option: [UInt8], in note: [UInt8]) -> [UInt8] {
    guard let start = note.firstIndex(of: option + [UInt8](": ")) else { return [] }
    let rest = note.part(from: start + option.count + 2, to: note.count).part(before: ";")
    let end = (rest + [32]).firstIndex(of: [UInt8](". ")) ?? rest.count
    return rest.part(from: 0, to: end)
  }
}
