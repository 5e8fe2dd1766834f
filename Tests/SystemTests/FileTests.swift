// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import System

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A directory that is gone when nobody needs it any more.
final class Folder {
  let path = NSTemporaryDirectory() + "ddns-system-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> [UInt8] { bytes(path + "/" + name) }

  var names: [String] { File.names(in: bytes(path)).map { string($0) }.sorted() }
}

/// What a call failed with; nil when it did not.
func failure(_ body: () throws -> Void) -> SystemError? {
  do { try body() } catch { return error as? SystemError }
  return nil
}

@Suite(.timeLimit(.minutes(15))) struct FileTests {
  @Test func `a program is below the root, or where programs are, and never here`() throws {
    let folder = try Folder()
    let root = bytes(folder.path)
    for name in ["/sbin/", "/usr/bin/"] {
      let path = folder.path + name
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try File.replace(bytes(path + "tool"), with: bytes("#!/bin/sh\n"), mode: 0o755)
    }
    try File.replace(bytes(folder.path + "/usr/bin/data"), with: bytes("text"), mode: 0o644)
    let rows = [
      ("tool", "/usr/bin/tool"), ("/sbin/tool", "/sbin/tool"), ("/none", "/none"),
      ("none", "/bin/none"), ("data", "/bin/data"), ("", "/bin/"), ("./tool", "./tool"),
    ]
    for (name, path) in rows {
      #expect(string(File.program(bytes(name), root: root)) == folder.path + path)
    }
    #expect(File.program(bytes("ddns-of-nobody"), root: []) == bytes("/bin/ddns-of-nobody"))
  }

  @Test func `a replaced file has the new content, its mode, and no neighbour`() throws {
    let folder = try Folder()
    let path = folder.file("state")
    try File.replace(path, with: bytes("one"), durable: true)
    #expect(File.info(path)?.mode == 0o600)
    try File.replace(path, with: bytes("two"), mode: 0o644)
    #expect(File.info(path)?.mode == 0o644)
    #expect(File.info(path)?.kind == .file)
    #expect(File.info(path)?.size == 3)
    #expect(try File.read(path, limit: 3) == bytes("two"))
    #expect(folder.names == ["state"])
  }

  @Test func `a reader that has the old file open goes on reading it`() throws {
    let folder = try Folder()
    let path = folder.file("state")
    try File.replace(path, with: bytes("old"))
    let reader = try File.open(path)
    try File.replace(path, with: bytes("new"))
    let seen = try reader.read(limit: 10)
    #expect(seen == bytes("old"))
  }

  @Test func `a replace that fails leaves nothing behind and keeps the old`() throws {
    let folder = try Folder()
    try File.createDirectory(folder.file("taken/full"))
    let error = failure { try File.replace(folder.file("taken"), with: bytes("x")) }
    #expect(error?.call == bytes("replace"))
    #expect(folder.names == ["taken"])
    #expect(
      failure { try File.replace(folder.file("no/state"), with: bytes("x")) }?.kind == .notFound)
    #expect(folder.names == ["taken"])
  }

  @Test func `a link planted where the temporary file goes is not followed`() throws {
    let folder = try Folder()
    try File.replace(folder.file("victim"), with: bytes("precious"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/state~",
      withDestinationPath: folder.path + "/victim")
    #expect(failure { try File.replace(folder.file("state"), with: bytes("x")) } != nil)
    #expect(try File.read(folder.file("victim"), limit: 100) == bytes("precious"))
  }

  @Test func `a log is not appended to through a link`() throws {
    let folder = try Folder()
    try File.replace(folder.file("victim"), with: bytes("precious"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/log", withDestinationPath: folder.path + "/victim")
    #expect(failure { try File.append(bytes("x"), to: folder.file("log")) } != nil)
    #expect(try File.read(folder.file("victim"), limit: 100) == bytes("precious"))
  }

  @Test(arguments: [(0, ""), (3, "890"), (10, "1234567890"), (11, "1234567890")])
  func `the end of a file is as much of it as one asks for`(limit: Int, end: String) throws {
    let folder = try Folder()
    try File.append(bytes("1234567890"), to: folder.file("log"))
    #expect(string(try File.readEnd(folder.file("log"), limit: limit)) == end)
  }

  @Test func `appending creates a file of our own and keeps what is there`() throws {
    let folder = try Folder()
    try File.append(bytes("a\n"), to: folder.file("log"))
    try File.append([], to: folder.file("log"))
    try File.append(bytes("b\n"), to: folder.file("log"))
    #expect(try File.read(folder.file("log"), limit: 4) == bytes("a\nb\n"))
    #expect(File.info(folder.file("log"))?.mode == 0o600)
  }

  @Test(arguments: [0, 1, 999, 1_000, 1_001, 4_096, 70_000])
  func `a file of exactly the limit is read, one byte more is too large`(size: Int) throws {
    let folder = try Folder()
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    try File.replace(folder.file("file"), with: content)
    #expect(try File.read(folder.file("file"), limit: size) == content)
    #expect(try File.read(folder.file("file"), limit: size + 1) == content)
    guard size > 0 else { return }
    let error = failure { _ = try File.read(folder.file("file"), limit: size - 1) }
    #expect(error?.kind == .tooLarge)
    let words = error.map { string($0.message.bytes) }
    #expect(words?.hasSuffix("file: larger than \(size - 1) bytes") == true)
  }

  @Test func `a file that has changed just now is not taken for unchanged, an older one is`() throws
  {
    let folder = try Folder()
    let missing = File.stamp(folder.file("file"))
    #expect(missing != nil && missing == File.stamp(folder.file("other")))
    try File.replace(folder.file("file"), with: bytes("a"))
    #expect(File.stamp(folder.file("file")) == nil)
    let (program, library) = (bytes("/bin/sh"), bytes("/etc/passwd"))
    #expect(File.stamp(program) != nil && File.stamp(program) == File.stamp(program))
    #expect(File.stamp(program) != File.stamp(library) && File.stamp(program) != missing)
  }

  @Test func `a file of /proc, which has no size, is read, and an endless one is too large`()
    throws
  {
    #expect(try !File.read(bytes("/proc/self/status"), limit: 65_536).isEmpty)
    #expect(failure { _ = try File.read(bytes("/dev/zero"), limit: 5_000) }?.kind == .tooLarge)
  }

  @Test func `a directory and a missing file are errors with the path`() throws {
    let folder = try Folder()
    let missing = failure { _ = try File.read(folder.file("none"), limit: 10) }
    #expect(missing?.kind == .notFound)
    #expect(
      missing.map { string($0.message.bytes) }
        == "cannot open \(folder.path)/none: No such file or directory")
    #expect(failure { _ = try File.read(bytes(folder.path), limit: 10) } != nil)
    #expect(File.info(folder.file("none")) == nil)
    #expect(File.info(bytes(folder.path))?.kind == .directory)
    #expect(File.info(bytes("/dev/null"))?.kind == .other)
  }

  @Test func `only a regular file that may be run is executable`() throws {
    let folder = try Folder()
    try File.replace(folder.file("a"), with: [], mode: 0o644)
    try File.replace(folder.file("b"), with: [], mode: 0o755)
    #expect(!File.isExecutable(folder.file("a")))
    #expect(File.isExecutable(folder.file("b")))
    #expect(!File.isExecutable(bytes(folder.path)))
    #expect(!File.isExecutable(folder.file("none")))
  }

  @Test func `directories are made with those above them, and once`() throws {
    let folder = try Folder()
    try File.createDirectory(folder.file("a/b/c"), mode: 0o700)
    try File.createDirectory(folder.file("a/b/c"))
    #expect(File.info(folder.file("a/b/c"))?.mode == 0o700)
    try File.append([1], to: folder.file("file"))
    #expect(failure { try File.createDirectory(folder.file("file/x")) } != nil)
    #expect(failure { try File.createDirectory(folder.file("file")) } != nil)
  }

  @Test(arguments: [0o640, 0o600, 0o444] as [Int32])
  func `a file that keeps its mode has it before anybody can read the new one`(mode: Int32) throws {
    let folder = try Folder()
    let path = folder.file("file")
    try File.replace(path, with: bytes("old"), mode: mode, shared: true, keepsMode: true)
    #expect(File.info(path)?.mode == mode)
    #expect(chmod(string(path), mode_t(mode)) == 0)
    try File.replace(path, with: bytes("new"), shared: true, keepsMode: true)
    #expect(File.info(path)?.mode == mode)
    #expect(try File.read(path, limit: 10) == bytes("new"))
    #expect(folder.names == ["file"])
  }

  @Test func `an open file says what a symbolic link leads to`() throws {
    let folder = try Folder()
    try File.append([1], to: folder.file("file"))
    #expect(symlink("file", string(folder.file("link"))) == 0)
    let file = try File.open(folder.file("link"))
    let target = try #require(File.target("/proc/self/fd/\(file.rawValue)"))
    #expect(string(target).hasSuffix("/file"))
    #expect(try file.lock(target))
    #expect(try File.lock(folder.file("file")) == nil)
    #expect(File.target("/nonexistent") == nil)
  }

  @Test func `removing what is not there is no error`() throws {
    let folder = try Folder()
    try File.remove(folder.file("none"))
    try File.append([1], to: folder.file("file"))
    try File.remove(folder.file("file"))
    #expect(folder.names == [])
    #expect(failure { try File.remove(bytes("/proc/version")) } != nil)
  }

  @Test(.enabled(if: Namespaces.work))
  func `a full disk leaves the old file and nothing else`() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      try Namespaces.leave(mounts: true)
      try Namespaces.run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder.path)
      let path = folder.file("state")
      try File.replace(path, with: bytes("old"))
      let error = failure {
        try File.replace(path, with: [UInt8](repeating: 1, count: 100_000))
      }
      precondition(error?.kind == .other, "no room was no error")
      precondition(folder.names == ["state"], "something is left behind")
      let content = try File.read(path, limit: 10)
      precondition(content == bytes("old"), "the old content is gone")
      try Namespaces.run("umount", folder.path)
    }
  }

  @Test(.enabled(if: Namespaces.work))
  func `a read-only directory is an error that says so`() async {
    await #expect(processExitsWith: .success) {
      let folder = try Folder()
      try Namespaces.leave(mounts: true)
      try Namespaces.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder.path)
      let error = failure { try File.replace(folder.file("state"), with: bytes("x")) }
      precondition(error?.kind == .denied, "written to a read-only directory")
      try Namespaces.run("umount", folder.path)
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct FileLockTests {
  private static let flock = ["/usr/bin/flock", "/bin/flock"].first {
    File.isExecutable(bytes($0))
  }

  /// Whether the lock can be had; it is given back at once.
  private func isFree(_ path: [UInt8]) throws -> Bool {
    guard let lock = try File.lock(path) else { return false }
    return lock.rawValue >= 0
  }

  @Test func `a second lock of one file is refused, and free when the first is let go`() throws {
    let folder = try Folder()
    let path = folder.file("lock")
    do {
      guard let lock = try File.lock(path) else {
        Issue.record("no lock")
        return
      }
      #expect(try !isFree(path))
      _ = lock.rawValue
    }
    #expect(try isFree(path))
    #expect(File.info(path)?.mode == 0o600)
  }

  @Test(.enabled(if: flock != nil))
  func `a lock keeps another process out, and ends with the process`() throws {
    let folder = try Folder()
    let path = folder.file("lock")
    let tool = bytes(try #require(Self.flock))
    var child = try Child(
      running: tool, [bytes("flock"), path, bytes("-c"), bytes("echo got; exec sleep 20")])
    let said = try child.output.read(limit: 4)
    #expect(said == bytes("got\n"))
    #expect(try !isFree(path))
    child.signal(.kill)
    // Its group holds the lock, too, and takes a moment to end.
    let deadline = Clock.uptime + 5_000
    while try child.ending() == nil || !isFree(path), Clock.uptime < deadline {
      _ = try Poll.wait(for: [], until: Clock.uptime + 2)
    }
    guard let lock = try File.lock(path) else {
      Issue.record("the lock did not end with its process")
      return
    }
    let refused = try Child.run(
      tool, [bytes("flock"), bytes("-n"), path, bytes("true")], patience: 5_000, outputLimit: 100)
    #expect(refused.ending == .exited(1))
    _ = lock.rawValue
  }
}
