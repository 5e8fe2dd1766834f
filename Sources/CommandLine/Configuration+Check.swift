// SPDX-License-Identifier: Apache-2.0

import Provider
import Report
import Section
import System
import UCI
import Wire

extension Configuration {
  /// Reads a section and makes sure that it can run: enabled, and with nothing wrong.
  public func runnableSection(_ section: UCISection) throws(Failure) -> ServiceSection {
    let (settings, problems) = read(section)
    try checkRunnable(settings, problems)
    return settings
  }

  /// Makes sure that a section that has been read can run.
  public func checkRunnable(
    _ settings: ServiceSection, _ problems: [ConfigError]
  ) throws(Failure) {
    if problems.isEmpty, !settings.isEnabled { throw Failure(.config, "Service section disabled!") }
    try check(settings, problems)
  }

  @inline(never)
  private func check(_ settings: ServiceSection, _ problems: [ConfigError]) throws(Failure) {
    let check = SectionCheck(self, settings, problems)
    _ = check.all()
    try check.finish()
  }

  /// Reads a section, be it enabled or not, and throws everything that is wrong with it, a line each.
  public func check(_ section: UCISection) throws(Failure) -> ServiceSection {
    let (settings, problems) = read(section)
    try check(settings, problems)
    return settings
  }

  /// What a person should know about the section's provider, as its file has it; empty for nothing.
  public func note(for settings: ServiceSection) -> Text {
    guard let name = settings.serviceName,
      let entry = try? provider(named: name, family: settings.family), !entry.note.isEmpty
    else { return "" }
    return "note of '\(name)': \(entry.note)"
  }

  /// Checks a section and returns its provider, or its own URL or script (contract 2.1, 2.2), so
  /// that nobody has to read that again.
  public func checkedProvider(of settings: ServiceSection) throws(Failure) -> ServiceEntry {
    let check = SectionCheck(self, settings)
    let provider = check.all()
    try check.finish()
    guard let provider else { throw Failure(.software, "no provider, and no problem with it") }
    return provider
  }

  /// The URL of the provider's page with what is registered, and the header field to send; nil when
  /// it has none.
  public func page(
    of provider: ServiceEntry, for settings: ServiceSection
  ) throws(Failure) -> (url: [UInt8], field: [UInt8])? {
    let check = SectionCheck(self, settings)
    let page = check.page(of: provider)
    try check.finish()
    return page
  }

  /// What is said of a provider that cannot be told that there is no address any more.
  public static var noOffline: Literal {
    "this provider has no request to go offline: set 'offline' to an address, or to a URL"
  }

  /// The page that takes a section's address away: its own, else the provider's; nil when there is
  /// none, or the section wants another way.
  public func offlinePage(of provider: ServiceEntry, for settings: ServiceSection) -> URLTemplate? {
    switch settings.offline {
    case .page(let url): URLTemplate(url)
    case .address: nil
    case .nothing, .request: provider.offline
    }
  }

  /// The script that can say what is registered, below `root`: the section's own, else the one whose
  /// name comes from the provider's (contract 4). Nil when there is none that knows what
  /// `GET_REGISTERED_IP` means: any other would send an update without an address (B28).
  public func askingScript(of settings: ServiceSection) -> [UInt8]? {
    var path = settings.updateScript
    if let name = settings.serviceName {
      let plain = name.map { $0.isOne(of: ".-/") ? UInt8(ascii: "_") : $0 }
      path = Text("/usr/lib/ddns/update_\(plain).sh").bytes
    }
    guard let path, let text = try? File.read(root + path, limit: 65_536),
      text.firstIndex(of: [UInt8]("GET_REGISTERED_IP")) != nil
    else { return nil }
    return path
  }

  /// Whether a section is to run. One that cannot be read counts, so that its error is reported.
  public func isEnabled(_ section: UCISection) -> Bool {
    (try? serviceSection(section))?.isEnabled ?? true
  }

  /// The options that nothing looks at, a line for a person each. A section with a script may
  /// have options that only the script knows. Nil stands for the global section.
  public func unknownOptions(of section: UCISection?) -> [Text] {
    guard let section = section ?? package.section(named: "global") else { return [] }
    let isScripted = section.option("update_script") != nil
    return OptionNames.unknown(in: section, allowsAny: isScripted).map {
      "\(path):\($0.line): \($0.message)"
    }
  }
}

extension URLTemplate.Values {
  /// What a section puts into its URL.
  public convenience init(_ settings: ServiceSection, address: IPAddress) {
    self.init(address: address)
    username = settings.username
    password = settings.password
    paramEnc = settings.encodedParameter
    paramOpt = settings.rawParameter
    domain = settings.domain
  }
}

extension UCISection {
  /// The options, by name.
  @inline(never)
  public var sorted: [UCIOption] {
    var sorted: [UCIOption] = []
    for option in options {
      // Not `sort`, whose code is larger than all of this.
      let place = sorted.firstIndex { option.name.lexicographicallyPrecedes($0.name) }
      sorted.insert(option, at: place ?? sorted.count)
    }
    return sorted
  }

  /// The options as `uci show` has them, sorted by name, secrets hidden: for logs.
  public var listing: [UInt8] {
    var text: Text = "ddns.\(name)=\(type)"
    for option in sorted {
      text += "\nddns.\(name).\(option.name)="
      for (index, value) in option.values.enumerated() {
        if index > 0 { text += " " }
        text += option.isSecret ? "'***'" : "'\(value)'"
      }
    }
    return text.bytes
  }
}
