// SPDX-License-Identifier: Apache-2.0

import Provider
import Section
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct RedactorServiceTests {
  private func shown(_ text: String, _ redactor: Redactor) -> String {
    string(redactor.redact(bytes(text)))
  }

  @Test func `what is typed into a provider's file is hidden`() throws {
    let page = { (header: String) in
      RegisteredPage(
        url: URLTemplate(bytes("https://me:pag3@x/")), header: URLTemplate(bytes(header)))
    }
    let url = URLTemplate(bytes("https://x/?h=[DOMAIN]&key=l1teral"))
    let entry = { (header: String) in
      ServiceEntry(.request(url, Service.Rules()), registered: page(header))
    }
    var redactor = Redactor()
    redactor.add(entry("Authorization: Bearer b3arer"))
    #expect(shown("l1teral pag3 b3arer Bearer me", redactor) == "*** *** *** Bearer me")
    var other = Redactor()
    other.add(entry("Authorization: Bearer [PASSWORD]"))
    #expect(shown("[PASSWORD] Bearer", other) == "[PASSWORD] Bearer")
  }
}
