// SPDX-License-Identifier: Apache-2.0

import TestSupport
import UCI

/// Parses text as package `ddns`.
func parse(_ text: String) throws(UCIError) -> UCIPackage {
  try UCIPackage.parse(bytes(text), name: bytes("ddns"))
}

/// What `uci show` prints of text, without the package name and the header line of each section.
func values(_ text: String) throws(UCIError) -> [String] {
  string(try parse(text).show()).split(separator: "\n").filter { $0.contains("'") }
    .map { String($0.dropFirst("ddns.".count)) }
}

/// The fault of text that must have one.
func fault(_ text: String) -> UCIError? {
  do throws(UCIError) {
    _ = try parse(text)
    return nil
  } catch {
    return error
  }
}

/// The canonical form that `uci commit` writes.
func canonical(_ package: UCIPackage) -> [UInt8] {
  var result: [UInt8] = []
  func quote(_ text: [UInt8]) {
    let escaped = text.replacing(bytes("'"), with: bytes("'\\''"))
    result += bytes("'") + escaped + bytes("'\n")
  }
  for section in package.sections {
    result += bytes("\nconfig ") + section.type
    if section.isAnonymous {
      result += bytes("\n")
    } else {
      result += bytes(" ")
      quote(section.name)
    }
    for option in section.options {
      switch option.value {
      case .option(let value):
        result += bytes("\toption ") + option.name + bytes(" ")
        quote(value)
      case .list(let items):
        for item in items {
          result += bytes("\tlist ") + option.name + bytes(" ")
          quote(item)
        }
      }
    }
  }
  return result + bytes("\n")
}

/// What a package says, lines left out.
func content(_ package: UCIPackage) -> [[[UInt8]]] {
  package.sections.map { section in
    [section.type, section.name, section.isAnonymous ? [1] : [0]]
      + section.options.flatMap { option -> [[UInt8]] in
        switch option.value {
        case .option(let value): [bytes("option"), option.name, value]
        case .list(let items): [bytes("list"), option.name] + items
        }
      }
  }
}
