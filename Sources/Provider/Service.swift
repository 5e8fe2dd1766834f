// SPDX-License-Identifier: Apache-2.0

import Wire

/// How one provider is told an address of one family.
public struct Service: Equatable, Sendable {
  /// The `service_name`; empty for an `update_url` of the section's own.
  public var name: [UInt8]
  /// The URL to fetch, with placeholders.
  public var template: URLTemplate
  /// How the answer is read.
  public var rules: Rules
  /// The shell script that does it instead of a request; nil when a request does.
  public var script: [UInt8]?
  /// The page that says what the provider has registered; empty when there is none.
  public var registered = URLTemplate([])
  /// The header field, `Name: value`, that goes with a request for that page; empty for none.
  public var registeredHeader = URLTemplate([])
  /// What a user should know about the provider; empty when there is nothing.
  public var note: [UInt8]

  /// Joins the parts of a service.
  public init(name: [UInt8], template: URLTemplate, rules: Rules, note: [UInt8] = []) {
    self.name = name
    self.template = template
    self.rules = rules
    self.note = note
  }

  /// A service done by a script; those that a provider's file or row names are in /usr/lib/ddns.
  public init(name: [UInt8] = [], script: [UInt8], note: [UInt8] = []) {
    self.init(name: name, template: URLTemplate([]), rules: Rules(), note: note)
    self.script = name.isEmpty ? script : [UInt8]("/usr/lib/ddns/") + script
  }

  /// A section's own `update_url`: any answer of a successful request will do, unless it has a
  /// dyndns2 word or Namecheap's error count in it.
  public init(updateURL: [UInt8]) {
    self.init(name: [], template: URLTemplate(updateURL), rules: Rules())
  }

  /// How a provider's answers are read.
  public struct Rules: Equatable, Sendable {
    /// The language of the answers.
    public enum Dialect: Equatable, Sendable {
      /// The words of dyndns2 and its imitations.
      case dyndns2
      /// Namecheap's XML.
      case namecheap
      /// Free text, read by `answers` and `answer` only.
      case text
      /// Not known: dyndns2 words are understood, other answers are left to the HTTP status.
      case undeclared
    }

    /// One expression and the word it stands for.
    public struct Answer: Equatable, Sendable {
      /// What a match means.
      public var word: ResultWord
      /// A POSIX extended regular expression; case is ignored.
      public var pattern: [UInt8]

      /// Joins the two.
      public init(word: ResultWord, pattern: [UInt8]) {
        self.word = word
        self.pattern = pattern
      }
    }

    /// The language of the answers.
    public var dialect: Dialect
    /// Expressions for single results; the first that matches decides.
    public var answers: [Answer]
    /// ddns-scripts' expression for any success; nil when it has none.
    public var answer: [UInt8]?

    /// Joins the parts; without any, nothing is known about the provider's answers.
    public init(dialect: Dialect = .undeclared, answers: [Answer] = [], answer: [UInt8]? = nil) {
      self.dialect = dialect
      self.answers = answers
      self.answer = answer
    }

    /// Whether an expression says what success looks like.
    var hasSuccessPattern: Bool {
      answer != nil || answers.contains { $0.word == .good || $0.word == .nochg }
    }

    /// Whether an answer that nothing matches is no success.
    public var hasSuccessRule: Bool { dialect != .undeclared || hasSuccessPattern }
  }
}
