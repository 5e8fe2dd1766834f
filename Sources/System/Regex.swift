// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Extended regular expressions of POSIX, case ignored: what `grep -iE` takes.
public enum Regex {
  /// Whether a line of the text matches; false for a pattern that is none.
  public static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    text.lines.contains { line in
      csys_regex_matches(pattern.c, Array(line).c)
    }
  }
}
