// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a UCI file is refused, and where.
public struct UCIError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Kind: Equatable, Sendable {
    /// The file is over `UCIPackage.byteLimit`.
    case tooLarge
    /// A command is none of package, config, option, list and their first letters; empty where a
    /// line ends after a `;`.
    case unknownKeyword([UInt8])
    /// A `package` without a name.
    case missingPackageName
    /// A `config` without a type.
    case missingType
    /// An `option` or `list` without a name.
    case missingOptionName
    /// An `option` or `list` stands before the first `config`.
    case optionBeforeSection
    /// A package name has more than letters, digits, `_` and `-`.
    case badPackageName([UInt8])
    /// A section type has a byte that is not printable ASCII.
    case badType([UInt8])
    /// A section name has more than letters, digits and `_`.
    case badSectionName([UInt8])
    /// An option name has more than letters, digits and `_`.
    case badOptionName([UInt8])
    /// A section is opened a second time with another type.
    case typeDiffers(section: [UInt8], earlierLine: Int)
    /// Something follows the last argument a command can have.
    case tooManyArguments
    /// The file ends inside a quoted value.
    case unterminatedQuote
  }

  /// What is wrong.
  public let kind: Kind
  /// The line of the file, counted from 1.
  public let line: Int
  /// The byte within the line, counted from 1.
  public let byte: Int

  /// Joins a fault and its place.
  public init(_ kind: Kind, line: Int, byte: Int) {
    self.kind = kind
    self.line = line
    self.byte = byte
  }

  /// The fault for a person; whoever tells it writes the path and the place in front. No option value
  /// is ever in it, because one may be a password.
  public var message: Text {
    switch kind {
    case .tooLarge: "larger than \(UCIPackage.byteLimit) bytes"
    case .unknownKeyword([]): "nothing follows this ;"
    case .unknownKeyword(let word): "\(Self.quote(word)) is not package, config, option or list"
    case .missingPackageName: "package without a name"
    case .missingType: "config without a type"
    case .missingOptionName: "option without a name"
    case .optionBeforeSection: "option before the first config line"
    case .badPackageName(let name):
      "package name \(Self.quote(name)) may only have letters, digits, _ and -"
    case .badType(let type): "section type \(Self.quote(type)) may only have \(Self.print)"
    case .badSectionName(let name): "section name \(Self.quote(name)) may only have \(Self.word)"
    case .badOptionName(let name): "option name \(Self.quote(name)) may only have \(Self.word)"
    case .typeDiffers(let name, let line):
      "section \(Self.quote(name)) has another type than at line \(line)"
    case .tooManyArguments: "too many arguments; a value with blanks needs quotes"
    case .unterminatedQuote: "this quote is never closed"
    }
  }

  private static let word: Literal = "letters, digits and _"
  private static let print: Literal = "printable ASCII without blanks"

  /// The bytes in quotes, fit for one line of a log: cut when long, `?` for what does not print.
  private static func quote(_ bytes: [UInt8]) -> Text {
    let shown = bytes.prefix(40).map { $0 > 31 && $0 < 127 ? $0 : UInt8(ascii: "?") }
    let rest: Literal = bytes.count > 40 ? "..." : ""
    return "'\(shown)\(rest)'"
  }
}
