// SPDX-License-Identifier: Apache-2.0

import Wire

/// Who is asked for the address that the Internet sees: one of the values of `ip_url`.
public struct AddressSource: Sendable {
  /// How it is asked.
  public enum Way: Sendable {
    /// A page that shows the caller's address.
    case page(URL)
  }

  /// Why a value is no source.
  public struct Problem: Error, Sendable {
    /// For a person.
    public let message: Text
  }

  /// How it is asked.
  public let way: Way
  /// The value as it is written.
  public let text: [UInt8]

  /// Reads a value.
  public init(_ text: [UInt8], family: IPAddress.Family) throws(Problem) {
    self.text = text
    guard let url = URL(text) else {
      throw Problem(message: "ip_url '\(text)' is no http or https URL")
    }
    way = .page(url)
  }
}
