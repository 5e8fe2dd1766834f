// SPDX-License-Identifier: Apache-2.0

import Wire

/// The words for yes and no that every OpenWrt script knows.
public enum UCIBoolean {
  /// `1 on true yes enabled` and `0 off false no disabled`; nil for anything else.
  public static func parse(_ word: [UInt8]) -> Bool? {
    switch word {
    case "1", "on", "true", "yes", "enabled": true
    case "0", "off", "false", "no", "disabled": false
    default: nil
    }
  }
}
