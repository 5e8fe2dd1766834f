// SPDX-License-Identifier: Apache-2.0

import System
import Wire

/// The files trusted authorities are looked up in, one at a time and only when one is needed.
struct TrustStore {
  /// Where systems keep their authorities, in the order of preference; the last is a directory.
  private static let bundles: [Literal] = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt",
  ]
  private static let systemDirectory: Literal = "/etc/ssl/certs"
  private static let chunkSize = 16 * 1024

  /// The files, in the order they are searched.
  let files: [[UInt8]]

  /// Finds the files of a policy, which is not `.ignore`.
  ///
  /// Throws when there is none, or a single file has no certificate in it.
  init(_ policy: TrustPolicy, peer: [UInt8]) throws(NetError) {
    switch policy {
    case .ignore: files = []
    case .file(let path): files = Self.hasCertificate(path) ? [path] : []
    case .directory(let path): files = Self.files(in: path)
    case .systemDefault(let root): files = Self.systemFiles(below: root)
    }
    if files.isEmpty { throw NetError(.noTrustedCertificates(path: policy.path), peer: peer) }
  }

  /// All certificates with this subject (DER, with its tag). A file that cannot be read has none.
  func certificates(subject: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for path in files {
      found += Self.scan(path, for: subject)
      // The rest of a directory that has a bundle repeats what is in it.
      if !found.isEmpty, Self.isBundle(path) { break }
    }
    return found
  }

  /// How many there are.
  var count: Int {
    var count = 0
    for path in files {
      count += Self.scan(path, for: nil).count
      if count > 0, Self.isBundle(path) { break }
    }
    return count
  }

  private static func systemFiles(below root: [UInt8]) -> [[UInt8]] {
    for bundle in bundles {
      let path = root + bundle.bytes
      if hasCertificate(path) { return [path] }
    }
    return files(in: root + systemDirectory.bytes)
  }

  /// The regular files of a directory, a bundle first, without the links that `c_rehash` makes.
  private static func files(in directory: [UInt8]) -> [[UInt8]] {
    let names = File.names(in: directory).filter { !isHashLink($0) }
    let paths = names.map { directory + [UInt8(ascii: "/")] + $0 }
    let files = paths.filter { File.info($0)?.kind == .file }
    return files.filter { isBundle($0) } + files.filter { !isBundle($0) }
  }

  private static func isBundle(_ path: [UInt8]) -> Bool {
    path.suffix(20).elementsEqual(("/ca-certificates.crt" as Literal).bytes)
  }

  /// Eight hexadecimal digits, a dot, a number: the file it leads to lies beside it.
  static func isHashLink(_ name: [UInt8]) -> Bool {
    name.count > 9 && name[8] == UInt8(ascii: ".") && name[..<8].allSatisfy { $0.hexValue != nil }
      && name[9...].allSatisfy { $0.isDigit }
  }

  private static func hasCertificate(_ path: [UInt8]) -> Bool {
    !scan(path, for: nil, onlyFirst: true).isEmpty
  }

  /// The certificates of a file that have this subject (nil = any), read piece by piece.
  private static func scan(
    _ path: [UInt8], for subject: [UInt8]?, onlyFirst: Bool = false
  ) -> [[UInt8]] {
    var scanner = PEMScanner(subject: subject)
    var found: [[UInt8]] = []
    do throws(SystemError) {
      let descriptor = try File.open(path)
      var isAtEnd = false
      while !isAtEnd, !onlyFirst || found.isEmpty {
        let piece = try descriptor.read(limit: chunkSize)
        isAtEnd = piece.isEmpty
        // A last line without its end counts, too.
        found += scanner.scan(isAtEnd ? [UInt8(ascii: "\n")] : piece)
      }
    } catch {
      // What cannot be read vouches for nobody. The handshake will say so.
    }
    return found
  }
}
