// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct LiteralTests {
  private static let all: [Literal] = ["", "a", "ab", "good", "a\nb\n", "ä", " "]

  @Test func `has the bytes that are written`() {
    #expect(Self.all.map(\.count) == [0, 1, 2, 4, 4, 2, 1])
    #expect(Self.all.map { [UInt8]($0) } == ["", "a", "ab", "good", "a\nb\n", "ä", " "].map(bytes))
    #expect(Array(("good" as Literal).bytes(2)) == bytes("go"))
    #expect(Self.all[3] === Self.all[3])
    #expect(!(Self.all[1] === Self.all[2]))
  }

  @Test func `a byte is one of its bytes, and none is the zero behind it`() {
    for literal in Self.all {
      for byte in 0...255 as ClosedRange<UInt8> {
        #expect(byte.isOne(of: literal) == literal.bytes.contains(byte))
      }
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func `only its own bytes are equal to it`(seed: UInt64)
  {
    var random = SplitMix64(state: seed)
    for literal in Self.all {
      var value = [UInt8](literal)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let place = Int.random(in: 0...value.count, using: &random)
        // The zero that is behind it in memory is none of its bytes.
        let byte = ([0, 32, 97, 255] as [UInt8]).randomElement(using: &random) ?? 0
        switch Int.random(in: 0...2, using: &random) {
        case 0: value.insert(byte, at: place)
        case 1 where place < value.count: value[place] = byte
        case _ where place < value.count: value.remove(at: place)
        default: value.append(0)
        }
      }
      let isEqual = value.elementsEqual(literal.bytes)
      #expect((value == literal) == isEqual, "\(value) \(literal)")
      #expect((value != literal) == !isEqual)
      #expect(value.hasPrefix(literal) == value.starts(with: Array(literal.bytes)))
    }
  }
}
