// SPDX-License-Identifier: Apache-2.0

import Section

extension Redactor {
  /// Hides what a provider's file has of secrets between its placeholders.
  public mutating func add(_ provider: ServiceEntry) {
    if case .request(let url, _) = provider.service { add(url) }
    if let page = provider.registered {
      add(page.url)
      add(field: page.header.source)
    }
  }

  /// Hides what stands in a URL besides its placeholders.
  public mutating func add(_ template: URLTemplate) { add(url: template.source) }
}
