// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// All options, a row each. Parser, hints, shell variables, fingerprint and masking go by them, and
/// tests compare them with ddns-config(5) word for word.
///
/// A new option is a row here, its use, and its description. In a row are: the name and perhaps an
/// old one, the kind, the default, whom a change concerns, and what it is for.
public enum OptionTable {
  /// Which section an option belongs to.
  public enum Scope: Sendable {
    /// The one of all sections (contract 1.2).
    case global
    /// One of type `service` (contract 1.3).
    case service
    /// One of type `notify`, which says who is told.
    case notify

    /// That of a section by its type.
    public init(_ section: UCISection) {
      self =
        section.type == "service" ? .service : section.type == "notify" ? .notify : .global
    }
  }

  // Arrays in line are data; others would be built on the heap of each process.
  // swift-format-ignore
  private static let global: [_ of OptionRow] = [
    OptionRow("upd_privateip allow_local_ip", .flag, "0", .router,
      "Whether addresses that are not globally reachable may be found and sent"),
    OptionRow("ddns_rundir run_dir", .directory, "/var/run/ddns", .router,
      "Where the run files are"),
    OptionRow("ddns_statedir", .directory, "/etc/ddns/state", .router,
      "Where the accepted address and a provider's refusal are kept over reboots"),
    OptionRow("ddns_logdir log_dir", .directory, "/var/log/ddns", .router,
      "Where the log files are"),
    OptionRow("metrics_file", .path, "", .router,
      "A file for the textfile collector of Prometheus' node_exporter"),
    OptionRow("ddns_loglines log_lines", .number, "250", .router,
      "How many lines a log file keeps"),
    OptionRow("ddns_dateformat date_format", .text, "%F %R", .router,
      "How dates are printed, in the words of strftime 3"),
    OptionRow("url services_url", .url, described: "OpenWrt's repository", .router,
      "Where ddns 8 finds the file list and, in default or beside it, the provider files"),
    OptionRow("cacert", .path, described: "the authorities of the system", .router,
      "The authorities it trusts for that, as in a service section"),
    OptionRow("run_as", .text, "", .router, "The user a runner goes on as that root has started"),
    OptionRow("use_curl", .flag, "0", .router, "What update scripts are told in USE_CURL"),
  ]

  // swift-format-ignore
  private static let service: [_ of OptionRow] = [
    OptionRow("enabled", .flag, "0", .router, "Whether the section is to run at all"),
    OptionRow("interface", .text, "wan", .router, "The logical network the section belongs to"),
    OptionRow("check_interval", .interval, "10", .router, "The pause between two checks"),
    OptionRow("check_unit", .text, "minutes", .router, "'days', 'hours', 'minutes' or 'seconds'"),
    OptionRow("check_interval_min", .interval, described: "300 seconds", .router,
      "The least check_interval"),
    OptionRow("force_interval", .interval, "72", .router,
      "The age of an accepted address after which it is sent again"),
    OptionRow("force_unit", .text, "hours", .router, "The unit of force_interval"),
    OptionRow("retry_interval", .interval, "60", .router,
      "The pause after the first temporary failure"),
    OptionRow("retry_unit", .text, "seconds", .router, "The unit of retry_interval"),
    OptionRow("retry_max_count retry_count", .number, "0", .router,
      "Failures in a row after which the section waits for its next check instead"),
    OptionRow("retry_backoff", .flag, "1", .router,
      "Whether the pause doubles with each failure in a row"),

    OptionRow("service_name", .text, "", .request, "The provider, by the name of its file"),
    OptionRow("update_url", .url, "", .request, "The URL to fetch, with placeholders"),
    OptionRow("update_script", .path, "", .request, "A shell script that tells the provider"),
    OptionRow("domain", .list, "", .request,
      "The name at the provider, as the provider wants it"),
    OptionRow("lookup_host", .text, described: "the first name in domain", .request,
      "The name that is looked up in DNS"),
    OptionRow("username", .text, "", .request, "The account"),
    OptionRow("password", .secret, "", .request, "Its password"),
    OptionRow("param_enc", .secret, "", .request, "A further value for the URL, encoded"),
    OptionRow("password_file username_file param_enc_file", .elsewhere, "", .router,
      "A file with the value of the option that is named first"),
    OptionRow("password_env username_env param_enc_env", .elsewhere, "", .router,
      "A variable of the environment with that value"),
    OptionRow("password_command username_command param_enc_command", .elsewhere, "", .router,
      "A program, and its arguments, that prints that value"),
    OptionRow("param_opt", .text, "", .request, "A further part of the URL, as it is"),
    OptionRow("keep_others", .flag, "0", .request,
      "Whether a DNS update leaves addresses alone that are not this section's"),
    OptionRow("use_https", .flag, "0", .way,
      "Whether a URL of the provider that begins with 'http:' is used with 'https:'"),

    OptionRow("use_ipv6", .flag, "0", .request, "Whether the section is about an IPv6 address, or 'both'"),
    OptionRow("ip_source", .text, "network", .router, "Where the address comes from"),
    OptionRow("ip_network", .text, described: "wan, with use_ipv6 wan6, for 'prefix' lan", .router,
      "The logical network of ip_source 'network' and 'prefix'"),
    OptionRow("ip_interface", .text, "eth1", .router,
      "The network device of ip_source 'interface', or of 'prefix' without ip_network"),
    OptionRow("ip_suffix", .text, "", .router,
      "What follows the prefix: an address such as '::1234', 'eui64' or 'neighbour'"),
    OptionRow("ip_mac", .text, "", .router, "The MAC of the host of ip_source 'prefix'"),
    OptionRow("ip_url", .urls,
      described: "http://checkip.dyndns.com, with use_ipv6 http://checkipv6.dyndns.com", .router,
      "The page of ip_source 'web', or several"),
    OptionRow("ip_json", .text, "", .router, "Where the address is in a page of JSON"),
    OptionRow("ip_regex", .text, "", .router,
      "An extended regular expression in which the address is"),
    OptionRow("ip_script", .command, "", .router, "The program of ip_source 'script'"),

    OptionRow("offline", .text, "0", .router,
      "What the provider is told when the section is stopped"),
    OptionRow("notify", .list, "", .router, "The notify sections by which people are told"),

    OptionRow("cacert", .path, described: "the authorities of the system", .way,
      "A file of trusted authorities, or a directory of such files, for every https request"),
    OptionRow("force_ipversion", .flag, "0", .way,
      "Whether update requests, the page of ip_url and questions to DNS servers use the family"),
    OptionRow("bind_network", .text,
      described: "none; with ip_source 'network' that network, for requests only", .way,
      "The logical network requests and questions to DNS servers have to leave by"),
    OptionRow("proxy", .proxy, "", .way, "An HTTP proxy, '[user:password@]host:port'"),
    OptionRow("user_agent", .text, described: "product, program and version, contact", .way,
      "The User-Agent of requests"),
    OptionRow("dns_server", .text, described: "those of /etc/resolv.conf", .router,
      "The server to ask what is registered"),
    OptionRow("force_dnstcp", .flag, "0", .router, "Whether it is asked over TCP only"),
    OptionRow("is_glue", .flag, "0", .router, "Whether lookup_host is a name server"),
    OptionRow("use_api_check", .flag, "0", .router,
      "Whether the provider is asked for the registered address before DNS is"),
    OptionRow("verify", .text, "dns", .router, "What has to show that an update has arrived"),

    OptionRow("use_logfile", .flag, "1", .router,
      "Whether there is a log file at verbose levels 0 and 1"),
    OptionRow("use_syslog", .number, "2", .router, "What goes to the system log"),

    OptionRow("zone_id dns_record_id record_id rec_id ip_dynamic zone record", .foreign, "", .request,
      "For scripts of Cloudflare, DNSPod, Porkbun and FreeDNS::42"),
  ]

  // What is said of requests to a provider means the same here, and is read by the same code.
  // swift-format-ignore
  private static let notify: [_ of OptionRow] = [
    OptionRow("type", .text, "", .router, "How it is told"),
    OptionRow("on", .list, "change,failure,recovery,block,expiry", .router, "What is told"),
    OptionRow("failures", .number, "3", .router, "Failures in a row after which that is told"),
    OptionRow("default", .flag, "1", .router, "Whether it is for sections without option notify"),
    OptionRow("to", .list, "", .router, "The recipients, or the chat, room or topic"),
    OptionRow("from", .text, "", .router, "The sender of a mail"),
    OptionRow("server", .text, "", .router, "The host that takes mail"),
    OptionRow("security", .text, "starttls", .router, "'starttls', 'tls' or 'none'"),
    OptionRow("port", .number, described: "587, with 'tls' 465, with 'none' 25", .router,
      "Its port"),
    OptionRow("username", .text, "", .router, "The account"),
    OptionRow("password", .secret, "", .router, "Its password, or a webhook's token"),
    OptionRow("password_file username_file", .elsewhere, "", .router,
      "A file with the value of the option that is named first"),
    OptionRow("password_env username_env", .elsewhere, "", .router,
      "A variable of the environment with that value"),
    OptionRow("password_command username_command", .elsewhere, "", .router,
      "A program, and its arguments, that prints that value"),
    OptionRow("url", .url, described: "that of the file", .router, "The webhook"),
    OptionRow("method", .text, described: "that of the file", .router, "How it is asked"),
    OptionRow("header", .text, described: "those of the file", .router,
      "A field of the request's head, or several as a list"),
    OptionRow("body", .text, described: "that of the file", .router,
      "The request's body, with placeholders"),
    OptionRow("program", .command, "", .router, "What is run, and its arguments"),
    OptionRow("cacert", .path, described: "the authorities of the system", .router,
      "A file of trusted authorities, or a directory of such files"),
    OptionRow("proxy", .proxy, "", .router, "An HTTP proxy for webhooks"),
    OptionRow("bind_network", .text, "", .router, "The logical network it has to leave by"),
  ]

  /// The rows of a scope.
  public static func rows(_ scope: Scope) -> [OptionRow] {
    var rows: [OptionRow] = []
    switch scope {
    case .global: for index in global.indices { rows.append(global[index]) }
    case .service: for index in service.indices { rows.append(service[index]) }
    case .notify: for index in notify.indices { rows.append(notify[index]) }
    }
    return rows
  }

  /// The row of an option of ours; nil when it has none.
  static func row(_ name: Literal, _ scope: Scope) -> OptionRow? {
    // What is written twice is mostly there once: then its place tells.
    if scope == .service {
      for index in service.indices
      where service[index].names === name {
        return service[index]
      }
    }
    return row([UInt8](name), scope)
  }

  /// The row of an option; nil when nobody knows it.
  public static func row(_ name: [UInt8], _ scope: Scope = .service) -> OptionRow? {
    guard name.count > 1, let first = name.first else { return nil }
    switch scope {
    case .global:
      for index in global.indices where global[index].mayBe(name, from: first) {
        if global[index].place(of: name) != nil { return global[index] }
      }
    case .service:
      for index in service.indices where service[index].mayBe(name, from: first) {
        if service[index].place(of: name) != nil { return service[index] }
      }
    case .notify:
      for index in notify.indices where notify[index].mayBe(name, from: first) {
        if notify[index].place(of: name) != nil { return notify[index] }
      }
    }
    return nil
  }
}
