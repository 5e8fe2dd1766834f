// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Certificates made for one run of the tests, and servers that show them.
enum TestCertificates {
  /// A directory with `ca.crt`, `other-ca.crt` and a `NAME.crt`, `NAME.key` for each server.
  static let directory: String = {
    let path =
      NSTemporaryDirectory() + "transfer-tests-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let now = "20200101000000Z"
    let later = "20990101000000Z"
    let script = """
      set -e
      cat >ca.conf <<'END'
      [ca]
      default_ca = it
      [it]
      dir = .
      database = index.txt
      new_certs_dir = .
      serial = serial
      certificate = ca.crt
      private_key = ca.key
      default_md = sha256
      policy = any
      copy_extensions = copy
      unique_subject = no
      [any]
      commonName = supplied
      END
      : >index.txt
      echo 01 >serial
      ec='ec -pkeyopt ec_paramgen_curve:P-256'
      for name in ca other-ca; do
        openssl req -x509 -newkey $ec -nodes -keyout $name.key -out $name.crt -days 3650 \
          -subj "/CN=Test $name"
      done
      server() {
        openssl req -newkey $2 -nodes -keyout $1.key -out $1.csr -subj "/CN=$3" \
          -addext "subjectAltName=DNS:$3"
        openssl ca -batch -notext -config ca.conf -in $1.csr -out $1.crt -startdate $4 -enddate $5
      }
      server good "$ec" good.test \(now) \(later)
      server rsa rsa:2048 good.test \(now) \(later)
      server expired "$ec" good.test \(now) 20210101000000Z
      server future "$ec" good.test 20980101000000Z \(later)
      cp other-ca.crt other.pem
      """
    shell(script, in: path)
    atexit { try? FileManager.default.removeItem(atPath: TestCertificates.directory) }
    return path
  }()

  /// A path in the directory, as the code under test wants it.
  static func path(_ name: String) -> [UInt8] { Array("\(directory)/\(name)".utf8) }

  private static func shell(_ script: String, in directory: String) {
    var status: Int32 = 0
    let command = "cd '\(directory)' || exit; exec >/dev/null 2>&1\n" + script
    waitpid(spawn(["/bin/sh", "-c", command], output: nil), &status, 0)
  }
}

/// Starts a program with its standard output on a descriptor; its process number.
private func spawn(_ arguments: [String], output: Int32?) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  if let output { posix_spawn_file_actions_adddup2(&actions, output, 1) }
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  pointers.append(nil)
  var process: pid_t = -1
  posix_spawnp(&process, arguments[0], &actions, nil, pointers, environ)
  return process
}

/// `openssl s_server` with one of the certificates; it answers every GET with a page.
final class TLSServer {
  let port: UInt16
  private let process: pid_t

  init(_ certificate: String, _ options: String...) throws {
    let base = "\(TestCertificates.directory)/\(certificate)"
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    process = spawn(
      ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", base + ".crt"]
        + ["-key", base + ".key"] + options, output: ends[1])
    close(ends[1])
    defer { close(ends[0]) }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 512)
    var found: UInt16?
    while found == nil {
      let count = read(ends[0], &buffer, buffer.count)
      if count <= 0 { break }
      text += String(decoding: buffer[..<count], as: UTF8.self)
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }) {
        found = line.split(separator: ":").last.flatMap { UInt16($0) }
      }
    }
    port = found ?? 0
  }

  deinit {
    var status: Int32 = 0
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
  }
}
