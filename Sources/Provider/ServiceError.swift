// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a `service_name` cannot be used.
public struct ServiceError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    /// The name is no file name.
    case badName
    /// No file and no table has it.
    case notFound
    /// It is defined for the other address family only.
    case noFamily(IPAddress.Family)
    /// The provider is gone; the text says what to use.
    case retired([UInt8])
    /// The file is no JSON object; the text says why.
    case notJSON(Text)
    /// A member of the JSON file, or a field of the table row, is missing or of the wrong type.
    case badMember([UInt8])
    /// An expression whose bounds stand for more than a small machine has memory for.
    case largePattern([UInt8])
    /// The file is larger than its limit, in bytes.
    case tooLarge(limit: Int)
  }

  /// The `service_name`.
  public var service: [UInt8]
  /// The file it was found in; empty when there is none.
  public var file: [UInt8]
  /// What is wrong.
  public var problem: Problem

  /// Joins the parts.
  public init(_ problem: Problem, service: [UInt8], file: [UInt8] = []) {
    self.problem = problem
    self.service = service
    self.file = file
  }

  /// The error for a person, with what to do.
  public var message: Text {
    switch problem {
    case .badName: "service_name '\(service)' is not valid: it must not contain '/'"
    case .notFound: "service '\(service)' not found: choose one of the list, or set 'update_url'"
    case .noFamily(let family):
      "service '\(service)' has no \(family == .v6 ? "IPv6" : "IPv4" as Literal) definition"
        + inFile
    case .retired(let why): "service '\(service)' is retired: \(why)"
    case .notJSON(let why): "service '\(service)': \(why)" + inFile
    case .badMember(let member):
      "service '\(service)': '\(member)' is missing or not valid" + inFile
    case .largePattern(let member):
      "service '\(service)': the expression '\(member)' takes too much memory: use smaller bounds in {}"
        + inFile
    case .tooLarge(let limit): "service '\(service)': more than \(limit) bytes" + inFile
    }
  }

  private var inFile: Text { file.isEmpty ? "" : " (\(file))" }
}
