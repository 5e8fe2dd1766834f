// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Extended regular expressions of POSIX, case ignored: what `grep -iE` takes.
public enum Regex {
  /// Whether a line of the text matches; false for a pattern that is none.
  public static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    text.lines.contains { line in
      csys_regex_find(pattern.c, Array(line).c, nil, nil) == CSYS_MATCH
    }
  }

  /// Whether the pattern is one.
  public static func isValid(_ pattern: [UInt8]) -> Bool {
    csys_regex_find(pattern.c, [0], nil, nil) != CSYS_NO_PATTERN
  }

  /// What the first group of the pattern is in each line that matches, without groups all that
  /// matches, in lines again.
  public static func extract(_ pattern: [UInt8], from text: [UInt8]) -> [UInt8] {
    var found: [UInt8] = []
    for line in text.lines {
      let line = Array(line)
      var (from, to) = (0, 0)
      guard csys_regex_find(pattern.c, line.c, &from, &to) == CSYS_MATCH else { continue }
      found += line[from..<to] + [UInt8(ascii: "\n")]
    }
    return found
  }
}
