// SPDX-License-Identifier: Apache-2.0

/// What went wrong while setting up a loopback server or its script, in words for a person.
package struct MockError: Error, Equatable, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
