// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Migration
import Report
import System
import Wire

/// `ddns-runner --import FILE`: prints the sections that say what the configuration of another client
/// does. It needs no configuration of ours, and changes none.
enum ImportCommand {
  /// The largest provider file that is looked at, in bytes.
  private static let serviceLimit = 16_384

  @inline(never)
  static func run(_ path: [UInt8], _ arguments: Arguments) throws(Failure) -> ExitStatus {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try File.read(path, limit: Migration.byteLimit) } catch {
      throw Failure(.config, error.message)
    }
    let services = services(below: Configuration.root(arguments))
    let text: Text
    do throws(MigrationError) {
      text = try Migration.sections(of: bytes, path: path, services: services, files: included)
    } catch {
      let place: Text = error.line > 0 ? "\(path):\(error.line)" : "\(path)"
      throw Failure(.config, "\(place): \(error.message)")
    }
    return try Tool.answer(text)
  }

  /// What a file says that another includes: inadyn knows the home folder, too.
  private static func included(_ path: [UInt8]) -> [UInt8]? {
    var place = path
    if path.starts(with: [UInt8]("~/")), let home = Environment.value("HOME") {
      place = home + path.part(from: 1, to: path.count)
    }
    return try? File.read(place, limit: Migration.byteLimit)
  }

  /// All provider files; one's own before ours.
  private static func services(below root: [UInt8]) -> [UInt8] {
    var services: [UInt8] = []
    for place in ["custom/", "default/"] as [Literal] {
      let folder = Text("\(root)/usr/share/ddns/\(place)").bytes
      for name in Configuration.serviceNames(in: folder) {
        let path = Text("\(folder)\(name).json").bytes
        if let text = try? File.read(path, limit: serviceLimit) {
          services += Text("\u{1}\(name)\u{2}\(text)").bytes
        }
      }
    }
    return services
  }
}
