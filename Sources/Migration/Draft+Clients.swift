// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension Draft {
  /// Makes the rest of the options, the provider and the hosts; false where the block is not about the
  /// family.
  @inline(never)
  func finish(_ client: Client) -> Bool {
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
      takeServer("https", take("server_path") + take("server_dir"))
    case .namecheap:
      provider = [UInt8]("namecheap.com")
      zone = take("domain")
      let host = take("host")
      set("username", host.isEmpty ? [UInt8]("@") : host)
      set("lookup_host", host.isEmpty || host == "@" ? zone : Text("\(host).\(zone)").bytes)
      if !zone.isEmpty { hosts = [zone] }
      detect(byPage: [UInt8]("https://api4.ipify.org"))
    }
    return !isIPv6
  }

  /// A `provider` or `custom` of inadyn 2.
  @inline(never) private func finishInadyn() -> Bool {
    let name = block.name.part(before: ":")
    if isIPv6 != name.hasPrefix("ipv6@") { return false }
    hosts = takeAll("hostname alias")
    if block.type == "custom" {
      takeCustom()
    } else {
      // The first one has the name of another provider.
      provider = name.hasPrefix("ipv6tb@") || !name.hasOne(of: "@") ? name : name.part(after: "@")
    }
    let command = take("checkip-command")
    if !command.isEmpty {
      detect(by: command)
    } else if section.option("ip_interface") == nil {
      takePage("checkip-server", "checkip-path", scheme("checkip-ssl"))
    }
    return true
  }

  /// The URL of a `custom` of inadyn 2.
  @inline(never) private func takeCustom() {
    let plain = Self.rooted(take("ddns-path"))
    var path = plain.replacing("%u", by: "[USERNAME]").replacing("%p", by: "[PASSWORD]")
    path = path.replacing("%h", by: "[DOMAIN]").replacing("%i", by: "[IP]")
    path = path.replacing("%%", by: "%")
    let appendsAddress = take("append-myip", is: true)
    if path == plain { path.append(literal: appendsAddress ? "[IP]" : "[DOMAIN]") }
    let isInURL = section.option("username") == nil || path.has("[PASSWORD]")
    setURL(
      scheme("ssl"), isInURL ? "" : "[USERNAME]:[PASSWORD]@", take("ddns-server"), path)
  }

  /// A host of ddclient's, or several.
  @inline(never) private func finishDDclient() -> Bool {
    // `use` is about IPv4, unless it is all there is and a page or a program says otherwise.
    let other = take("usev6")
    let way = isIPv6 ? other : take("usev4") + take("use")
    if way.isWord(of: "disabled no") || way.isEmpty && (isIPv6 || !other.isEmpty) { return false }
    for host in take("host").pieces(separatedBy: UInt8(ascii: ",")) where !host.isEmpty {
      hosts.append([UInt8](host))
    }
    zone = take("zone")
    provider = take("protocol")
    setInterval("check_interval", "check_unit", take("daemon"))
    setInterval("force_interval", "force_unit", take("max-interval"))
    if provider.isEmpty || provider == "dyndns2" {
      provider = []
      server = take("server")
      if server.isEmpty { server = [UInt8]("members.dyndns.org") }
      takeServer(scheme("ssl"), take("script"))
    }
    let page = take("web webv%")
    let device = take("if ifv%")
    let command = take("cmd cmdv%")
    if way.isWord(of: "web webv4 webv6") {
      let start: Literal = page.has("://") ? "" : "http://"
      detect(byPage: page.hasOne(of: "/.") ? [UInt8](start) + page : [])
    } else if way.isWord(of: "if ifv4 ifv6") {
      detect(byDevice: device)
    } else if way.isWord(of: "cmd cmdv4 cmdv6") {
      detect(by: command)
    }
    return true
  }

  /// `5m` as our two options: a number and the unit of its letter.
  @inline(never) private func setInterval(
    _ name: Literal, _ unitName: Literal, _ text: [UInt8]
  ) {
    let unit: Literal
    switch text.last ?? 0 {
    case UInt8(ascii: "m"): unit = "minutes"
    case UInt8(ascii: "h"): unit = "hours"
    case UInt8(ascii: "d"): unit = "days"
    default: unit = "seconds"
    }
    var end = 0
    while end < text.count, text[end].isDigit { end += 1 }
    if end == 0 { return }
    set(name, text.part(from: 0, to: end))
    set(unitName, to: unit)
  }

  /// An entry of ddns-go's list, for one family.
  @inline(never) private func finishDDNSGo() -> Bool {
    if !take("ipv%.enable", is: true) { return false }
    provider = take("dns.name")
    hosts = takeAll("ipv%.domains")
    let urls = take("ipv%.url")
    let device = take("ipv%.netinterface")
    let command = take("ipv%.cmd")
    switch take("ipv%.gettype") {
    case "netInterface": detect(byDevice: device)
    case "cmd": detect(by: command)
    default: detect(byPage: urls.replacing(", ", by: ",").replacing(",", by: " "))
    }
    return true
  }

  /// The page that shows the address, of a server and a path.
  @inline(never) private func takePage(
    _ server: Literal, _ path: Literal, _ scheme: Literal
  ) {
    let host = take(server)
    let rest = Self.rooted(take(path))
    detect(
      byPage: host.isEmpty || host.equalsIgnoringCase("default")
        ? [] : Text("\(scheme)://\(host)\(rest)").bytes)
  }

  /// The URL of a server that speaks dyndns2, unless a provider file has it.
  @inline(never) private func takeServer(_ scheme: Literal, _ path: [UInt8]) {
    var rest = path.isEmpty ? [UInt8]("/nic/update") : Self.rooted(path)
    rest.append(literal: "?hostname=[DOMAIN]&myip=[IP]")
    setURL(scheme, "[USERNAME]:[PASSWORD]@", server, rest)
  }

  @inline(never) private func setURL(
    _ scheme: Literal, _ login: Literal, _ server: [UInt8], _ path: [UInt8]
  ) {
    set("update_url", Text("\(scheme)://\(login)\(server)\(path)").bytes)
  }

  /// What a URL begins with, by the setting that says whether it is encrypted.
  private func scheme(_ key: Literal) -> Literal {
    take(key, is: false) ? "http" : "https"
  }

  private static func rooted(_ path: [UInt8]) -> [UInt8] {
    path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
  }
}
