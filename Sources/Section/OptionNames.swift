// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// The option names that mean something, and what somebody may have meant by others.
public enum OptionNames {
  /// The names of contract 1.2, old ones too. `use_curl` is for scripts.
  static let global: StaticString = """
    upd_privateip ddns_rundir ddns_logdir ddns_statedir ddns_loglines ddns_dateformat use_curl url \
    services_url cacert allow_local_ip run_dir log_dir log_lines date_format
    """

  /// The names of contract 1.3 and ours; last what bundled scripts of ddns-scripts read.
  static let service: StaticString = """
    enabled interface service_name update_url update_script lookup_host domain username password \
    param_enc param_opt use_https cacert use_syslog use_logfile ip_source ip_network ip_interface \
    ip_url ip_script user_agent check_interval check_unit check_interval_min force_interval \
    force_unit retry_interval retry_unit retry_max_count retry_count retry_backoff use_ipv6 \
    force_ipversion dns_server force_dnstcp proxy bind_network is_glue use_api_check verify \
    zone_id dns_record_id record_id rec_id ip_dynamic zone record
    """

  /// The options that nothing will look at.
  ///
  /// A script may look at options nobody knows but its author: with `allowsAny` only names
  /// that are nearly a known one are named.
  public static func unknown(in section: UCISection, allowsAny: Bool = false) -> [ConfigProblem] {
    let known = [UInt8](section.type == "service" ? service : global).words
    return section.options.compactMap { option in
      if known.contains(where: { $0.elementsEqual(option.name) }) { return nil }
      let near = nearest(to: option.name, in: known)
      guard near != nil || !allowsAny else { return nil }
      let line = section.line(of: option.name) ?? section.line
      let hint: Text = near.map { ": did you mean '\($0)'?" } ?? ": nothing looks at it"
      return ConfigProblem(line: line, "option '\(option.name)' is not known" + hint)
    }
  }

  /// The name with the fewest letters to change, at most two and fewer than half of them.
  private static func nearest(
    to name: [UInt8], in known: [ArraySlice<UInt8>]
  ) -> ArraySlice<UInt8>? {
    var best: ArraySlice<UInt8>?
    var least = min(3, (name.count + 1) / 2)
    for candidate in known {
      let changes = distance(name, candidate)
      if changes < least { (best, least) = (candidate, changes) }
    }
    return best
  }

  /// How many bytes have to be put in, taken away or replaced (Levenshtein).
  private static func distance(_ one: [UInt8], _ other: ArraySlice<UInt8>) -> Int {
    var row = Array(0...other.count)
    for (index, byte) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, their) in other.enumerated() {
        let replaced = diagonal + (byte == their ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, min(diagonal, row[column]) + 1)
      }
    }
    return row[other.count]
  }
}
