// SPDX-License-Identifier: Apache-2.0

import Provider
import Report
import Section
import System
import UCI
import Wire

/// Looks for whatever keeps a section from running, and notes all of it: what is wrong, in the words
/// of ddns-scripts where it has some (contract 5.1, steps 9-14), and what would be right.
final class SectionCheck {
  private let configuration: Configuration
  private let settings: ServiceSection
  /// As it is written, for the lines; nil for one that is in no file.
  private let section: UCISection?
  private var problems: [ConfigError]

  /// Begins with what was wrong when the section was read.
  init(
    _ configuration: Configuration, _ settings: ServiceSection, _ problems: [ConfigError] = []
  ) {
    self.configuration = configuration
    self.settings = settings
    self.problems = problems
    section = configuration.package.section(named: settings.name)
  }

  /// Throws what was found.
  func finish() throws(Failure) {
    let place: Text = "section '\(settings.name)': "
    if let failure = Configuration.failure(problems, configuration.path, in: place) {
      throw failure
    }
  }

  /// Notes what is wrong with an option, or else another one, or else the section.
  @inline(never)
  private func note(
    _ option: Literal, _ other: Literal = "", words: Text
  ) {
    let line = section?.line(of: [UInt8](option)) ?? section?.line(of: [UInt8](other))
    problems.append(ConfigError(line: line ?? settings.line, words))
  }

  /// The same in words that are always these.
  @inline(never)
  private func note(_ option: Literal, _ other: Literal = "", fixed words: Literal) {
    note(option, other, words: "\(words)")
  }

  /// Looks at everything. The result is the provider, when there is one.
  func all() -> ServiceEntry? {
    let provider = provider()
    if settings.lookupHost.isEmpty {
      note(
        "lookup_host", "domain",
        fixed:
          "Service section not configured correctly! Missing 'lookup_host': set it, or 'domain'")
    }
    checkCharacters()
    if let provider { check(provider) }
    if case .path(let path) = settings.trust, File.info(configuration.root + path) == nil {
      note(
        "cacert",
        words:
          "No valid certificate(s) found at '\(path)' for HTTPS communication: use a file or directory that is there"
      )
    }
    checkSource()
    return provider
  }

  /// The provider, when there is one.
  @inline(never)
  private func provider() -> ServiceEntry? {
    guard let name = settings.serviceName else {
      if let script = settings.updateScript { return ServiceEntry(.script(script)) }
      if let url = settings.updateURL { return ServiceEntry(updateURL: url) }
      note(
        "service_name",
        fixed:
          "No update_url found/defined or no update_script found/defined! Set one of them, or 'service_name'"
      )
      return nil
    }
    do throws(ServiceError) {
      if let provider = try configuration.provider(named: name, family: settings.family) {
        return provider
      }
    } catch {
      note("service_name", words: error.message)
      return nil
    }
    var words: Text =
      "service_name '\(name)': no such service in /usr/share/ddns or the tables of old releases"
    if ServiceAlias.isRetiredCloudflare(name) {
      words += ": use 'cloudflare.com-v4', with option domain 'host@zone'"
    } else if let near = configuration.serviceName(near: name, family: settings.family) {
      words += ": did you mean '\(near)'?"
    } else {
      words += "; one that needs a script comes with a package of its own"
    }
    note("service_name", words: words)
    return nil
  }

  @inline(never)
  private func check(_ provider: ServiceEntry) {
    switch provider.service {
    case .script(let path): checkScript(path, of: provider.name)
    case .dnsUpdate: checkKey(isOptional: true)
    case .gnuDIP: checkKey(isOptional: false)
    case .request(let template, _):
      _ = url(template, values, "update_url")
      if template.usesPrefix { checkPrefix() }
    case .recipe(let recipe): check(recipe)
    }
    checkOffline(provider)
    if settings.verification == .api, configuration.askingScript(of: settings) == nil,
      page(of: provider) == nil, provider.registered == nil, !provider.canBeRead
    {
      note(
        "verify",
        words:
          "verify 'api': provider '\(settings.serviceName ?? [UInt8]("custom"))' cannot be asked what is registered: use 'dns', 'authoritative', 'answer' or 'none'"
      )
    }
  }

  @inline(never)
  private func checkPrefix() {
    guard section?.option("ip_source") ?? [] != "prefix" else { return }
    note("update_url", "service_name", fixed: "[PREFIX] in a URL needs ip_source 'prefix'")
  }

  @inline(never)
  private func checkOffline(_ provider: ServiceEntry) {
    if let page = configuration.offlinePage(of: provider, for: settings) {
      _ = url(page, values, "offline")
    } else if settings.offline == .request {
      switch provider.service {
      case .dnsUpdate, .gnuDIP: break
      case .request, .recipe, .script: note("offline", fixed: Configuration.noOffline)
      }
    }
  }

  /// Whether the section says all that a recipe has to know.
  @inline(never)
  private func check(_ recipe: Recipe) {
    if recipe.mentions("[PREFIX") { checkPrefix() }
    let values = configuration.values(
      of: settings, for: recipe, .unspecified(settings.family))
    let missing = values.missing(for: recipe)
    for placeholder in missing where placeholder != .domain || !settings.lookupHost.isEmpty {
      note("service_name", words: URLTemplate.missingText(placeholder))
    }
    guard missing.isEmpty else { return }
    if let problem = values.problem(for: recipe) { note("domain", words: problem) }
    if URL(values.base(of: recipe)) == nil {
      note("param_opt", fixed: "param_opt has to be the http or https URL of the server")
    }
  }

  /// What is no URL needs a name, user and password; a DNS update may do without a key.
  @inline(never)
  private func checkKey(isOptional: Bool) {
    let isKeyless = isOptional && settings.username.isEmpty && settings.password.isEmpty
    check(URLTemplate([UInt8](isKeyless ? "[DOMAIN]" : "[DOMAIN][USERNAME][PASSWORD]")), values)
  }

  @inline(never)
  private func checkScript(_ script: [UInt8], of name: [UInt8]) {
    if File.info(configuration.root + script)?.kind != .file {
      note(
        "update_script", "service_name",
        words: name.isEmpty
          ? "Custom update_script not found! There is no file '\(script)'"
          : "service '\(name)' needs the script \(script), which is not there: install the package ddns-scripts-\(Self.package(script)), or copy it from net/ddns-scripts/files in github.com/openwrt/packages"
      )
    }
    if File.info(configuration.root + [UInt8](Product.shellLibrary)) == nil {
      note(
        "update_script", "service_name",
        words: "update scripts need \(Product.shellLibrary), which is not there")
    }
  }

  /// The part of an OpenWrt package's name that its script has, too: `.../update_NAME_...`.
  private static func package(_ script: [UInt8]) -> ArraySlice<UInt8> {
    let start = script.firstIndex(of: UInt8(ascii: "_")) ?? -1
    return script[(start + 1)...].prefix { $0.isLetter || $0.isDigit }
  }

  @inline(never)
  private var values: URLTemplate.Values {
    URLTemplate.Values(settings, address: .unspecified(settings.family))
  }

  /// The URL of the provider's page with what is registered, and the header field to send; nil when
  /// it has none, or something is wrong with it.
  func page(of provider: ServiceEntry) -> (url: [UInt8], field: [UInt8])? {
    guard let page = provider.registered else { return nil }
    let values = values
    values.domain = settings.lookupHost
    check(page.header, values)
    guard let url = url(page.url, values, "registered.url") else { return nil }
    return (url, page.header.expanded(raw: values))
  }

  /// What a template makes a URL of, which it has to be.
  @inline(never)
  private func url(
    _ template: URLTemplate, _ values: URLTemplate.Values, _ name: Literal
  ) -> [UInt8]? {
    guard check(template, values) else { return nil }
    let url = template.expanded(values, useHTTPS: settings.usesHTTPS)
    if URL(url) != nil { return url }
    var redactor = settings.redactor
    redactor.add(template)
    let shown = redactor.shown(Text(template.redacted(values, useHTTPS: settings.usesHTTPS)))
    note("update_url", "service_name", words: "\(name) is no http or https URL: \(shown)")
    return nil
  }

  /// Whether every place has a value.
  @discardableResult @inline(never)
  private func check(_ template: URLTemplate, _ values: URLTemplate.Values) -> Bool {
    let missing = template.missing(in: values)
    // Without a name there is none to look up, either, and that has been said.
    for placeholder in missing where placeholder != .domain || !settings.lookupHost.isEmpty {
      note("update_url", "service_name", words: URLTemplate.missingText(placeholder))
    }
    return missing.isEmpty
  }

  @inline(never)
  private func checkSource() {
    switch settings.source {
    case .script(let words):
      // One without a program has been noted when it was read.
      guard let program = words.first,
        !File.isExecutable(File.program(program, root: configuration.root))
      else { return }
      note(
        "ip_script",
        words: "Script to detect current IP not executable! '\(program)' has to be a program")
    case .web(let pages):
      for page in pages where AddressSource(page, family: settings.family) == nil {
        note("ip_url", words: AddressSource.problem(page, family: settings.family))
      }
      if let pattern = settings.pagePattern, !Regex.isValid(pattern) {
        note("ip_regex", words: "ip_regex '\(pattern)' is no extended regular expression")
      }
    case .network, .interface, .prefix: break
    }
  }

  /// Contract 2.4. What is wrong with `domain` is not said again of the name that is made of it.
  @inline(never)
  private func checkCharacters() {
    let domain = CheckedOption.domain.violation(in: settings.domain)
    let host = CheckedOption.lookupHost.violation(in: settings.lookupHost)
    if let host, domain == nil || section?.option("lookup_host") != nil {
      note("lookup_host", "domain", words: host)
    }
    if let domain { note("domain", words: domain) }
    if let violation = CheckedOption.paramOpt.violation(in: settings.rawParameter) {
      note("param_opt", words: violation)
    }
  }
}
