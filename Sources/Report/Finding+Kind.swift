// SPDX-License-Identifier: Apache-2.0

import Wire

extension Finding {
  /// What can be found. Each has a line in the table below, in this order.
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

  /// The status, the name, the words with `%` where the detail stands, and what to do; nothing for what
  /// is as it should be. One text, for rows of several would be built at run time by code that is
  /// larger.
  static let table: Literal = """
    0|clock|clock: %|
    75|clock-unset|the clock shows %|set it, by NTP or by hand: until then certificates are \
    refused
    75|clock-off|the clock is % s away from the provider's|set it, by NTP or by hand: \
    certificates and signatures depend on it
    0|space|space: %|
    1|space-low|little space: %|make room: what cannot be written is forgotten, or not sent at all
    71|unwritable|%|run as root, make room, or choose another directory in the global section
    1|intercepted|port 53 is intercepted: % answers, and is nobody|whoever is in between \
    answers for dns_server, too: set verify to 'api' or 'answer'
    0|configuration|configuration: %|
    78|configuration-wrong|%|mend it; ddns-runner --check looks again
    1|option-unknown|%|nothing looks at it: is it misspelt?
    1|readable|%|there are secrets in it
    1|credentials|option %|the provider will probably refuse it
    0|certificates|certificates: %|
    78|certificates-none|no certificates in %|install ca-bundle, or set option cacert to a file \
    that has some
    1|certificates-ignored|cacert '%': whoever is in between can read the password|remove \
    option cacert, and install ca-bundle
    0|way-out|way out: %|
    75|way-out-none|no way out by %|is the line up? `ip route`, `ip -6 route` show the way, if \
    there is one
    75|binding-down|%|bring it up, or change bind_network or ip_network: no other way is taken
    0|server|dns server %: UDP, TCP and EDNS work|
    75|server-only-tcp|dns server % answers over TCP only|a firewall drops UDP: set \
    force_dnstcp '1', or ask another by dns_server
    1|server-no-tcp|dns server % does not answer over TCP|long answers get lost: open port 53 \
    for TCP, or ask another by dns_server
    1|server-no-edns|dns server % does not know EDNS|each question takes a second try: update \
    it, or ask another by dns_server
    75|server-silent|%|no name can be looked up there: see dns_server, /etc/resolv.conf and the \
    firewall
    1|server-one-silent|%|others answer, but it costs time each time: take it out of \
    /etc/resolv.conf
    1|server-hijacks|dns server %|a name that is not registered looks as if it were: ask \
    another by dns_server
    0|address|address: %|
    75|address-none|%|see the line, and options ip_source, ip_network, ip_interface and ip_url
    75|address-private|%|another router has the public address: ip_source 'web' finds it, if \
    there is one
    1|carrier-nat|carrier-grade NAT: %|nobody gets in by IPv4: ask your provider for a public \
    address, or use IPv6
    0|other-router|behind another router: %|nobody gets in unless that one forwards ports
    1|address-differs|two public addresses: %|a VPN or a proxy? bind_network and ip_source say \
    which one is meant
    0|provider|provider: %|
    75|provider-unreachable|%|no update can be sent: see name, port, proxy and firewall
    75|certificate-refused|%|certificates or clock are old, or somebody is in between
    0|zone|zone: %|
    75|zone-none|%|is lookup_host spelt right, and the DNS working?
    78|zone-undelegated|% is in no zone below its top-level domain|is the domain registered and \
    paid for, and lookup_host spelt right?
    1|zone-foreign|%: these are not the provider's|what is sent there, nobody sees: change the \
    name servers, or the provider
    1|zone-silent|%|one of the zone's servers is wrong or down: tell who runs it
    1|alias|% (CNAME)|what is updated there, nobody sees: set domain and lookup_host to the \
    other name
    0|proxied|%, which is the provider's proxy|set verify 'api'; only what the proxy \
    understands gets through
    0|registered|registered: %|
    0|registered-other|registered is %|the next update should change that
    0|cached|the zone has %|a cache until its time is over, or split DNS: then set verify \
    'authoritative'
    1|no-time|no time left for %|look at it alone, with -S
    """
}
