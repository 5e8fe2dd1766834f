// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

extension ServiceEntry {
  /// The largest service file, in bytes.
  public static let fileLimit = 16_384

  /// Reads a service file for one family. The file's name is the service's name; a member `name`
  /// in the file is not looked at, as in ddns-scripts. `file` is its path, for messages.
  public convenience init(
    json bytes: [UInt8], name: [UInt8], family: IPAddress.Family, file: [UInt8]
  ) throws(ServiceError) {
    let reader = ServiceFileReader(service: name, file: file)
    let root = try reader.root(of: bytes)
    if let why = try reader.text(root, "retired") {
      throw ServiceError(.retired(why), service: name, file: file)
    }
    guard let block = root[family == .v6 ? "ipv6" : "ipv4"] else {
      throw ServiceError(.noFamily(family), service: name, file: file)
    }
    if try reader.text(root, "protocol").map({ $0 == "recipe" }) == true {
      self.init(
        name: name, .recipe(try reader.recipe(root, block)),
        note: try reader.text(root, "note") ?? [])
      return
    }
    guard let url = try reader.text(block, "url"), !url.isEmpty else {
      throw ServiceError(.badMember([UInt8]("url")), service: name, file: file)
    }
    try self.init(
      name: name, target: url, try reader.rules(root, block),
      keeps: try reader.text(root, "keeps") ?? [], registered: reader.page(block),
      offline: try reader.text(block, "offline").map { URLTemplate($0) },
      note: reader.text(root, "note") ?? [])
  }
}
