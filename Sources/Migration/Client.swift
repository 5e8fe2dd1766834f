// SPDX-License-Identifier: Apache-2.0

import Wire

/// A program whose configuration can be taken over.
enum Client: UInt8 {
  case inadyn

  /// What stands before a provider's name in the `aliases` of the provider files.
  var name: StaticString {
    switch self {
    case .inadyn: "inadyn"
    }
  }

  /// A line for each setting: its name, the options that say the same (`option=value`: always that
  /// value), and perhaps after `#` what is said to who has it. What has neither is made into options by
  /// code.
  private var table: StaticString {
    switch self {
    case .inadyn:
      """
      username username
      password password
      period check_interval check_unit=seconds
      forced-update force_interval force_unit=seconds
      iface ip_interface ip_source=interface
      ca-trust-file cacert
      user-agent user_agent
      hostname
      alias
      checkip-server
      checkip-path
      checkip-ssl
      checkip-command
      ddns-server
      ddns-path
      append-myip
      ssl # the provider's file says how it is asked
      ttl # param_opt 'ttl=...' where the provider is a recipe
      proxied # what the provider has is left as it is
      wildcard # set it at the provider
      ddns-response # dyndns2's words are understood; others go into a provider file
      include # what is in there is not read
      verify-address # if false: upd_privateip '1' in section 'global'
      fake-address # a wrong address is never sent
      allow-ipv6 # use_ipv6 '1', or 'both', in sections about IPv6
      secure-ssl # certificates are always checked
      broken-rtc # a clock that is not set is noticed
      iterations # ddns-runner --once
      cache-dir # ddns_statedir in section 'global'
      """
    }
  }

  /// What the table has for a setting; nil for one that is not in it.
  func row(_ key: [UInt8]) -> (options: [ArraySlice<UInt8>], remark: ArraySlice<UInt8>)? {
    for line in [UInt8](table).lines {
      let parts = line.split(separator: UInt8(ascii: "#"), maxSplits: 1)
      let words = Array(parts[0]).words
      guard words[0].elementsEqual(key) else { continue }
      return (Array(words.dropFirst()), parts.count > 1 ? parts[1].trimmed : [])
    }
    return nil
  }

  /// Makes the rest of the options, the provider and the hosts of a block.
  func finish(_ draft: inout Draft, _ block: ForeignFile.Block) {
    switch self {
    case .inadyn: draft.finishInadyn(block)
    }
  }
}
