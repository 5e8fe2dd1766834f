// SPDX-License-Identifier: Apache-2.0

import Wire

/// Whose certificates a transfer trusts.
public enum TrustPolicy: Equatable, Sendable {
  /// Every server's: no protection against a false one.
  case ignore
  /// The authorities in a PEM file.
  case file([UInt8])
  /// The authorities in all PEM files of a directory.
  case directory([UInt8])
  /// The authorities the system comes with, looked for below this root directory (empty for `/`).
  case systemDefault(root: [UInt8] = [])
}

extension TrustPolicy {
  /// How many certificates there are, and where they are or should be.
  public var inventory: (count: Int, path: [UInt8]) {
    guard let store = try? TrustStore(self, peer: []) else { return (0, path) }
    let count = store.count
    return (count, store.files.count == 1 || count == 0 ? store.files.first ?? path : path)
  }

  /// What to name when there are no certificates.
  var path: [UInt8] {
    switch self {
    case .ignore: []
    case .file(let path), .directory(let path): path
    case .systemDefault(let root): root + ("/etc/ssl/certs" as Literal).bytes
    }
  }
}
