// SPDX-License-Identifier: Apache-2.0

import Provider
import Report
import Section
import System
import UCI
import Wire

extension Configuration {
  /// Reads a section and makes sure that it can run: enabled, and everything `problem` looks at.
  ///
  /// Failures are in the words of ddns-scripts where it has some (contract 5.1, steps 9-14).
  public func runnableSection(_ section: UCISection) throws(Failure) -> ServiceSection {
    let settings = try serviceSection(section)
    guard settings.isEnabled else { throw Failure(.config, "Service section disabled!") }
    try check(settings)
    return settings
  }

  /// Throws what is wrong with a section, apart from its being disabled: provider, missing or
  /// forbidden values, source.
  public func check(_ settings: ServiceSection) throws(Failure) {
    _ = try checkedService(of: settings)
  }

  /// Checks a section and returns its provider, so that nobody has to read that again.
  public func checkedService(of settings: ServiceSection) throws(Failure) -> Service {
    let service = try service(of: settings)
    guard !settings.lookupHost.isEmpty else {
      throw failure(
        settings, "Service section not configured correctly! Missing 'lookup_host'")
    }
    try sanitise(.lookupHost, settings.lookupHost, settings)
    try sanitise(.domain, settings.domain, settings)
    try sanitise(.paramOpt, settings.rawParameter, settings)
    if let script = service.script {
      try checkScript(script, service, settings)
    } else {
      try checkURL(service, settings)
    }
    if case .path(let path) = settings.trust, File.info(root + path) == nil {
      throw failure(
        settings, "No valid certificate(s) found at '\(path)' for HTTPS communication")
    }
    if settings.verification == .api, askingScript(of: settings) == nil,
      try page(of: service, for: settings) == nil
    {
      throw failure(
        settings,
        "verify 'api': provider '\(settings.serviceName ?? [UInt8]("custom"))' cannot be asked what is registered: use 'dns', 'authoritative', 'answer' or 'none'"
      )
    }
    try checkSource(settings)
    return service
  }

  private func checkScript(
    _ script: [UInt8], _ service: Service, _ settings: ServiceSection
  ) throws(Failure) {
    guard File.info(root + script)?.kind == .file else {
      throw failure(
        settings,
        service.name.isEmpty
          ? "Custom update_script not found! There is no file '\(script)'"
          : "service '\(service.name)' needs the script \(script), which is not there: install the package ddns-scripts-\(Self.package(script)), or copy it from net/ddns-scripts/files in github.com/openwrt/packages"
      )
    }
    guard File.info(root + [UInt8](Product.shellLibrary)) != nil else {
      throw failure(settings, "update scripts need \(Product.shellLibrary), which is not there")
    }
  }

  /// The part that the names of an OpenWrt package and of its script share: `.../update_NAME_...`.
  private static func package(_ script: [UInt8]) -> ArraySlice<UInt8> {
    let start = script.firstIndex(of: UInt8(ascii: "_")) ?? -1
    return script[(start + 1)...].prefix { $0.isLetter || $0.isDigit }
  }

  private func checkURL(_ service: Service, _ settings: ServiceSection) throws(Failure) {
    let probe = URLTemplate.Values(settings, address: .unspecified(settings.family))
    _ = try url(service.template, probe, settings, "update_url")
  }

  /// The URL that a template gives; throws when it gives none.
  private func url(
    _ template: URLTemplate, _ values: URLTemplate.Values, _ settings: ServiceSection,
    _ name: StaticString
  ) throws(Failure) -> [UInt8] {
    try checkValues(template, values, settings)
    let url = template.expanded(values, useHTTPS: settings.usesHTTPS)
    guard URL(url) != nil else {
      var redactor = settings.redactor
      redactor.add(template)
      let shown = Text(template.redacted(values, useHTTPS: settings.usesHTTPS))
      throw failure(settings, "\(name) is no http or https URL: \(redactor.shown(shown))")
    }
    return url
  }

  private func checkValues(
    _ template: URLTemplate, _ values: URLTemplate.Values, _ settings: ServiceSection
  ) throws(Failure) {
    if let missing = template.missing(in: values) {
      throw failure(settings, URLTemplate.missingText(missing))
    }
  }

  /// The URL of the provider's page with what is registered, and the header field to send; nil when
  /// it has none.
  public func page(
    of service: Service, for settings: ServiceSection
  ) throws(Failure) -> (url: [UInt8], field: [UInt8])? {
    if service.registered.isEmpty { return nil }
    var values = URLTemplate.Values(settings, address: .unspecified(settings.family))
    values.domain = settings.lookupHost
    try checkValues(service.registeredHeader, values, settings)
    return (
      try url(service.registered, values, settings, "registered.url"),
      service.registeredHeader.expanded(raw: values)
    )
  }

  /// The script that can say what is registered, below `root`: the section's own, else the one whose
  /// name comes from the provider's (contract 4). Nil when there is none that knows what
  /// `GET_REGISTERED_IP` means: any other would send an update without an address (B28).
  public func askingScript(of settings: ServiceSection) -> [UInt8]? {
    var path = settings.updateScript
    if let name = settings.serviceName {
      let plain = name.map { [UInt8](".-/").contains($0) ? UInt8(ascii: "_") : $0 }
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
      "\(path):\($0.line): \($0.words)"
    }
  }

  private func checkSource(_ settings: ServiceSection) throws(Failure) {
    switch settings.source {
    case .script(let words):
      guard let program = words.first, File.isExecutable(root + program) else {
        throw failure(settings, "Script to detect current IP not executable!")
      }
    case .web(let page):
      guard URL(page) != nil else {
        throw failure(settings, "ip_url '\(page)' is no http or https URL")
      }
    case .network, .interface: break
    }
  }

  private func sanitise(
    _ option: CheckedOption, _ value: [UInt8], _ settings: ServiceSection
  ) throws(Failure) {
    if let violation = option.violation(in: value) { throw failure(settings, violation) }
  }
}

extension URLTemplate.Values {
  /// What a section puts into its URL.
  public init(_ settings: ServiceSection, address: IPAddress) {
    self.init(address: address)
    username = settings.username
    password = settings.password
    paramEnc = settings.encodedParameter
    paramOpt = settings.rawParameter
    domain = settings.domain
  }
}

extension UCISection {
  /// The options as `uci show` has them, sorted by name, secrets hidden: for logs.
  public var listing: [UInt8] {
    var text: Text = "ddns.\(name)=\(type)"
    var sorted: [UCIOption] = []
    for option in options {
      // Not `sort`, whose code is larger than all of this.
      let place = sorted.firstIndex { option.name.lexicographicallyPrecedes($0.name) }
      sorted.insert(option, at: place ?? sorted.count)
    }
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
