// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension Draft {
  /// A `provider` or `custom` of inadyn 2.
  mutating func finishInadyn(_ block: ForeignFile.Block) {
    hosts = takeAll("hostname") + takeAll("alias")
    let name = block.title.prefix { $0 != UInt8(ascii: ":") }
    if name.hasPrefix("ipv6@") { set("use_ipv6", [UInt8]("1")) }
    if block.kind == "custom" {
      takeCustomURL()
    } else if !name.hasPrefix("ipv6tb@"), let at = name.firstIndex(of: UInt8(ascii: "@")) {
      provider = Array(name[(at + 1)...])
    } else {
      provider = Array(name)
    }
    if let command = take("checkip-command") {
      detect(by: command)
    } else if section.option("ip_interface") == nil {
      let scheme: StaticString = takeNo("checkip-ssl") ? "http" : "https"
      let server = take("checkip-server") ?? []
      let path = take("checkip-path") ?? [UInt8]("/")
      let isDefault = server.isEmpty || server.equalsIgnoringCase("default")
      detect(byPage: isDefault ? [] : Text("\(scheme)://\(server)\(Self.rooted(path))").bytes)
    }
  }

  /// The URL of a `custom` provider, with our placeholders for its signs.
  private mutating func takeCustomURL() {
    let scheme: StaticString = takeNo("ssl") ? "http" : "https"
    let appendsAddress = UCIBoolean.parse(take("append-myip") ?? []) == true
    let path = Self.rooted(take("ddns-path") ?? [])
    var url: [UInt8] = []
    var hasSign = false
    var hasPassword = false
    var rest = path[...]
    while let byte = rest.popFirst() {
      let token: StaticString
      switch byte == UInt8(ascii: "%") ? rest.first ?? 0 : 0 {
      case UInt8(ascii: "u"): token = "[USERNAME]"
      case UInt8(ascii: "p"): token = "[PASSWORD]"
      case UInt8(ascii: "h"): token = "[DOMAIN]"
      case UInt8(ascii: "i"): token = "[IP]"
      case UInt8(ascii: "%"): token = "%"
      default:
        url.append(byte)
        continue
      }
      hasSign = true
      if rest.first == UInt8(ascii: "p") { hasPassword = true }
      url.append(literal: token)
      rest = rest.dropFirst()
    }
    if !hasSign { url.append(literal: appendsAddress ? "[IP]" : "[DOMAIN]") }
    let login: StaticString =
      hasPassword || section.option("username") == nil ? "" : "[USERNAME]:[PASSWORD]@"
    set("update_url", Text("\(scheme)://\(login)\(take("ddns-server") ?? [])\(url)").bytes)
  }

  private static func rooted(_ path: [UInt8]) -> [UInt8] {
    path.first == UInt8(ascii: "/") ? path : [UInt8]("/") + path
  }
}
