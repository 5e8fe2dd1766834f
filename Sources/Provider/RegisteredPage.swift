// SPDX-License-Identifier: Apache-2.0

/// A provider's page that has the registered address in it, for `verify 'api'`.
public struct RegisteredPage: Equatable, Sendable {
  /// The URL to fetch.
  public let url: URLTemplate
  /// The header field, `Name: value`, that goes with the request; empty for none.
  public let header: URLTemplate

  /// Joins the two.
  public init(url: URLTemplate, header: URLTemplate) {
    self.url = url
    self.header = header
  }
}
