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
    var word: StaticString {
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

  /// A finding; `status` is that of its kind, unless a failure has brought one of its own.
  public init(_ kind: Kind, _ detail: Text, status: ExitStatus? = nil) {
    self.kind = kind
    self.detail = detail
    self.status = status ?? Self.row(kind).status
  }

  /// How much it matters.
  public var grade: Grade {
    switch status {
    case .ok: Self.row(kind).advice.utf8CodeUnitCount == 0 ? .ok : .note
    case .differs: .warning
    default: .problem
    }
  }

  /// Its name for programs; it never changes.
  public var id: StaticString { Self.row(kind).id }

  /// What is the matter, in words.
  public var words: Text {
    var text: Text = ""
    for byte in Self.row(kind).words.bytes {
      if byte == UInt8(ascii: "%") { text += detail } else { text.bytes.append(byte) }
    }
    return text
  }

  /// What to do; empty when there is nothing.
  public var advice: StaticString { Self.row(kind).advice }

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
  public static func json(_ findings: [Finding], _ status: ExitStatus) -> [UInt8] {
    func text(_ bytes: [UInt8]) -> JSONValue { bytes.isEmpty ? .null : .string(bytes) }
    func object(_ members: [(StaticString, JSONValue)]) -> JSONValue {
      .object(members.map { (name: [UInt8]($0.0), value: $0.1) })
    }
    let list = findings.map { finding in
      object([
        ("section", text(finding.section)), ("id", text([UInt8](finding.id))),
        ("grade", text(Array([UInt8](finding.grade.word).trimmed))),
        ("text", text(finding.words.bytes)), ("advice", text([UInt8](finding.advice))),
      ])
    }
    let document = object([
      ("version", .integer(1)), ("status", .integer(Int64(status.rawValue))),
      ("findings", .array(list)),
    ])
    return document.encode() + [UInt8(ascii: "\n")]
  }

  private static func row(_ kind: Kind) -> Row {
    for row in rows where row.kind == kind { return row }
    return rows[0]
  }
}
