// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An IP address as a value; parsed by the C library, not by the product's own code.
package struct Address: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16 bytes.
  package let bytes: [UInt8]

  package var isIPv6: Bool { bytes.count == 16 }

  package init?(_ text: String) {
    let isIPv6 = text.contains(":")
    var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
    guard inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
    self.bytes = bytes
  }

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var description: String {
    var text = [CChar](repeating: 0, count: 64)
    inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, 64)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
