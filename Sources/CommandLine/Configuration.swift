// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import System
import UCI
import Wire

/// /etc/config/ddns as it is now, with the changes of `uci set` that nobody has committed yet. (Those
/// of LuCI's page are of its session, in /var/run/rpcd, and count once they are applied.)
///
/// A class, for all parts of a program hand it on.
public final class Configuration {
  /// The sections; each of both families is two (`Configuration+Families.swift`).
  public let package: UCIPackage
  /// What has been found elsewhere for the one section it is asked for from then on (`withValues`).
  public let values: Values
  /// The sections as they are written.
  public let written: UCIPackage
  /// The options of all sections.
  public let global: GlobalOptions
  /// The file, for messages.
  public let path: [UInt8]
  /// What is put before every absolute path.
  public let root: [UInt8]
  /// The directory that `-c` names; nil without it.
  public let directory: [UInt8]?

  /// Takes over what a runner has kept, or handed to a tool of its: the texts of the global options and
  /// of a section (`UCIPackage.excerpt`), which is all that has to be known of the file.
  public init(_ arguments: Arguments, handed text: [UInt8]) throws(Failure) {
    root = Self.root(arguments)
    directory = arguments.value("c")
    path = Self.path(of: [UInt8]("ddns"), arguments)
    written = try Self.package(text, path)
    package = Self.families(written)
    values = .none
    global = try Self.global(package, path)
  }

  /// The text of the global options.
  public var globalText: [UInt8] {
    package.section(named: "global").map { UCIPackage.excerpt(of: $0) } ?? []
  }

  /// The text of the notify sections.
  public var notifyText: [UInt8] {
    package.sections(ofType: "notify").flatMap { UCIPackage.excerpt(of: $0) }
  }

  /// What differs whenever the file or one of its deltas does; nil while one has changed so lately that
  /// its times may not tell the next change.
  public static func stamp(_ arguments: Arguments) -> UInt64? {
    var stamp = File.stamp(path(of: [UInt8]("ddns"), arguments))
    for place in deltas {
      guard let before = stamp, let next = File.stamp(root(arguments) + [UInt8](place)) else {
        return nil
      }
      stamp = before &* 31 &+ next
    }
    return stamp
  }

  private static var deltas: [Literal] { ["/tmp/.uci/ddns", "/var/state/ddns"] }

  /// Reads the file and its deltas.
  ///
  /// Throws a `config` failure that begins with `file:line:`, also for a file that cannot be read, unless it
  /// may be absent.
  public init(_ arguments: Arguments, mayBeAbsent: Bool = false) throws(Failure) {
    root = Self.root(arguments)
    directory = arguments.value("c")
    path = Self.path(of: [UInt8]("ddns"), arguments)
    var bytes: [UInt8] = []
    do throws(SystemError) { bytes = try File.read(path, limit: UCIPackage.byteLimit) } catch {
      if !mayBeAbsent || error.kind != .notFound { throw Failure(.config, error.message) }
    }
    var package = try Self.package(bytes, path)
    for place in Self.deltas {
      let delta = root + [UInt8](place)
      if let changes = try? File.read(delta, limit: UCIPackage.byteLimit) {
        package.apply(delta: changes)
      }
    }
    written = package
    self.package = Self.families(package)
    values = .none
    global = try Self.global(package, path)
  }

  /// The same with another section in the place of one, and what was found for it elsewhere.
  init(_ other: Configuration, _ section: UCISection, _ values: Values) {
    var package = other.package
    package.replace(section.name, with: section)
    self.package = package
    self.values = values
    (written, global, path) = (other.written, other.global, other.path)
    (root, directory) = (other.root, other.directory)
  }

  private static func package(
    _ bytes: [UInt8], _ path: [UInt8]
  ) throws(Failure) -> UCIPackage {
    do throws(UCIError) { return try UCIPackage.parse(bytes, name: [UInt8]("ddns")) } catch {
      throw Failure(.config, "\(path):\(error.line): \(error.message) (byte \(error.byte))")
    }
  }

  private static func global(
    _ package: UCIPackage, _ path: [UInt8]
  ) throws(Failure) -> GlobalOptions {
    var problems: [ConfigError] = []
    let global = GlobalOptions(package, problems: &problems)
    if let failure = failure(problems, path, in: "") { throw failure }
    return global
  }

  /// The file of a package: in the directory of `-c`, or else /etc/config, unless there is one in the
  /// directory where uci, since 2025, looks first.
  public static func path(of package: [UInt8], _ arguments: Arguments) -> [UInt8] {
    let file = [UInt8]("/") + package
    if let directory = arguments.value("c") { return directory + file }
    let override = root(arguments) + [UInt8]("/var/run/uci") + file
    return File.info(override) == nil ? root(arguments) + [UInt8]("/etc/config") + file : override
  }

  /// The value of `--root` without the slash at its end; empty for the real root.
  public static func root(_ arguments: Arguments) -> [UInt8] {
    var root = arguments.value("root") ?? []
    while root.last == UInt8(ascii: "/") { root.removeLast() }
    return root
  }

  /// A section of type `service` by its name or `@service[n]`, as it is written.
  public func section(at name: [UInt8]) throws(Failure) -> UCISection {
    guard let section = find(name) else {
      throw Failure(.config, "Service section '\(name)' not defined")
    }
    return section
  }

  /// A section of type `service` by its name or `@service[n]`.
  public func section(_ name: [UInt8]) throws(Failure) -> ServiceSection {
    try serviceSection(section(at: name))
  }

  /// Reads a section, whatever is wrong with it. That costs enough to be done once.
  @inline(never)
  public func read(_ section: UCISection) -> (settings: ServiceSection, problems: [ConfigError]) {
    var problems = values.problems
    let settings = ServiceSection(section, problems: &problems)
    return (settings, problems)
  }

  /// Reads a section; the problems in it are a `config` failure, a line each with file and line.
  @inline(never)
  public func serviceSection(_ section: UCISection) throws(Failure) -> ServiceSection {
    let (settings, problems) = read(section)
    if let failure = Self.failure(problems, path, in: "section '\(section.name)': ") {
      throw failure
    }
    return settings
  }

  /// Problems as one failure, nil when there are none.
  static func failure(
    _ problems: [ConfigError], _ path: [UInt8], in place: Text
  ) -> Failure? {
    if problems.isEmpty { return nil }
    var text: Text = ""
    for problem in problems {
      if text != "" { text += "\n" }
      text += "\(path):\(problem.line): \(place)\(problem.message)"
    }
    return Failure(.config, text)
  }
}
