// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import Wire

/// A command line cut into options and words, as getopt(3) does it.
public struct Arguments: Equatable, Sendable {
  /// What one program understands.
  public struct Syntax: Sendable {
    /// The program's name, for messages.
    public let program: Literal
    /// Letters; one that takes a value has a colon behind it.
    public let letters: Literal
    /// Long names without their dashes, separated by blanks; one that takes a value has a colon
    /// behind it.
    public let names: Literal
    /// How many words may follow the options.
    public let wordLimit: Int
    /// What `-h` prints.
    public let help: Literal
    /// Whether `Tool.runCompatible` runs it, which says of a usage error what ddns-scripts says.
    public let isCompatible: Bool

    /// Describes a program.
    public init(
      program: Literal, letters: Literal, names: Literal, wordLimit: Int,
      help: Literal, isCompatible: Bool = false
    ) {
      self.program = program
      self.letters = letters
      self.names = names
      self.wordLimit = wordLimit
      self.help = help
      self.isCompatible = isCompatible
    }

    /// What `-V` prints.
    var version: Text {
      isCompatible
        ? "ddns-scripts \(Product.compatibleVersion)\n" : "\(program) \(Product.version)\n"
    }
  }

  private var options: [(name: [UInt8], value: [UInt8])] = []
  /// The words that are no options.
  public private(set) var words: [[UInt8]] = []

  /// Cuts the arguments after the program's name. Throws a usage failure that names the program.
  public init(_ arguments: [[UInt8]], _ syntax: Syntax) throws(Failure) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        words += rest
        break
      } else if argument.hasPrefix("--") {
        try takeName(Array(argument.dropFirst(2)), &rest, syntax)
      } else if argument.count > 1, argument.first == UInt8(ascii: "-") {
        try takeLetters(argument.dropFirst(), &rest, syntax)
      } else {
        words.append(argument)
      }
    }
    guard words.count <= syntax.wordLimit else {
      throw Self.failure(syntax, "unexpected argument '\(words[syntax.wordLimit])'")
    }
  }

  /// Whether an option is given.
  public func has(_ name: Literal) -> Bool { options.contains { $0.name == name } }

  /// The value of an option; the last one counts.
  public func value(_ name: Literal) -> [UInt8]? { value([UInt8](name)) }

  /// The same.
  @inline(never)
  public func value(_ name: [UInt8]) -> [UInt8]? { options.last { $0.name == name }?.value }

  /// Compares command lines.
  public static func == (left: Arguments, right: Arguments) -> Bool {
    left.words == right.words && left.options.elementsEqual(right.options) { $0 == $1 }
  }

  private mutating func takeName(
    _ text: [UInt8], _ rest: inout ArraySlice<[UInt8]>, _ syntax: Syntax
  ) throws(Failure) {
    let equals = text.firstIndex(of: UInt8(ascii: "="))
    let name = Array(text[..<(equals ?? text.count)])
    for known in [UInt8](syntax.names).words {
      let takesValue = known.last == UInt8(ascii: ":")
      guard Array(takesValue ? known.dropLast() : known) == name else { continue }
      if let equals, takesValue {
        options.append((name, Array(text[(equals + 1)...])))
      } else if takesValue {
        guard let value = rest.popFirst() else {
          throw Self.failure(syntax, "option --\(name) missing argument")
        }
        options.append((name, value))
      } else {
        guard equals == nil else {
          throw Self.failure(syntax, "option --\(name) takes no argument")
        }
        options.append((name, []))
      }
      return
    }
    throw Self.failure(syntax, "invalid option --\(name)")
  }

  private mutating func takeLetters(
    _ cluster: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>, _ syntax: Syntax
  ) throws(Failure) {
    let letters = [UInt8](syntax.letters)
    var cluster = cluster
    while let letter = cluster.popFirst() {
      guard letter != UInt8(ascii: ":"), let index = letters.firstIndex(of: letter) else {
        throw Self.failure(syntax, "invalid option -\([letter])")
      }
      guard index + 1 < letters.count, letters[index + 1] == UInt8(ascii: ":") else {
        options.append(([letter], []))
        continue
      }
      if cluster.isEmpty {
        guard let value = rest.popFirst() else {
          throw Self.failure(syntax, "option -\([letter]) missing argument")
        }
        options.append(([letter], value))
      } else {
        options.append(([letter], Array(cluster)))
      }
      return
    }
  }

  private static func failure(_ syntax: Syntax, _ text: Text) -> Failure {
    Failure(.usage, syntax.isCompatible ? text : text + "; see \(syntax.program) -h")
  }
}
