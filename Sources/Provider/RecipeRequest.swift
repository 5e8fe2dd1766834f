// SPDX-License-Identifier: Apache-2.0

import Wire

/// A request that a recipe's step makes.
public final class RecipeRequest {
  /// A field of its header.
  public struct Field {
    /// Its name.
    public var name: [UInt8]
    /// What follows the colon.
    public var value: [UInt8]
  }

  /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
  public var method: [UInt8]
  /// Where to. Never show it; show `shown`.
  public var url: [UInt8]
  /// Fields besides those that every request has.
  public var fields: [Field] = []
  /// What to send; nil for nothing.
  public var body: [UInt8]?
  /// Method, URL and body for a log, with `***` for user name and secrets.
  public var shown: Text = ""

  init(method: [UInt8], url: [UInt8]) {
    self.method = method
    self.url = url
  }
}
