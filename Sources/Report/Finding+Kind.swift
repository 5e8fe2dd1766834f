// SPDX-License-Identifier: Apache-2.0

extension Finding {
  /// What can be found. Each has a row in the table below.
  public enum Kind: UInt8, Equatable, Sendable {
    case clock, clockUnset, clockOff
    case space, spaceLow, unwritable
    case intercepted
    case configuration, configurationWrong, optionUnknown, readable, credentials
    case certificates, certificatesNone, certificatesIgnored
    case wayOut, wayOutNone, bindingDown
    case server, serverOnlyTCP, serverNoTCP, serverNoEDNS, serverSilent, serverOneSilent
    case serverHijacks
    case address, addressNone, addressPrivate, carrierNAT, otherRouter, addressDiffers
    case provider, providerUnreachable, certificateRefused
    case zone, zoneNone, zoneUndelegated, zoneForeign, zoneSilent
    case alias, proxied, registered, registeredOther, cached
    case noTime
  }

  struct Row {
    let kind: Kind
    let id: StaticString
    let status: ExitStatus
    /// With `%` where the detail stands.
    let words: StaticString
    /// Empty for what is as it should be.
    let advice: StaticString
  }

  // Arrays in line are data; others would be built on the heap.
  // swift-format-ignore
  static let rows: [Row] = [
    Row(kind: .clock, id: "clock", status: .ok, words: "clock: %", advice: ""),
    Row(kind: .clockUnset, id: "clock-unset", status: .temporary,
      words: "the clock shows %",
      advice: "set it, by NTP or by hand: until then certificates are refused"),
    Row(kind: .clockOff, id: "clock-off", status: .temporary,
      words: "the clock is % s away from the provider's",
      advice: "set it, by NTP or by hand: certificates and signatures depend on it"),
    Row(kind: .space, id: "space", status: .ok, words: "space: %", advice: ""),
    Row(kind: .spaceLow, id: "space-low", status: .differs,
      words: "little space: %",
      advice: "make room: what cannot be written is forgotten, or not sent at all"),
    Row(kind: .unwritable, id: "unwritable", status: .osError,
      words: "%",
      advice: "run as root, make room, or choose another directory in the global section"),
    Row(kind: .intercepted, id: "intercepted", status: .differs,
      words: "port 53 is intercepted: % answers, and is nobody",
      advice: "whoever is in between answers for dns_server, too: set verify to 'api' or 'answer'"),
    Row(kind: .configuration, id: "configuration", status: .ok, words: "configuration: %", advice: ""),
    Row(kind: .configurationWrong, id: "configuration-wrong", status: .config,
      words: "%",
      advice: "mend it; ddns-runner --check looks again"),
    Row(kind: .optionUnknown, id: "option-unknown", status: .differs,
      words: "%",
      advice: "nothing looks at it: is it misspelt?"),
    Row(kind: .readable, id: "readable", status: .differs,
      words: "%",
      advice: "there are secrets in it"),
    Row(kind: .credentials, id: "credentials", status: .differs,
      words: "option %",
      advice: "the provider will probably refuse it"),
    Row(kind: .certificates, id: "certificates", status: .ok, words: "certificates: %", advice: ""),
    Row(kind: .certificatesNone, id: "certificates-none", status: .config,
      words: "no certificates in %",
      advice: "install ca-bundle, or set option cacert to a file that has some"),
    Row(kind: .certificatesIgnored, id: "certificates-ignored", status: .differs,
      words: "cacert '%': whoever is in between can read the password",
      advice: "remove option cacert, and install ca-bundle"),
    Row(kind: .wayOut, id: "way-out", status: .ok, words: "way out: %", advice: ""),
    Row(kind: .wayOutNone, id: "way-out-none", status: .temporary,
      words: "no way out by %",
      advice: "is the line up? `ip route`, `ip -6 route` show the way, if there is one"),
    Row(kind: .bindingDown, id: "binding-down", status: .temporary,
      words: "%",
      advice: "bring it up, or change bind_network or ip_network: no other way is taken"),
    Row(kind: .server, id: "server", status: .ok, words: "dns server %: UDP, TCP and EDNS work", advice: ""),
    Row(kind: .serverOnlyTCP, id: "server-only-tcp", status: .temporary,
      words: "dns server % answers over TCP only",
      advice: "a firewall drops UDP: set force_dnstcp '1', or ask another by dns_server"),
    Row(kind: .serverNoTCP, id: "server-no-tcp", status: .differs,
      words: "dns server % does not answer over TCP",
      advice: "long answers get lost: open port 53 for TCP, or ask another by dns_server"),
    Row(kind: .serverNoEDNS, id: "server-no-edns", status: .differs,
      words: "dns server % does not know EDNS",
      advice: "each question takes a second try: update it, or ask another by dns_server"),
    Row(kind: .serverSilent, id: "server-silent", status: .temporary,
      words: "%",
      advice: "no name can be looked up there: see dns_server, /etc/resolv.conf and the firewall"),
    Row(kind: .serverOneSilent, id: "server-one-silent", status: .differs,
      words: "%",
      advice: "others answer, but it costs time each time: take it out of /etc/resolv.conf"),
    Row(kind: .serverHijacks, id: "server-hijacks", status: .differs,
      words: "dns server %",
      advice: "a name that is not registered looks as if it were: ask another by dns_server"),
    Row(kind: .address, id: "address", status: .ok, words: "address: %", advice: ""),
    Row(kind: .addressNone, id: "address-none", status: .temporary,
      words: "%",
      advice: "see the line, and options ip_source, ip_network, ip_interface and ip_url"),
    Row(kind: .addressPrivate, id: "address-private", status: .temporary,
      words: "%",
      advice: "another router has the public address: ip_source 'web' finds it, if there is one"),
    Row(kind: .carrierNAT, id: "carrier-nat", status: .differs,
      words: "carrier-grade NAT: %",
      advice: "nobody gets in by IPv4: ask your provider for a public address, or use IPv6"),
    Row(kind: .otherRouter, id: "other-router", status: .ok,
      words: "behind another router: %",
      advice: "nobody gets in unless that one forwards ports"),
    Row(kind: .addressDiffers, id: "address-differs", status: .differs,
      words: "two public addresses: %",
      advice: "a VPN or a proxy? bind_network and ip_source say which one is meant"),
    Row(kind: .provider, id: "provider", status: .ok, words: "provider: %", advice: ""),
    Row(kind: .providerUnreachable, id: "provider-unreachable", status: .temporary,
      words: "%",
      advice: "no update can be sent: see name, port, proxy and firewall"),
    Row(kind: .certificateRefused, id: "certificate-refused", status: .temporary,
      words: "%",
      advice: "certificates or clock are old, or somebody is in between"),
    Row(kind: .zone, id: "zone", status: .ok, words: "zone: %", advice: ""),
    Row(kind: .zoneNone, id: "zone-none", status: .temporary,
      words: "%",
      advice: "is lookup_host spelt right, and the DNS working?"),
    Row(kind: .zoneUndelegated, id: "zone-undelegated", status: .config,
      words: "% is in no zone below its top-level domain",
      advice: "is the domain registered and paid for, and lookup_host spelt right?"),
    Row(kind: .zoneForeign, id: "zone-foreign", status: .differs,
      words: "%: these are not the provider's",
      advice: "what is sent there, nobody sees: change the name servers, or the provider"),
    Row(kind: .zoneSilent, id: "zone-silent", status: .differs,
      words: "%",
      advice: "one of the zone's servers is wrong or down: tell who runs it"),
    Row(kind: .alias, id: "alias", status: .differs,
      words: "% (CNAME)",
      advice: "what is updated there, nobody sees: set domain and lookup_host to the other name"),
    Row(kind: .proxied, id: "proxied", status: .ok,
      words: "%, which is the provider's proxy",
      advice: "set verify 'api'; only what the proxy understands gets through"),
    Row(kind: .registered, id: "registered", status: .ok, words: "registered: %", advice: ""),
    Row(kind: .registeredOther, id: "registered-other", status: .ok,
      words: "registered is %",
      advice: "the next update should change that"),
    Row(kind: .cached, id: "cached", status: .ok,
      words: "the zone has %",
      advice: "a cache until its time is over, or split DNS: then set verify 'authoritative'"),
    Row(kind: .noTime, id: "no-time", status: .differs,
      words: "no time left for %",
      advice: "look at it alone, with -S"),
  ]
}
