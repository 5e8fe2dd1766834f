// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Net

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A directory that goes away with the test.
private final class Folder {
  let path = NSTemporaryDirectory() + "trust-store-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func copy(_ certificate: String, to name: String) throws {
    let folder = (path + "/" + name as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(TestCertificates.directory)/\(certificate)", toPath: "\(path)/\(name)")
  }
}

@Suite(.timeLimit(.minutes(15))) struct TrustStoreTests {
  private func files(_ policy: TrustPolicy) -> [String]? {
    (try? TrustStore(policy, peer: []))?.files.map { String(decoding: $0, as: UTF8.self) }
  }

  private func subject(of name: String) throws -> [UInt8] {
    let data = try #require(
      FileManager.default.contents(atPath: "\(TestCertificates.directory)/\(name)"))
    var scanner = PEMScanner(subject: nil)
    let der = try #require(scanner.scan(Array(data)).first)
    guard case .found(let range) = PEMSubject.find(in: der) else { return [] }
    return Array(der[range])
  }

  @Test func `prefers the bundle of the system to its directory`() throws {
    let root = try Folder()
    #expect(files(.systemDefault(root: bytes(root.path))) == nil)
    try root.copy("ca.crt", to: "etc/ssl/certs/one.crt")
    #expect(
      files(.systemDefault(root: bytes(root.path))) == [root.path + "/etc/ssl/certs/one.crt"])
    try root.copy("ca.crt", to: "etc/pki/tls/certs/ca-bundle.crt")
    #expect(
      files(.systemDefault(root: bytes(root.path)))
        == [root.path + "/etc/pki/tls/certs/ca-bundle.crt"])
    try root.copy("ca.crt", to: "etc/ssl/cert.pem")
    #expect(files(.systemDefault(root: bytes(root.path))) == [root.path + "/etc/ssl/cert.pem"])
    // Not one without a certificate in it.
    try root.copy("index.txt", to: "etc/ssl/certs/ca-certificates.crt")
    #expect(files(.systemDefault(root: bytes(root.path))) == [root.path + "/etc/ssl/cert.pem"])
  }

  @Test func `counts the certificates, those of a bundle once`() throws {
    let root = try Folder()
    let policy = TrustPolicy.systemDefault(root: bytes(root.path))
    #expect(policy.inventory.count == 0)
    try root.copy("ca.crt", to: "etc/ssl/certs/one.crt")
    try root.copy("ca.crt", to: "etc/ssl/certs/two.crt")
    #expect(policy.inventory.count == 2)
    #expect(policy.inventory.path == bytes(root.path + "/etc/ssl/certs"))
    try root.copy("ca.crt", to: "etc/ssl/certs/ca-certificates.crt")
    #expect(policy.inventory.count == 1)
    #expect(policy.inventory.path == bytes(root.path + "/etc/ssl/certs/ca-certificates.crt"))
  }

  @Test func `takes regular files of a directory and the bundle first`() throws {
    let folder = try Folder()
    try folder.copy("ca.crt", to: "a.pem")
    try folder.copy("ca.crt", to: "5ed36f99.0")
    try folder.copy("ca.crt", to: "below/b.pem")
    try folder.copy("other-ca.crt", to: "ca-certificates.crt")
    #expect(
      files(.directory(bytes(folder.path)))
        == [folder.path + "/ca-certificates.crt", folder.path + "/a.pem"])
  }

  @Test func `finds an authority in the file that has it`() throws {
    let folder = try Folder()
    try folder.copy("ca.crt", to: "a.pem")
    try folder.copy("other-ca.crt", to: "ca-certificates.crt")
    let store = try TrustStore(.directory(bytes(folder.path)), peer: [])
    #expect(store.certificates(subject: try subject(of: "ca.crt")).count == 1)
    #expect(store.certificates(subject: try subject(of: "other-ca.crt")).count == 1)
    #expect(store.certificates(subject: try subject(of: "good.crt")).isEmpty)
  }

  @Test func `knows the links of c_rehash`() {
    #expect(TrustStore.isHashLink(bytes("5ed36f99.0")))
    #expect(TrustStore.isHashLink(bytes("5ed36f99.12")))
    for name in ["5ed36f99.", "5ed36f99", "5ed36f9.0", "5ed36f99.pem", "zed36f99.0", ""] {
      #expect(!TrustStore.isHashLink(bytes(name)))
    }
  }
}
