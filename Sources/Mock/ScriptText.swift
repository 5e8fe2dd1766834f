// SPDX-License-Identifier: Apache-2.0

/// The line language of `ddns-mock --script`.
package enum ScriptText {
  package static let help = """
    A script has one rule a line; '#' starts a comment. The first rule that fits and is not used
    up decides; without one the server behaves well. COUNT is a number or * for ever.

      http PATH COUNT FAULT     PATH is exact, * for any, or accept: before the request is read
        silent                  never answers            close     closes without an answer
        reset                   closes with a reset      garbage   bytes that are no HTTP
        drip BYTES SECONDS      the answer, slowly       delay SECONDS   the answer, later
        cut BYTES               closes early in the body chunked   the answer in chunks
        huge BYTES              a body of that size      hugehead BYTES  a head of that size
        redirect URL            302                      respond STATUS [Name:value ...] [-- BODY]
      dns NAME[/TYPE] COUNT FAULT     NAME is exact, * for any, */TYPE for any of that type
        drop  servfail  refused  formerr  notimp  nxdomain  nodata  garbage
        truncate   TC over UDP            noedns     FORMERR to EDNS
        wrongid  wrongquestion  lyinglength  loop (compression)
        cnameloop  cnamechain N           many N     N other addresses first
        stale      the records before the last change
        addresses IP,IP           delay SECONDS

    Example:
      http /nic/update 1 respond 503 Retry-After:120 -- 911
      dns home.example.com 2 servfail
    """

  /// Adds the rules of `text` to the servers' scripts; the error names the line.
  package static func load(
    _ text: String, http: Script<HTTPFault>, dns: Script<DNSFault>
  ) throws(MockError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let bare = line.first == "#" ? "" : line
      let words = bare.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      if words.isEmpty { continue }
      let place = "line \(index + 1)"
      guard words.count >= 4, words[2] == "*" || Int(words[2]) != nil else {
        throw MockError("\(place): want 'http|dns PATTERN COUNT FAULT'")
      }
      let arguments = Array(words[4...])
      switch words[0] {
      case "http":
        guard let fault = httpFault(words[3], arguments) else {
          throw MockError("\(place): unknown fault '\(words[3])' or wrong arguments")
        }
        http.add(words[1], times: Int(words[2]), fault)
      case "dns":
        guard let fault = dnsFault(words[3], arguments) else {
          throw MockError("\(place): unknown fault '\(words[3])' or wrong arguments")
        }
        dns.add(words[1], times: Int(words[2]), fault)
      default:
        throw MockError("\(place): unknown server '\(words[0])'")
      }
    }
  }

  private static func httpFault(_ word: String, _ arguments: [String]) -> HTTPFault? {
    let first = arguments.first
    let number = first.flatMap { Int($0) }
    let seconds = first.flatMap { Double($0) }
    switch word {
    case "silent": return .silent
    case "close": return .close
    case "reset": return .reset
    case "garbage": return .garbage
    case "chunked": return .chunked
    case "delay": return seconds.map { .delay($0) }
    case "cut": return number.map { .cut(after: $0) }
    case "huge": return number.map { .huge(bytes: $0) }
    case "hugehead": return number.map { .hugeHead(bytes: $0) }
    case "redirect": return first.map { .redirect($0) }
    case "drip":
      guard let number, arguments.count == 2, let every = Double(arguments[1]) else { return nil }
      return .drip(bytes: number, every: every)
    case "respond":
      guard let number else { return nil }
      let rest = arguments.dropFirst()
      let fields = rest.prefix { $0 != "--" }.map(field)
      let body = rest.dropFirst(fields.count + 1).joined(separator: " ")
      return .respond(HTTPAnswer(number, fields: fields, body))
    default: return nil
    }
  }

  /// `Name:value` as a field on the wire.
  private static func field(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    return "\(text[..<colon]): \(text[text.index(after: colon)...])"
  }

  private static func dnsFault(_ word: String, _ arguments: [String]) -> DNSFault? {
    let number = arguments.first.flatMap { Int($0) }
    switch word {
    case "drop": return .drop
    case "formerr": return .code(1)
    case "servfail": return .code(2)
    case "nxdomain": return .code(3)
    case "notimp": return .code(4)
    case "refused": return .code(5)
    case "nodata": return .noData
    case "garbage": return .garbage
    case "truncate": return .truncate
    case "noedns": return .noEDNS
    case "wrongid": return .wrongID
    case "wrongquestion": return .wrongQuestion
    case "lyinglength": return .lyingLength
    case "loop": return .compressionLoop
    case "cnameloop": return .aliasLoop
    case "cnamechain": return number.map { .aliasChain($0) }
    case "many": return number.map { .many($0) }
    case "stale": return .stale
    case "addresses":
      return arguments.first.map { .addresses($0.split(separator: ",").map(String.init)) }
    case "delay": return arguments.first.flatMap { Double($0) }.map { .delay($0) }
    default: return nil
    }
  }
}
