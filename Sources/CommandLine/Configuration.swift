// SPDX-License-Identifier: Apache-2.0

import Provider
import Report
import Section
import System
import UCI
import Wire

/// /etc/config/ddns as it is now, with the changes of `uci set` that nobody has committed yet. (Those
/// of LuCI's page are of its session, in /var/run/rpcd, and count once they are applied.)
public struct Configuration: Sendable {
  /// The sections.
  public let package: UCIPackage
  /// The options of all sections.
  public let global: GlobalOptions
  /// The file, for messages.
  public let path: [UInt8]
  /// What is put before every absolute path.
  public let root: [UInt8]
  /// The directory that `-c` names; nil without it.
  public let directory: [UInt8]?

  /// Takes over what a runner has handed to a tool of its: `handover(of:)`.
  public init(_ arguments: Arguments, handed text: [UInt8]) throws(Failure) {
    root = Self.root(arguments)
    directory = arguments.value("c")
    path = Self.path(of: [UInt8]("ddns"), arguments)
    package = try Self.package(text, path)
    global = try Self.global(package, path)
  }

  /// The global options and a section as a text of UCI: all that a tool has to know of the file.
  public func handover(of section: [UInt8]) -> [UInt8] {
    package.excerpt(of: [[UInt8]("global"), section])
  }

  /// Reads the file and its deltas.
  ///
  /// Throws a `config` failure that begins with `file:line:`, also for a file that cannot be read.
  public init(_ arguments: Arguments) throws(Failure) {
    root = Self.root(arguments)
    directory = arguments.value("c")
    path = Self.path(of: [UInt8]("ddns"), arguments)
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try File.read(path, limit: UCIPackage.byteLimit) } catch {
      throw Failure(.config, error.describe)
    }
    var package = try Self.package(bytes, path)
    for place in ["/tmp/.uci/ddns", "/var/state/ddns"] as [StaticString] {
      let delta = root + [UInt8](place)
      if let changes = try? File.read(delta, limit: UCIPackage.byteLimit) {
        package.apply(delta: changes)
      }
    }
    self.package = package
    global = try Self.global(package, path)
  }

  private static func package(
    _ bytes: [UInt8], _ path: [UInt8]
  ) throws(Failure) -> UCIPackage {
    do throws(UCIError) { return try UCIPackage.parse(bytes, name: [UInt8]("ddns")) } catch {
      throw Failure(.config, "\(path):\(error.line): \(error.words) (byte \(error.byte))")
    }
  }

  private static func global(
    _ package: UCIPackage, _ path: [UInt8]
  ) throws(Failure) -> GlobalOptions {
    do throws(ConfigProblem) { return try GlobalOptions(package) } catch {
      throw Failure(.config, "\(path):\(error.line): \(error.words)")
    }
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

  /// A section of type `service` by its name or `@service[n]`.
  public func section(_ name: [UInt8]) throws(Failure) -> ServiceSection {
    guard let section = package.section(at: name), !section.options.isEmpty else {
      throw Failure(.config, "Service section '\(name)' not defined")
    }
    return try serviceSection(section)
  }

  /// Reads a section; a problem in it is a `config` failure with file and line.
  public func serviceSection(_ section: UCISection) throws(Failure) -> ServiceSection {
    do throws(ConfigProblem) { return try ServiceSection(section) } catch {
      throw Failure(.config, "\(path):\(error.line): section '\(section.name)': \(error.words)")
    }
  }

  /// The provider of a section, or its own URL (contract 2.1, 2.2).
  public func service(of section: ServiceSection) throws(Failure) -> Service {
    guard let name = section.serviceName else {
      if let script = section.updateScript {
        return Service(script: script)
      }
      guard let url = section.updateURL else {
        throw failure(
          section, "No update_url found/defined or no update_script found/defined!")
      }
      return Service(updateURL: url)
    }
    do throws(ServiceError) {
      _ = try ServiceAlias.serviceName(name)
      for place in ServiceAlias.searchPaths(for: name, family: section.family) {
        let path = root + place.path
        guard let bytes = try read(path, place, name) else { continue }
        if !place.isTable {
          return try Service(
            json: bytes, name: place.name, family: section.family, file: path)
        }
        if let service = try ServiceTable.service(named: place.name, in: bytes, file: path) {
          return service
        }
      }
    } catch {
      throw failure(section, error.text)
    }
    throw failure(
      section,
      "service_name '\(name)': no such service in /usr/share/ddns or the tables of old releases"
        + (ServiceAlias.isRetiredCloudflare(name)
          ? ": use 'cloudflare.com-v4', with option domain 'host@zone'"
          : "; one that needs a script comes with a package of its own"))
  }

  private func read(
    _ path: [UInt8], _ place: ServiceAlias.Place, _ name: [UInt8]
  ) throws(ServiceError) -> [UInt8]? {
    let limit = place.isTable ? ServiceTable.fileLimit : Service.fileLimit
    do throws(SystemError) { return try File.read(path, limit: limit) } catch {
      if error.kind == .tooLarge {
        throw ServiceError(.tooLarge(limit: limit), service: name, file: path)
      }
      return nil
    }
  }

  func failure(_ section: ServiceSection, _ words: Text) -> Failure {
    Failure(.config, "\(path):\(section.line): section '\(section.name)': \(words)")
  }
}
