// SPDX-License-Identifier: Apache-2.0

/// What went wrong while setting up a loopback server or its script, in words for a person.
public struct MockError: Error, Equatable, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
