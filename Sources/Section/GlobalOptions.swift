// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// The section `global` of type `ddns` (contract 1.2), under its new and its old option names.
public struct GlobalOptions: Equatable, Sendable {
  /// Whether private and reserved addresses may be sent (`upd_privateip`).
  public var allowsPrivateAddresses = false
  /// Where the run files are (`ddns_rundir`).
  public var runDirectory = [UInt8]("/var/run/ddns")
  /// Where the log files are (`ddns_logdir`).
  public var logDirectory = [UInt8]("/var/log/ddns")
  /// Where a reboot leaves what is remembered (`ddns_statedir`).
  public var stateDirectory = [UInt8]("/etc/ddns/state")
  /// How many lines a log file keeps (`ddns_loglines`).
  public var logLines: Int64 = 250
  /// How dates are printed, in strftime's words (`ddns_dateformat`).
  public var dateFormat = [UInt8]("%F %R")
  /// Whether scripts are to prefer curl (`use_curl`); nothing of ours looks at it.
  public var prefersCurl = false
  /// Where `ddns service` finds provider files (`url`); nil for those of OpenWrt.
  public var servicesURL: [UInt8]?
  /// What makes that server trustworthy (`cacert`).
  public var servicesTrust = ServiceSection.Trust.system

  /// The defaults.
  public init() {}

  /// Reads the section; a package without one has the defaults.
  public init(_ package: UCIPackage) throws(ConfigProblem) {
    guard let section = package.section(named: "global") else { return }
    let options = OptionReader(section: section)
    if options.text("upd_privateip") != nil {
      allowsPrivateAddresses = try options.flag("upd_privateip")
    } else {
      allowsPrivateAddresses = try options.flag("allow_local_ip")
    }
    runDirectory = try Self.directory(options, "ddns_rundir", "run_dir") ?? runDirectory
    logDirectory = try Self.directory(options, "ddns_logdir", "log_dir") ?? logDirectory
    stateDirectory =
      try Self.directory(options, "ddns_statedir", "ddns_statedir") ?? stateDirectory
    logLines = try options.number("ddns_loglines", "log_lines") ?? logLines
    dateFormat = options.text("ddns_dateformat", "date_format") ?? dateFormat
    prefersCurl = (try? options.flag("use_curl")) ?? false
    servicesURL = options.text("url", "services_url")
    servicesTrust = ServiceSection.trust(options.text("cacert"))
  }

  private static func directory(
    _ options: OptionReader, _ name: StaticString, _ oldName: StaticString
  ) throws(ConfigProblem) -> [UInt8]? {
    guard var path = options.text(name, oldName) else { return nil }
    let steps = path.pieces(separatedBy: UInt8(ascii: "/"))
    guard path.first == UInt8(ascii: "/"), !steps.contains([46, 46]) else {
      let used = options.text(name) == nil ? oldName : name
      throw options.problem(used, "is '\(path)': use an absolute path without '..'")
    }
    while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
    return path
  }
}
