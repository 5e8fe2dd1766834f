// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

/// What of a section is a secret.
@Suite(.timeLimit(.minutes(15))) struct RedactorOptionTests {
  private func redactor(_ options: String...) throws -> Redactor {
    let lines = options.map { " option \($0)\n" }.joined()
    let package = try UCIPackage.parse(
      Array("config service 'home'\n\(lines)".utf8), name: [UInt8]("ddns"))
    return Redactor(try #require(package.sections.first))
  }

  private func shown(_ text: String, _ redactor: Redactor) -> String {
    String(decoding: redactor.redact(Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("http://me:pa55word@x.example/a", "http://me:***@x.example/a"),
    ("http://me:pa%35word@x.example/a", "http://me:***@x.example/a"),
    ("https://x/?user=me&Password=hidden&ip=1", "https://x/?user=me&Password=***&ip=1"),
    ("https://x/?api_key=hidden#f", "https://x/?api_key=***#f"),
    ("https://x/?accessToken=hid%20den", "https://x/?accessToken=***"),
    ("https://x/update.php?0123456789abcdefghij", "https://x/update.php?***"),
    ("https://x/a@b?c=d@e", "https://x/a@b?c=d@e"), ("https://x/?token", "https://x/?token"),
    ("https://a@b@x/?", "https://***@x/?"), ("https://tok3n@x/", "https://***@x/"),
    ("https://tok3n:@x/", "https://***:@x/"), ("http://me:pa/55?w@x/", "http://me:***@x/"),
    ("http://[2001:db8::1]:80/a@b", "http://[2001:db8::1]:80/a@b"),
    ("http://[2001:db8::1]/a@b", "http://[2001:db8::1]/a@b"),
    ("not a url", "not a url"), ("", ""), ("://@", "://@"), ("?=", "?="),
    (
      "http://[USERNAME]:[PASSWORD]@x/?key=[PARAMENC]",
      "http://[USERNAME]:[PASSWORD]@x/?key=[PARAMENC]"
    ),
    ("http://x/?key=abc[PARAMENC]def", "http://x/?key=***[PARAMENC]***"),
    ("http://x/?key=ab[c]", "http://x/?key=***"),
  ])
  func `secrets typed into a URL are hidden`(url: String, expected: String) throws {
    var redactor = Redactor()
    redactor.add(url: Array(url.utf8))
    #expect(shown(url, redactor) == expected)
  }

  @Test func `what is typed into any URL of a section is hidden in every encoding`()
    throws
  {
    let all = try redactor(
      "update_url 'http://me:up%2Bdate@x/?token=quer%26y&h=[DOMAIN]'",
      "ip_url 'https://x/ip?apikey=addr%22ess'", "proxy 'prox:pr/oxy@127.0.0.1:3128'",
      "param_opt 'zone=1&key=par%61mopt'", "api_token 'unkn0wn'")
    for secret in ["up+date", "quer&y", "addr\"ess", "pr/oxy", "paramopt", "unkn0wn"] {
      for form in Spelling.wholes(of: Array(secret.utf8)) {
        #expect(all.redact([UInt8]("(") + form + [UInt8](")")) == [UInt8]("(***)"), "\(secret)")
      }
    }
    #expect(shown("me prox zone 127.0.0.1:3128", all) == "me prox zone 127.0.0.1:3128")
  }

  @Test func `a section that cannot run has secrets, too`() throws {
    let redactor = try redactor("password 's3cret'", "verify 'nonsense'", "param_enc 'enc0ded'")
    #expect(shown("s3cret enc0ded nonsense", redactor) == "*** *** nonsense")
  }
}
