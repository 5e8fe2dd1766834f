// SPDX-License-Identifier: Apache-2.0

import Section

extension Redactor {
  /// Hides what a provider's file has of secrets between its placeholders.
  public mutating func add(_ service: Service) {
    add(service.template)
    add(service.registered)
    add(field: service.registeredHeader.source)
  }

  /// Hides what stands in a URL besides its placeholders.
  public mutating func add(_ template: URLTemplate) { add(url: template.source) }
}
