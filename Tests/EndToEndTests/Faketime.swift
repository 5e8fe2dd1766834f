// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Programs that are linked dynamically can be told another time.
enum Faketime {
  private static let library =
    (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib"))?
    .map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
    .first { FileManager.default.fileExists(atPath: $0) }

  static let isInstalled = library != nil && Tracing.canMount

  /// For a shell in a mount namespace of its own: what it then starts has this time (`+1h`,
  /// `@2020-01-01 00:00:00`). What libfaketime shares between processes has the number of the first
  /// in its name and stays behind when that is killed, where the next one of that number meets it.
  static func lines(_ clock: String) -> String {
    """
    mount -t tmpfs none /dev/shm || exit
    export LD_PRELOAD='\(library ?? "")' FAKETIME='\(clock)' FAKETIME_DONT_FAKE_MONOTONIC=1
    """
  }

  /// What libfaketime left where everybody's is.
  static var leftovers: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
    return names.filter { $0.contains("faketime") }.sorted()
  }
}
