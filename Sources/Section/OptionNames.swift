// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Finds the options that mean nothing, and what somebody may have meant by them.
public enum OptionNames {
  /// The options that nothing will look at.
  ///
  /// A script may look at options nobody knows but its author: with `allowsAny` only names
  /// that are nearly a known one are named.
  public static func unknown(in section: UCISection, allowsAny: Bool = false) -> [ConfigError] {
    let scope = OptionTable.Scope(section)
    let known = OptionTable.rows(scope).flatMap { [UInt8]($0.names).words }
    return section.options.compactMap { option in
      if OptionTable.row(option.name, scope) != nil { return nil }
      let near = Spelling.nearest(to: option.name, in: known)
      guard near != nil || !allowsAny else { return nil }
      let line = section.line(of: option.name) ?? section.line
      let hint: Text = near.map { ": did you mean '\($0)'?" } ?? ": nothing looks at it"
      return ConfigError(line: line, "option '\(option.name)' is not known" + hint)
    }
  }
}
