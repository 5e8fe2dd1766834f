// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension Draft {
  /// Makes the rest of the options, the provider and the hosts; false where the block is not about the
  /// family.
  mutating func finish(_ client: Client) -> Bool {
    switch client {
    case .inadyn: return finishInadyn()
    case .ddclient: return finishDDclient()
    case .ddnsGo: return finishDDNSGo()
    case .pmCodeWorks:
      hosts = takeAll("hostname")
      takePage("external_ip_server", "external_ip_server_path", "http")
      if section.option("ip_url") == nil { takePage("webip_server", "webip_dir", "http") }
      _ = take("use_regex")
      server = take("server")
      let path = take("server_path") + take("server_dir")
      takeServer("https", path)
    case .namecheap:
      provider = [UInt8]("namecheap.com")
      zone = take("domain")
      let host = take("host")
      set("username", host.isEmpty ? [UInt8]("@") : host)
      set("lookup_host", host.isEmpty || host == "@" ? zone : Text("\(host).\(zone)").bytes)
      hosts = zone.isEmpty ? [] : [zone]
      detect(byPage: [UInt8]("https://api4.ipify.org"))
    }
    return !isIPv6
  }

  /// A `provider` or `custom` of inadyn 2.
  private mutating func finishInadyn() -> Bool {
    let name = Array(block.name.prefix { $0 != UInt8(ascii: ":") })
    if isIPv6 != name.hasPrefix("ipv6@") { return false }
    hosts = takeAll("hostname") + takeAll("alias")
    if block.type == "custom" {
      var path = Self.rooted(take("ddns-path"))
      let plain = path
      for (sign, place) in zip(
        ["%u", "%p", "%h", "%i", "%%"] as [StaticString],
        ["[USERNAME]", "[PASSWORD]", "[DOMAIN]", "[IP]", "%"] as [StaticString])
      {
        path = path.replacing([UInt8](sign), with: [UInt8](place))
      }
      let appendsAddress = take("append-myip", is: true)
      if path == plain { path.append(literal: appendsAddress ? "[IP]" : "[DOMAIN]") }
      let login: StaticString =
        section.option("username") == nil || path.firstIndex(of: [UInt8]("[PASSWORD]")) != nil
        ? "" : "[USERNAME]:[PASSWORD]@"
      let scheme: StaticString = take("ssl", is: false) ? "http" : "https"
      set("update_url", Text("\(scheme)://\(login)\(take("ddns-server"))\(path)").bytes)
    } else {
      // This one has the name of another provider.
      let at = name.hasPrefix("ipv6tb@") ? nil : name.firstIndex(of: UInt8(ascii: "@"))
      provider = Array(name[(at.map { $0 + 1 } ?? 0)...])
    }
    let command = take("checkip-command")
    if !command.isEmpty {
      detect(by: command)
    } else if section.option("ip_interface") == nil {
      takePage("checkip-server", "checkip-path", take("checkip-ssl", is: false) ? "http" : "https")
    }
    return true
  }

  /// A host of ddclient's, or several.
  private mutating func finishDDclient() -> Bool {
    // `use` is about IPv4, unless it is all there is and a page or a program says otherwise.
    let other = take("usev6")
    let way = isIPv6 ? other : take("usev4") + take("use")
    if way == "disabled" || way == "no" || way.isEmpty && (isIPv6 || !other.isEmpty) {
      return false
    }
    hosts = take("host").split(separator: UInt8(ascii: ",")).map { Array($0) }
    zone = take("zone")
    provider = take("protocol")
    setInterval("check_interval", "check_unit", take("daemon"))
    setInterval("force_interval", "force_unit", take("max-interval"))
    if provider.isEmpty || provider == "dyndns2" {
      provider = []
      server = take("server")
      if server.isEmpty { server = [UInt8]("members.dyndns.org") }
      takeServer(take("ssl", is: false) ? "http" : "https", take("script"))
    }
    let pages = takeAll("web") + (isIPv6 ? takeAll("webv6") : takeAll("webv4"))
    let devices = takeAll("if") + (isIPv6 ? takeAll("ifv6") : takeAll("ifv4"))
    let commands = takeAll("cmd") + (isIPv6 ? takeAll("cmdv6") : takeAll("cmdv4"))
    switch way {
    case "web", "webv4", "webv6":
      let page = pages.last ?? []
      let isURL = page.contains(UInt8(ascii: "/")) || page.contains(UInt8(ascii: "."))
      let hasScheme = page.firstIndex(of: [UInt8]("://")) != nil
      detect(byPage: isURL ? hasScheme ? page : [UInt8]("http://") + page : [])
    case "if", "ifv4", "ifv6":
      set("ip_source", [UInt8]("interface"))
      set("ip_interface", devices.last ?? [])
    case "cmd", "cmdv4", "cmdv6": detect(by: commands.last ?? [])
    default: break
    }
    return true
  }

  /// `5m` as our two options: a number and the unit of its letter.
  private mutating func setInterval(
    _ name: StaticString, _ unitName: StaticString, _ text: [UInt8]
  ) {
    let unit: StaticString
    switch text.last ?? 0 {
    case UInt8(ascii: "m"): unit = "minutes"
    case UInt8(ascii: "h"): unit = "hours"
    case UInt8(ascii: "d"): unit = "days"
    default: unit = "seconds"
    }
    let number = text.prefix { $0.isDigit }
    if number.isEmpty { return }
    set(name, Array(number))
    set(unitName, [UInt8](unit))
  }

  /// An entry of ddns-go's list, for one family.
  private mutating func finishDDNSGo() -> Bool {
    guard isIPv6 ? take("ipv6.enable", is: true) : take("ipv4.enable", is: true) else {
      return false
    }
    provider = take("dns.name")
    hosts = isIPv6 ? takeAll("ipv6.domains") : takeAll("ipv4.domains")
    let urls = isIPv6 ? take("ipv6.url") : take("ipv4.url")
    let device = isIPv6 ? take("ipv6.netinterface") : take("ipv4.netinterface")
    let command = isIPv6 ? take("ipv6.cmd") : take("ipv4.cmd")
    switch isIPv6 ? take("ipv6.gettype") : take("ipv4.gettype") {
    case "netInterface":
      set("ip_source", [UInt8]("interface"))
      set("ip_interface", device)
    case "cmd": detect(by: command)
    default:
      detect(
        byPage: urls.replacing([UInt8](", "), with: [UInt8](" ")).replacing(
          [UInt8](","), with: [UInt8](" ")))
    }
    return true
  }

  /// The page that shows the address, of a server and a path.
  private mutating func takePage(
    _ server: StaticString, _ path: StaticString, _ scheme: StaticString
  ) {
    let host = take(server)
    let rest = Self.rooted(take(path))
    detect(
      byPage: host.isEmpty || host.equalsIgnoringCase("default")
        ? [] : Text("\(scheme)://\(host)\(rest)").bytes)
  }

  /// The URL of a server that speaks dyndns2, unless a provider file has it.
  private mutating func takeServer(_ scheme: StaticString, _ path: [UInt8]) {
    let rest = path.isEmpty ? [UInt8]("/nic/update") : Self.rooted(path)
    let query: StaticString = "?hostname=[DOMAIN]&myip=[IP]"
    set("update_url", Text("\(scheme)://[USERNAME]:[PASSWORD]@\(server)\(rest)\(query)").bytes)
  }

  private static func rooted(_ path: [UInt8]) -> [UInt8] {
    path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
  }
}
