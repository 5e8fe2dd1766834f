// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct UCIPropertyTests {
  @Test func `reads back all 256 byte values in a quoted value`() throws {
    let all = (0...255).map { UInt8($0) }
    for value in all.map({ [$0] }) + [all] where value != bytes("'") {
      let text = value.replacing(bytes("'"), with: bytes("'\\''"))
      let single = bytes("config a x\noption o '") + text + bytes("'\noption p q\n")
      let package = try UCIPackage.parse(single, name: bytes("ddns"))
      #expect(package.section(named: "x")?.option("o") == value)
      #expect(package.section(named: "x")?.option("p") == bytes("q"))
    }
    var escaped: [UInt8] = []
    for byte in all {
      // A backslash before a line end is a continuation; everything else it protects.
      escaped += byte == 10 ? [10] : [UInt8(ascii: "\\"), byte]
    }
    let double = bytes("config a x\noption o \"") + escaped + bytes("\"")
    let section = try UCIPackage.parse(double, name: bytes("ddns")).section(named: "x")
    #expect(section?.option("o") == all)
  }

  @Test(arguments: 0..<500 as Range<UInt64>)
  func `reads back what it would write`(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let text = randomFile(&random)
    let package = try UCIPackage.parse(text, name: bytes("ddns"))
    let written = canonical(package)
    let again = try UCIPackage.parse(written, name: bytes("ddns"))
    #expect(content(again) == content(package))
    #expect(canonical(again) == written)
    #expect(again.show() == package.show())
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `makes the same package from a file and from a delta that says the same`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(state: seed)
    // No delta can bring a control character.
    let text = randomFile(&random, of: 32...255)
    let package = try UCIPackage.parse(text, name: bytes("ddns"))
    var built = UCIPackage(name: bytes("ddns"))
    for section in package.sections {
      let plus = section.isAnonymous ? bytes("+") : []
      let path = bytes("ddns.") + section.name
      built.apply(delta: plus + path + bytes("=") + quoted(section.type))
      for option in section.options {
        switch option.value {
        case .option(let value):
          built.apply(delta: path + bytes(".") + option.name + bytes("=") + quoted(value))
        case .list(let items):
          for item in items {
            built.apply(
              delta: bytes("|") + path + bytes(".") + option.name + bytes("=") + quoted(item))
          }
        }
      }
    }
    #expect(built.show() == package.show())
  }

  @Test func `neither crashes nor hangs on random bytes`() {
    var random = SplitMix64(state: 42)
    let pieces = [
      "config ", "option ", "list ", "package ", "c a b\n", "o a ", "'", "\"", "\\", "\n", "\r\n",
      "#", ";", " ", "\t", "a", "ddns.", "ddns.b.a='", "+", "-", "@", "^", "|", "~", "=", ".", "0",
    ].map(bytes)
    var accepted = 0
    for _ in 0..<10_000 {
      var input = Bool.random(using: &random) ? bytes("c a b\n o a 'x' ; ") : []
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        if Int.random(in: 0..<4, using: &random) == 0 {
          input.append(UInt8.random(in: 0...255, using: &random))
        } else {
          input += pieces.randomElement(using: &random) ?? []
        }
      }
      var package = (try? parse("c a b\nl a 1\nc a\n")) ?? UCIPackage(name: bytes("ddns"))
      package.apply(delta: input)
      _ = package.show()
      do throws(UCIError) {
        accepted += try UCIPackage.parse(input, name: bytes("ddns")).show().isEmpty ? 0 : 1
      } catch {
        #expect(error.line >= 1 && error.byte >= 1)
        #expect(error.line <= input.filter { $0 == 10 }.count + 1)
        #expect(!error.message.bytes.contains(10))
      }
    }
    #expect(accepted > 100)
  }

  @Test(arguments: ["config a\n", "list l x\n", "option o x\n", "config a b\n", "option o 'x'; "])
  func `reads and shows a file full of one line in no time`(line: String) throws {
    let count = 262_144 / line.utf8.count
    let package = try parse("config a b\n" + String(repeating: line, count: count))
    #expect(!package.show().isEmpty)
  }

  @Test func `finds the sections of a file of ten thousand, in whatever order they are`() throws {
    let names = (0..<10_000).map { "s\($0 * 7_919 % 10_000)" }
    let text = names.map { "config a '\($0)'\n\toption b '\($0)'\n" }.joined()
    let package = try parse(text + "config a 's7'\n\toption c d\n")
    #expect(package.sections.map { string($0.name) } == names)
    #expect(package.section(named: "s7")?.option("b") == bytes("s7"))
    #expect(package.section(named: "s7")?.option("c") == bytes("d"))
  }

  private func quoted(_ text: [UInt8]) -> [UInt8] {
    bytes("'") + text.replacing(bytes("'"), with: bytes("'\\''")) + bytes("'\n")
  }

  private func randomFile(
    _ random: inout SplitMix64, of range: ClosedRange<UInt8> = 0...255
  ) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let isNamed = Bool.random(using: &random)
      let name = "s\(Int.random(in: 0...9, using: &random))"
      text += bytes("config service \(isNamed ? name : "")\n")
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let isList = Int.random(in: 0..<3, using: &random) == 0
        let option = "o\(Int.random(in: 0...4, using: &random))"
        let value = (0..<Int.random(in: 0...12, using: &random)).map { _ in
          UInt8.random(in: range, using: &random)
        }
        text += bytes("  \(isList ? "list" : "option") \(option) ") + quoted(value)
      }
    }
    return text
  }
}
