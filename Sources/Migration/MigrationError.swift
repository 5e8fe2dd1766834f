// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a file cannot be taken over. No value of it is ever in the words.
public struct MigrationError: Error, Equatable, Sendable {
  /// The line, counted from 1; 0 for the whole file.
  public let line: Int
  /// What is wrong.
  public let message: Text

  init(line: Int, _ message: Text) {
    self.line = line
    self.message = message
  }
}
