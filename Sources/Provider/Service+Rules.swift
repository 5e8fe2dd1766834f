// SPDX-License-Identifier: Apache-2.0

extension Service {
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
