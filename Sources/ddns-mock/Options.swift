// SPDX-License-Identifier: Apache-2.0

import Mock

/// The command line of `ddns-mock`.
struct Options {
  static let help = """
    usage: ddns-mock [options]
    A dynamic-DNS provider on 127.0.0.1 and ::1, for tests and for trying things out.

      --http-port N      port of the HTTP server; 0, the default, takes any free one
      --dns-port N       port of the DNS server (UDP and TCP); the same
      --user NAME        account (user)
      --password TEXT    its password, also the token of providers that have only that (secret)
      --host NAME[=ADDR[,ADDR]]   a name of the account, and what is registered for it; repeatable
      --alias NAME=TARGET         a CNAME; repeatable
      --seen ADDR        what the check-IP pages report; give an IPv6 one too by a second --seen
      --ubus PATH        be an ubusd at this socket, too, with netifd behind it
      --network NAME=DEVICE[,ADDR]   a network of netifd's that is up; repeatable
      --script FILE      faults to play, see below
      --log FILE         one line a request; credentials are not in it
      -h, --help         this text

    Pages: /nic/update and /v3/update (dyndns2), /update (Duck DNS, Namecheap), /api/update (dynv6),
    /dynamic/update.php (afraid), /checkip (HTML), /ip (plain), /json; with a 6 at the end: IPv6.
    Prints 'ready http=PORT dns=PORT' when it listens. USR1 makes netifd say that its networks have
    come up. Stops on TERM and INT.


    """ + ScriptText.help + "\n"

  var settings = Provider.Settings()
  var records: [(name: String, addresses: [String])] = []
  var aliases: [(name: String, target: String)] = []
  var httpPort: UInt16 = 0
  var dnsPort: UInt16 = 0
  var scriptPath: String?
  var logPath: String?
  var ubusPath: String?
  var networks: [(name: String, status: BlobValue)] = []
  var wantsHelp = false

  init(_ arguments: [String]) throws(MockError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "-h" || name == "--help" {
        wantsHelp = true
        return
      }
      guard let value = rest.popFirst() else { throw MockError("\(name) wants a value") }
      try set(name, value)
    }
  }

  private mutating func set(_ name: String, _ value: String) throws(MockError) {
    switch name {
    case "--http-port": httpPort = try Options.port(value)
    case "--dns-port": dnsPort = try Options.port(value)
    case "--user": settings.user = value
    case "--password": settings.password = value
    case "--script": scriptPath = value
    case "--log": logPath = value
    case "--ubus": ubusPath = value
    case "--network":
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      let words = parts.last?.split(separator: ",").map(String.init) ?? []
      guard parts.count == 2, let device = words.first else {
        throw MockError("--network wants NAME=DEVICE[,ADDR]")
      }
      networks.append((parts[0], .up(device, Array(words.dropFirst()))))
    case "--host":
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard let host = parts.first else { throw MockError("--host wants a name") }
      settings.hosts.insert(host.lowercased())
      if parts.count > 1 {
        records.append((host, try Options.addresses(parts[1])))
      }
    case "--alias":
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw MockError("--alias wants NAME=TARGET") }
      aliases.append((parts[0], parts[1]))
    case "--seen":
      let address = try Options.addresses(value)[0]
      if address.contains(":") { settings.seenIPv6 = address } else { settings.seen = address }
    default:
      throw MockError("unknown option \(name)")
    }
  }

  private static func port(_ text: String) throws(MockError) -> UInt16 {
    guard let port = UInt16(text) else { throw MockError("'\(text)' is no port") }
    return port
  }

  private static func addresses(_ text: String) throws(MockError) -> [String] {
    let all = text.split(separator: ",").map(String.init)
    for address in all where Address(address) == nil {
      throw MockError("'\(address)' is no address")
    }
    guard !all.isEmpty else { throw MockError("an address is missing") }
    return all
  }
}
