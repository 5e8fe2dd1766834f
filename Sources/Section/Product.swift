// SPDX-License-Identifier: Apache-2.0

import Wire

/// Who this program is when somebody asks.
public enum Product {
  /// What `-V` prints after the program's name.
  public static let version: Literal = "0.1.0"

  /// What update scripts get to work with.
  public static let shellLibrary: Literal = "/usr/lib/ddns/dynamic_dns_functions.sh"

  /// What callers of ddns-scripts' commands are told: the release whose behaviour this has, and ours.
  public static let compatibleVersion: Literal = "2.8.4-0.1.0"

  /// The User-Agent of every request unless `option user_agent` says otherwise: product, program
  /// with version, contact as Dyn's rules for clients ask; providers block those without.
  public static let userAgent: Literal =
    "ddns-toolkit ddns-update/0.1.0 hostmaster@ddns-toolkit.example"
}
