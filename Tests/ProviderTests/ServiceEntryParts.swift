// SPDX-License-Identifier: Apache-2.0

import Provider

/// What a test looks at of one kind of service; nothing, or an empty value, for another kind.
extension ServiceEntry {
  var template: URLTemplate {
    if case .request(let url, _) = service { url } else { URLTemplate([]) }
  }

  var rules: Service.Rules {
    if case .request(_, let rules) = service { rules } else { Service.Rules() }
  }

  var script: [UInt8]? {
    if case .script(let path) = service { path } else { nil }
  }

  var isRequest: Bool {
    if case .request = service { true } else { false }
  }
}
