// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// The section `global` of type `ddns` (contract 1.2), under its new and its old option names.
///
/// A class, as all that is handed on and has many parts.
public final class GlobalOptions {
  /// Whether private and reserved addresses may be sent (`upd_privateip`).
  public var allowsPrivateAddresses: Bool
  /// Where the run files are (`ddns_rundir`).
  public var runDirectory: [UInt8]
  /// Where the log files are (`ddns_logdir`).
  public var logDirectory: [UInt8]
  /// Where a reboot leaves what is remembered (`ddns_statedir`).
  public var stateDirectory: [UInt8]
  /// Where figures for Prometheus are written (`metrics_file`); nil for nowhere.
  public var metricsFile: [UInt8]?
  /// How many lines a log file keeps (`ddns_loglines`).
  public var logLines: Int64
  /// How dates are printed, in strftime's words (`ddns_dateformat`).
  public var dateFormat: [UInt8]
  /// Whether scripts are to prefer curl (`use_curl`); nothing of ours looks at it.
  public var prefersCurl: Bool
  /// The user whom a runner becomes that root has started (`run_as`); nil = nobody else.
  public var runAs: [UInt8]?
  /// Where `ddns service` finds provider files (`url`); nil for those of OpenWrt.
  public var servicesURL: [UInt8]?
  /// What makes that server trustworthy, as a section has it (`cacert`).
  public var servicesTrust: [UInt8]?

  /// The defaults.
  public convenience init() {
    var problems: [ConfigError] = []
    self.init(UCIPackage(name: []), problems: &problems)
  }

  /// Reads the section, and notes whatever is wrong; a package without one has the defaults.
  public convenience init(_ package: UCIPackage, problems: inout [ConfigError]) {
    let section = package.section(named: "global")
    self.init(section ?? UCISection(type: "ddns", name: "global"), problems: &problems)
  }

  private init(_ section: UCISection, problems: inout [ConfigError]) {
    let options = OptionReader(section, .global)
    allowsPrivateAddresses = options.flag("upd_privateip")
    runDirectory = options.directory("ddns_rundir")
    logDirectory = options.directory("ddns_logdir")
    stateDirectory = options.directory("ddns_statedir")
    metricsFile = options.text("metrics_file")
    logLines = options.number("ddns_loglines") ?? 0
    dateFormat = options.text("ddns_dateformat") ?? []
    prefersCurl = options.text("use_curl").flatMap { OptionRow.flag($0) } ?? false
    runAs = options.text("run_as")
    servicesURL = options.text("url")
    servicesTrust = options.text("cacert")
    problems += options.problems
  }
}
