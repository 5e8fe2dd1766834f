// SPDX-License-Identifier: Apache-2.0

import Wire

/// A program whose configuration can be taken over.
enum Client: UInt8 {
  case inadyn, ddclient, ddnsGo, pmCodeWorks, namecheap

  /// Whose configuration this is, by the first line that tells; nil for nobody's.
  @inline(never) init?(of bytes: [UInt8]) {
    for line in bytes.lines {
      let text = [UInt8](line).bare
      let word = text.part(before: " \t=:{")
      let next = text.part(from: word.count, to: text.count).bare.first ?? 0
      switch word {
      case "[DDNS]": self = .pmCodeWorks
      case "[Settings]": self = .namecheap
      case "dnsconf" where next == UInt8(ascii: ":"): self = .ddnsGo
      case "provider", "custom":
        if next == UInt8(ascii: "=") { continue }
        self = .inadyn
      default:
        if text.first == UInt8(ascii: "#") || !text.has("protocol=") { continue }
        self = .ddclient
      }
      return
    }
    return nil
  }

  /// What stands before a provider's name in the `aliases` of the provider files.
  var name: Literal {
    switch self {
    case .inadyn: "inadyn"
    case .ddclient: "ddclient"
    case .ddnsGo: "ddns-go"
    case .pmCodeWorks, .namecheap: ""
    }
  }

  /// Cuts the file into what it says.
  func read(_ bytes: [UInt8], _ files: OtherFiles) -> ForeignFile {
    let file = ForeignFile()
    if self == .inadyn {
      file.read(braces: bytes, files)
    } else {
      LineReader.read(bytes, of: self, into: file)
    }
    return file
  }

  /// A line for each setting: its name, the options that say the same (`option=value`: always that
  /// value), and perhaps after `#` what is said to who has it. What is not in it, or has nothing behind it,
  /// is made into options by code, or not at all.
  private var table: Literal {
    // lint: flat switch
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
      ssl # the provider's file has the URL
      ttl # param_opt 'ttl=...' for a recipe
      proxied # stays as it is
      ddns-response # belongs into a provider file
      include # cannot be read
      verify-address # if false: upd_privateip '1'
      fake-address # never sent
      allow-ipv6 # see use_ipv6
      secure-ssl # always checked
      broken-rtc # noticed
      iterations # see --once

      """
    case .ddclient:
      """

      login username
      password password
      apikey username
      secretapikey password
      login_env username_env
      password_env password_env
      dynurl update_url
      proxy proxy
      ssl_ca_file cacert
      ssl_ca_dir cacert
      ttl # param_opt 'ttl=...' for a recipe
      ssl # the provider's file has the URL
      web-skip # the first address counts; see ip_regex
      webv4-skip # the first address counts; see ip_regex
      webv6-skip # the first address counts; see ip_regex
      ip # see ip_script
      postscript # see config notify
      mail # see config notify
      mail-failure # see config notify
      pid # see ddns_rundir
      cache # see ddns_statedir

      """
    case .ddnsGo:
      """

      dns.id username
      dns.secret password
      httpinterface bind_network
      ttl # param_opt 'ttl=...' for a recipe
      ipv6.ipv6reg # see ip_suffix
      webhook.webhookurl # see config notify

      """
    case .pmCodeWorks:
      """

      username username
      password password
      recipient # see config notify
      ip # is kept elsewhere

      """
    case .namecheap:
      """

      api_password password
      log_file # see ddns_logdir
      ip_file # see ddns_statedir

      """
    }
  }

  /// What the table has for a setting: its line from the name on; nil for one that is not in it.
  @inline(never) func row(_ key: [UInt8]) -> [UInt8]? {
    let table = [UInt8](table)
    let mark = Text("\n\(key) ").bytes
    guard let start = table.firstIndex(of: mark) else { return nil }
    return table.part(from: start + mark.count, to: table.count).part(before: "\n")
  }
}
