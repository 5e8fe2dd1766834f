// SPDX-License-Identifier: Apache-2.0

import JSON
import Section

extension Redactor {
  /// Hides what a provider's file has of secrets between its placeholders.
  public mutating func add(_ provider: ServiceEntry) {
    switch provider.service {
    case .request(let url, _): add(url)
    case .recipe(let recipe):
      add(url: recipe.base)
      for owner in [recipe.root] + recipe.steps {
        for field in Recipe.headers(owner).flatMap({ $0.object ?? [] }) {
          add(
            field: field.name + [UInt8(ascii: ":"), UInt8(ascii: " ")] + (field.value.string ?? []))
        }
      }
    case .script, .dnsUpdate, .gnuDIP: break
    }
    if let offline = provider.offline { add(offline) }
    if let page = provider.registered {
      add(page.url)
      add(field: page.header.source)
    }
  }

  /// Hides what stands in a URL besides its placeholders.
  public mutating func add(_ template: URLTemplate) { add(url: template.source) }
}
