// SPDX-License-Identifier: Apache-2.0

import Wire

extension URLTemplate {
  /// The error for a place without a value, in the words of ddns-scripts.
  public static func missingText(_ placeholder: Placeholder) -> Text {
    placeholder == .subname
      ? "'lookup_host' is not in the zone that 'username' names"
      : "Service section missing '\(placeholder.option)'"
  }
}
