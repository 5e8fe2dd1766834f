// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Files by path. Everything here blocks for as long as the file system does.
public enum File {
  /// What a path leads to.
  public enum Kind: Equatable, Sendable {
    /// A regular file.
    case file
    /// A directory.
    case directory
    /// A device, pipe or socket.
    case other
  }

  /// The kind of file, its size in bytes and its permission bits; nil when there is none.
  public static func info(_ path: [UInt8]) -> (kind: Kind, size: Int64, mode: Int32)? {
    var size: Int64 = 0
    var mode: Int32 = 0
    switch csys_stat(path.c, &size, &mode) {
    case CSYS_FILE: return (.file, size, mode)
    case CSYS_DIRECTORY: return (.directory, size, mode)
    case CSYS_OTHER: return (.other, size, mode)
    default: return nil
    }
  }

  /// Whether the path may be executed by us. The C function is `access`.
  public static func isExecutable(_ path: [UInt8]) -> Bool {
    info(path)?.kind == .file && csys_is_executable(path.c)
  }

  /// Where a program is that somebody names: below the root, and one without a slash where a router has its
  /// programs, never where we happen to be. One that is nowhere is in the last of these places.
  public static func program(_ name: [UInt8], root: [UInt8]) -> [UInt8] {
    var path = root + name
    guard !name.contains(UInt8(ascii: "/")) else { return path }
    for folder in ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"] as [Literal] {
      path = root + [UInt8](folder) + name
      if isExecutable(path) { break }
    }
    return path
  }

  /// How many bytes may still be written where the path is; nil when the system does not say. The C
  /// function is `statvfs`.
  public static func room(at path: [UInt8]) -> Int64? {
    let result = csys_room(path.c)
    return result.error == CSYS_OK ? result.value : nil
  }

  /// Reads a whole file; over `limit` bytes is an error of kind `tooLarge`.
  public static func read(_ path: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = try open(path)
    // One byte over the limit tells "just fits" from "does not fit".
    var bytes: [UInt8] = []
    let size = Int(min(info(path)?.size ?? 0, Int64(limit)))
    var chunk = size > 0 ? size + 1 : FileDescriptor.chunk
    while bytes.count <= limit {
      chunk = min(chunk, limit + 1 - bytes.count)
      let part: [UInt8]
      do throws(SystemError) { part = try descriptor.read(limit: chunk) } catch {
        throw error.of(path)
      }
      if part.isEmpty { return bytes }
      bytes += part
      // A regular file that gave less than asked for has no more: saves the empty read.
      if part.count < chunk, size > 0 { return bytes }
    }
    throw SystemError(call: "read", object: path, kind: .tooLarge, limit: limit)
  }

  /// Reads the end of a file, at most `limit` bytes of it.
  public static func readEnd(_ path: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = try open(path)
    _ = try checked("read", path, csys_skip_to_end(descriptor.rawValue, Int64(limit)))
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let part = try descriptor.read(limit: min(limit - bytes.count, 16_384))
      if part.isEmpty { break }
      bytes += part
    }
    return bytes
  }

  /// Opens a file for reading. The C function is `open`.
  public static func open(_ path: [UInt8]) throws(SystemError) -> FileDescriptor {
    try opened("open", path, csys_open_read(path.c))
  }

  /// Replaces a file so that a reader, or a crash at any moment, sees the old content or the new.
  ///
  /// Temporary file beside it, `fsync` when `durable`, `rename`. Nothing is left behind on failure;
  /// what a crash leaves is overwritten next time, for there may be one writer only. With `shared` each
  /// process has a temporary file of its own; with `keepsMode` an old file's owner and mode stay.
  public static func replace(
    _ path: [UInt8], with bytes: [UInt8], mode: Int32 = 0o600, durable: Bool = false,
    shared: Bool = false, keepsMode: Bool = false
  ) throws(SystemError) {
    let temporary: Text = shared ? "\(path)~\(Process.id)" : "\(path)~"
    do throws(SystemError) {
      let flags = Int32(CSYS_CREATE | CSYS_TRUNCATE | CSYS_NOFOLLOW)
      let descriptor = try opened(
        "write", path, csys_open_write(temporary.bytes.c, flags, mode))
      if keepsMode { try checked("write", path, csys_imitate(descriptor.rawValue, path.c)) }
      do throws(SystemError) { try descriptor.write(bytes) } catch {
        throw error.of(path)
      }
      if durable { try checked("sync", path, csys_sync(descriptor.rawValue)) }
      let renamed = csys_rename(temporary.bytes.c, path.c)
      try checked("replace", path, renamed)
    } catch {
      _ = csys_unlink(temporary.bytes.c)
      throw error
    }
    guard durable, let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return }
    _ = csys_sync_directory(Array(path[..<slash]).c)
  }

  /// What a symbolic link leads to; nil when there is none. The C function is `readlink`.
  public static func target(_ path: Text) -> [UInt8]? {
    var buffer = [CChar](repeating: 0, count: 1024)
    let count = csys_readlink(path.bytes.c, &buffer, 1024)
    return count == 0 ? nil : [UInt8](buffer, count: count)
  }

  /// Appends to a file, which is created with the mode when missing.
  public static func append(
    _ bytes: [UInt8], to path: [UInt8], mode: Int32 = 0o600
  ) throws(SystemError) {
    let flags = Int32(CSYS_CREATE | CSYS_APPEND | CSYS_NOFOLLOW)
    let descriptor = try opened("open", path, csys_open_write(path.c, flags, mode))
    try descriptor.write(bytes)
  }

  /// Removes a file; one that is not there is no error.
  public static func remove(_ path: [UInt8]) throws(SystemError) {
    let result = csys_unlink(path.c)
    if result.error != CSYS_NOT_FOUND { try checked("remove", path, result) }
  }

  /// Removes the files of a directory whose names begin with one of these.
  public static func removeAll(in directory: [UInt8], startingWith beginnings: [[UInt8]]) {
    for name in names(in: directory) where beginnings.contains(where: { name.starts(with: $0) }) {
      try? remove(Text("\(directory)/\(name)").bytes)
    }
  }

  /// What differs whenever a file does; nil for one that has changed in the last seconds, which it may
  /// do again without a trace in its times.
  public static func stamp(_ path: [UInt8]) -> UInt64? {
    let stamp = csys_stamp(path.c)
    return stamp == 0 ? nil : stamp
  }

  /// The kernel's number of a file; nil when there is none.
  static func inode(_ path: [UInt8]) -> Int64? {
    let number = csys_inode(path.c)
    return number > 0 ? number : nil
  }

  /// Whether that process holds the lock of a file that somebody has locked; true when the kernel
  /// does not say who has.
  public static func isLocked(_ path: [UInt8], by id: Int32) -> Bool {
    guard let list = try? read([UInt8]("/proc/locks"), limit: 1 << 20) else { return true }
    let (process, inode) = (Text("\(id)").bytes, inode(path).map { Text(":\($0)").bytes } ?? [])
    var hasLock = false
    var isOther = false
    for line in list.lines {
      let words = Array(line).words.map { Array($0) }
      guard words.count > 5, words[1] == "FLOCK" else { continue }
      let isThis = words[5].suffix(inode.count).elementsEqual(inode)
      if words[4] == process {
        if isThis { return true }
        hasLock = true
      }
      if isThis { isOther = true }
    }
    // Some file systems have one number for us and another one in that list.
    return hasLock && !isOther
  }

  /// Opens or creates a file and locks it for this process; nil when another process has it.
  ///
  /// The lock lives as long as the descriptor. The C function is `flock`.
  public static func lock(_ path: [UInt8]) throws(SystemError) -> FileDescriptor? {
    let flags = Int32(CSYS_CREATE | CSYS_NOFOLLOW)
    let descriptor = try opened("open", path, csys_open_write(path.c, flags, 0o600))
    guard try descriptor.lock(path) else { return nil }
    return descriptor
  }

  /// Creates a directory and those above it.
  public static func createDirectory(
    _ path: [UInt8], mode: Int32 = 0o755
  ) throws(SystemError) {
    if info(path)?.kind == .directory { return }
    if let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
      try createDirectory(Array(path[..<slash]), mode: 0o755)
    }
    let result = csys_mkdir(path.c, mode)
    if result.error == CSYS_EXISTS, info(path)?.kind == .directory { return }
    try checked("create directory", path, result)
  }

  /// The names in a directory, in no order; none when it cannot be read.
  public static func names(in path: [UInt8]) -> [[UInt8]] {
    guard let directory = csys_directory_open(path.c) else { return [] }
    defer { csys_directory_close(directory) }
    var names: [[UInt8]] = []
    var buffer = [CChar](repeating: 0, count: 256)
    while true {
      let count = csys_directory_next(directory, &buffer, 256)
      let name = [UInt8](buffer, count: count)
      if name.isEmpty { return names }
      names.append(name)
    }
  }
}
