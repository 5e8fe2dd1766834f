// SPDX-License-Identifier: Apache-2.0

import Section
import UCI
import Wire

/// Assignments for a shell that is going to run an update script (contract 9.2).
///
/// They reach the shell through a pipe: there is a password among them, and every user of a system
/// may read an `argv`.
public struct ShellVariables: Equatable, Sendable {
  /// The assignments, one a line; values may have further lines.
  public private(set) var bytes: [UInt8] = []
  /// The options that are not handed over, because a shell means something else by their names.
  public private(set) var refused: [[UInt8]] = []

  /// No variables.
  public init() {}

  /// Adds a variable; the last of several assignments counts. One that the environment has is no
  /// longer exported, lest a program the script starts inherits a secret.
  public mutating func set(_ name: [UInt8], _ value: [UInt8]) {
    bytes += [UInt8]("unset ") + name + [UInt8(ascii: ";")] + name + [UInt8(ascii: "=")]
    bytes += value.shellQuoted + [UInt8(ascii: "\n")]
  }

  /// Adds a variable.
  public mutating func set(_ name: Literal, _ value: [UInt8]) { set([UInt8](name), value) }

  /// Adds a variable.
  public mutating func set(_ name: Literal, _ value: Int64) {
    set(name, Text("\(value)").bytes)
  }

  /// Adds the variables through which curl and wget learn of a proxy, `http://` in front of it.
  public mutating func exportProxy(_ proxy: Secret) {
    for name in Self.proxyNames {
      set(name, proxy.revealed)
      bytes += [UInt8]("export ") + name + [UInt8(ascii: "\n")]
    }
  }

  /// `http_proxy` and its relatives.
  public static let proxyNames = [UInt8]("http_proxy https_proxy HTTP_PROXY HTTPS_PROXY").words.map
  {
    Array($0)
  }

  /// Everything about a section that the library cannot find out itself: its options, the global
  /// ones, and what comes of several.
  ///
  /// Lists are left out, as ddns-scripts does, but for `domain`, whose items are joined by commas.
  public init(
    _ section: UCISection, _ settings: ServiceSection, _ global: GlobalOptions, _ files: RunFiles
  ) {
    // The environment may have others of the same names; the library knows their defaults.
    bytes = [UInt8]("unset")
    for row in OptionTable.rows(.service) { bytes += [32] + [UInt8](row.names) }
    bytes.append(UInt8(ascii: "\n"))
    for option in section.options {
      guard case .option(let value) = option.value else { continue }
      if Self.isName(option.name) {
        set(option.name, value)
      } else {
        refused.append(option.name)
      }
    }
    addValues(settings)
    set("use_curl", global.prefersCurl ? 1 : 0)
    set("upd_privateip", global.allowsPrivateAddresses ? 1 : 0)
    set("ddns_loglines", global.logLines)
    set("ddns_dateformat", global.dateFormat)
    set("ddns_rundir", files.runDirectory)
    set("ddns_logdir", files.logDirectory)
    set("VERSION", [UInt8](Product.version))
  }

  private mutating func addValues(_ settings: ServiceSection) {
    set("SECTION_ID", settings.name)
    set("domain", settings.domain)
    set("lookup_host", settings.lookupHost)
    set("interface", settings.interface)
    set("URL_USER", Percent.encode(settings.username))
    set("URL_PASS", Percent.encode(settings.password.revealed))
    set("URL_PENC", Percent.encode(settings.encodedParameter.revealed))
    set("CHECK_SECONDS", settings.schedule.check)
    set("CHECK_SECONDS_MIN", settings.schedule.checkMinimum)
    set("FORCE_SECONDS", settings.schedule.isRunOnce ? 0 : settings.schedule.force)
    set("RETRY_SECONDS", settings.schedule.retry)
    set("retry_max_count", settings.schedule.retryMaxCount)
    set("retry_count", settings.schedule.retryMaxCount)
    if let proxy = settings.proxy { exportProxy(proxy.url) }
  }

  /// Whether a shell may be given a variable of this name: it begins with a letter, and has a
  /// lower-case one. `PATH`, `IFS` and `__IP` mean something else to it.
  static func isName(_ name: [UInt8]) -> Bool {
    (name.first?.isLetter ?? false) && name.contains { $0.isLetter && $0 == $0.lowercased }
  }
}
