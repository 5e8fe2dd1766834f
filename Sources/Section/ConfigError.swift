// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is wrong with the configuration, and on which line.
public struct ConfigError: Error, Equatable, Sendable {
  /// The line of the file; 0 when no line is to blame.
  public let line: Int
  /// What is wrong and what to write instead; without secrets.
  public let message: Text

  /// A problem on a line.
  public init(line: Int, _ message: Text) {
    self.line = line
    self.message = message
  }
}
