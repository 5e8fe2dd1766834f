// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// What came of one thing that `ddns-runner --doctor` has tried.
public struct Finding: Equatable, Sendable {
  /// How much it matters.
  public enum Grade: Equatable, Sendable {
    /// As it should be.
    case ok
    /// Worth to know.
    case note
    /// It works, but not as it should.
    case warning
    /// It does not work.
    case problem

    /// The word for it, as wide as the longest.
    var word: Literal {
      switch self {
      case .ok: "ok     "
      case .note: "note   "
      case .warning: "warning"
      case .problem: "problem"
      }
    }
  }

  /// What it is about.
  public let kind: Kind
  /// What stands in its sentence.
  public let detail: Text
  /// The section it is about; empty for none.
  public var section: [UInt8] = []
  /// What a doctor that found nothing worse ends with.
  public let status: ExitStatus

  // Not in its callers: there are many.

  /// A finding; `status` is that of its kind, unless a failure has brought one of its own.
  @inline(never)
  public init(_ kind: Kind, _ detail: Text, status: ExitStatus? = nil) {
    self.kind = kind
    self.detail = detail
    let number = Self.column(0, of: kind).decimalValue ?? 0
    self.status = status ?? ExitStatus(child: Int32(truncatingIfNeeded: number))
  }

  /// How much it matters.
  public var grade: Grade {
    switch status {
    case .ok: advice.isEmpty ? .ok : .note
    case .differs: .warning
    default: .problem
    }
  }

  /// Its name for programs; it never changes.
  public var id: [UInt8] { Self.column(1, of: kind) }

  /// What is the matter, in words.
  public var words: Text {
    var text: Text = ""
    for byte in Self.column(2, of: kind) {
      if byte == UInt8(ascii: "%") { text += detail } else { text.bytes.append(byte) }
    }
    return text
  }

  /// What to do; empty when there is nothing.
  public var advice: [UInt8] { Self.column(3, of: kind) }

  /// Two lines for a person, the second with what to do.
  public func text(inColour: Bool = false) -> Text {
    var text: Text = "  \(grade.word)  "
    if inColour {
      // As `--status` has it: green is well, red wants somebody to look, yellow is neither.
      let colour =
        switch grade {
        case .ok: 32
        case .problem: 31
        case .note, .warning: 33
        }
      text = "  \u{1b}[\(colour)m\(grade.word)\u{1b}[0m  "
    }
    text += words + "\n"
    if grade != .ok { text += "           \(advice)\n" }
    return text
  }

  /// The document of `--json`.
  @inline(never)
  public static func json(_ findings: [Finding], _ status: ExitStatus) -> Text {
    var text: Text = "{\"version\":1,\"status\":\(status.rawValue),\"findings\":["
    for (index, finding) in findings.enumerated() {
      text += index == 0 ? "{" : ",{"
      let grade = Array([UInt8](finding.grade.word).trimmed)
      let values = [finding.section, finding.id, grade, finding.words.bytes, finding.advice]
      var next = 0
      for name in [UInt8]("section id grade text advice").words {
        let value = values[next].isEmpty ? JSONValue.null : .string(values[next])
        text += "\(next == 0 ? "" : "," as Literal)\"\(name)\":\(value.encode())"
        next += 1
      }
      text += "}"
    }
    return text + "]}\n"
  }

  /// A part of its line in the table.
  @inline(never)
  private static func column(_ number: Int, of kind: Kind) -> [UInt8] {
    var rest = table.bytes[...]
    for _ in 0..<kind.rawValue {
      rest = rest[((rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.startIndex) + 1)...]
    }
    let line = Array(rest.prefix { $0 != UInt8(ascii: "\n") })
    return Array(line.pieces(separatedBy: UInt8(ascii: "|"))[number])
  }
}
