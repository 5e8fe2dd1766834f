// SPDX-License-Identifier: Apache-2.0

import Wire

extension DNSAnswer {
  /// The addresses of a family that the answer's records or texts are, each once. A text is its first
  /// string; one that is no address says something else.
  public func observed(_ family: IPAddress.Family) -> [IPAddress] {
    var found: [IPAddress] = []
    var candidates = addresses
    if case .records(let records) = content {
      for record in records {
        guard case .other(let data) = record.data, let count = data.first else { continue }
        let text = data.dropFirst()
        if text.count >= Int(count), let address = IPAddress(text.prefix(Int(count))) {
          candidates.append(address)
        }
      }
    }
    for address in candidates where address.family == family && !found.contains(address) {
      found.append(address)
    }
    return found
  }
}
