// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct UCIErrorTests {
  @Test(arguments: [
    ("foo bar\n", 1, 1, "'foo' is not package, config, option or list"),
    ("\n  foo\r\n", 2, 3, "'foo' is not package, config, option or list"),
    ("\n\tpackage\n", 2, 2, "package without a name"),
    ("config\n", 1, 1, "config without a type"),
    ("config ''\n", 1, 1, "config without a type"),
    ("config service\noption", 2, 1, "option without a name"),
    ("config service\nlist ''\n", 2, 1, "option without a name"),
    ("option a b\n", 1, 1, "option before the first config line"),
    ("\nlist a b\n", 2, 1, "option before the first config line"),
    (
      "config service my-ddns\n option a b\n", 1, 16,
      "section name 'my-ddns' may only have letters, digits and _"
    ),
    (
      "config service 'a b'\n", 1, 16,
      "section name 'a b' may only have letters, digits and _"
    ),
    (
      "config service x\n\toption my-opt 1", 2, 9,
      "option name 'my-opt' may only have letters, digits and _"
    ),
    (
      "config 'ser vice' x", 1, 8,
      "section type 'ser vice' may only have printable ASCII without blanks"
    ),
    ("package 'a b'", 1, 9, "package name 'a b' may only have letters, digits, _ and -"),
    ("package a b", 1, 11, "too many arguments; a value with blanks needs quotes"),
    ("config a b c", 1, 12, "too many arguments; a value with blanks needs quotes"),
    (
      "config a b\noption c one two\n", 2, 14,
      "too many arguments; a value with blanks needs quotes"
    ),
    ("config a ; option b c", 1, 12, "too many arguments; a value with blanks needs quotes"),
    ("config a x\n\nconfig b x", 3, 10, "section 'x' has another type than at line 1"),
    ("config a x\n option b 'c\nd\n", 2, 11, "this quote is never closed"),
    ("config a x\n option b c\"d\n", 2, 12, "this quote is never closed"),
    ("config a x\n option b \"d\\\"\n", 2, 11, "this quote is never closed"),
  ])
  func `names the place and the fault`(text: String, line: Int, byte: Int, words: String) {
    let error = fault(text)
    #expect(error.map { string($0.message.bytes) } == words)
    #expect(error?.line == line && error?.byte == byte)
  }

  @Test func `refuses a section with a bad name and never merges it into the one before`() {
    let text = "config service good\n option domain a\nconfig service my-ddns\n option domain b\n"
    #expect(fault(text) == UCIError(.badSectionName(bytes("my-ddns")), line: 3, byte: 16))
  }

  @Test func `counts lines and bytes after a value of several lines`() {
    #expect(
      fault("config a x\noption b 'one\ntwo' three\n")
        == UCIError(.tooManyArguments, line: 3, byte: 6))
  }

  @Test func `never prints a value, and only printable bytes of a name`() {
    #expect(fault("config a x\noption p geheim geheim2")?.message.bytes.contains(10) == false)
    let shown = fault("config a x\noption p geheim geheim2").map { string($0.message.bytes) }
    #expect(shown?.contains("geheim") == false)
    let odd = UCIError(.badOptionName([27, 0, 255] + bytes("a")), line: 1, byte: 2)
    #expect(
      string(odd.message.bytes)
        == "option name '???a' may only have letters, digits and _")
    let long = UCIError(.badType([UInt8](repeating: 97, count: 99)), line: 1, byte: 1)
    #expect(string(long.message.bytes).contains(String(repeating: "a", count: 40) + "...'"))
    #expect(!string(long.message.bytes).contains(String(repeating: "a", count: 41)))
  }

  @Test func `refuses a file over 4 MiB and takes one of exactly that size`() throws {
    let filler = [UInt8](repeating: UInt8(ascii: "#"), count: UCIPackage.byteLimit)
    #expect(try UCIPackage.parse(filler, name: bytes("ddns")).sections.isEmpty)
    do throws(UCIError) {
      _ = try UCIPackage.parse(filler + [10], name: bytes("ddns"))
      Issue.record("accepted")
    } catch {
      #expect(error.kind == .tooLarge)
      #expect(string(error.message.bytes) == "larger than 4194304 bytes")
    }
  }
}
