// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import Wire

/// Which transitions of a section deserve a message, how many of them are told, and what has not
/// been sent yet. Times are uptimes in seconds.
public struct Notices: Equatable, Sendable {
  /// A message on its way to one notify section.
  public struct Letter: Equatable, Sendable {
    /// The notify section.
    public let target: [UInt8]
    /// When what it tells has happened.
    public fileprivate(set) var time: Int64
    /// What it says, as a line without that time (`Notice.encoded`).
    public let line: [UInt8]
    /// How often sending it has failed.
    public fileprivate(set) var tries: Int64 = 0
    /// When it is sent, or tried again.
    public fileprivate(set) var next: Int64
  }

  /// What one notify section has been told.
  struct Account: Equatable {
    let target: [UInt8]
    /// When messages were posted in the last 24 hours, oldest first; digests do not count.
    var sent: [Int64] = []
    /// How many of each event were not posted, since when, and the last of them.
    var held: [Int64] = Account.none
    var heldSince: Int64 = 0
    /// When the last digest was posted.
    var digestAt: Int64 = -Notices.longAgo

    static let none: [Int64] = [0, 0, 0, 0, 0]
    var total: Int64 { held.reduce(0, +) }
    /// When what was held back is told; nil when nothing was.
    var digestDue: Int64? {
      total == 0 ? nil : max(heldSince + Notices.digestPause, digestAt + Cycle.day)
    }
  }

  /// Messages a day and notify section, whatever happens; a digest comes on top.
  public static let dayLimit = 10
  /// Of these the last are kept for what somebody has to do something about.
  static let ordinaryLimit = 8
  /// How long what was held back is collected, in seconds.
  static let digestPause: Int64 = 3_600
  /// How often a message is tried, and the first and the longest pause between, in seconds.
  public static let tryLimit: Int64 = 12
  static let pause: Int64 = 60
  static let longestPause: Int64 = 7_200
  /// Messages that wait for being sent.
  static let letterLimit = 40
  static let longAgo: Int64 = 1 << 39

  /// What is on its way, oldest first.
  public internal(set) var letters: [Letter] = []
  var accounts: [Account] = []
  /// The address that was accepted when this was last looked at.
  var known: IPAddress?
  /// Failures in a row, and those before the last event.
  var failures: Int64 = 0
  private var before: Int64 = 0
  var isBlocked = false
  private var wasBlocked = false
  var isExpired = false

  /// Of a section of which nothing has been told; what it has is nothing new.
  public init(known: IPAddress?) { self.known = known }

  // MARK: - What deserves a message

  /// Takes note of how a pass has ended; what that is worth telling. `force` is the force interval,
  /// nil when there is none; `words` are the reason in words, without secrets.
  public mutating func take(
    _ reason: Cycle.Reason, _ record: Record, force: Int64?, _ words: [UInt8], at now: Int64
  ) -> [Notice] {
    var notices: [Notice] = []
    func add(_ event: Notice.Event, count: Int64 = 0, old: IPAddress? = nil) {
      notices.append(Notice(event, at: now, count: count, record.accepted, old: old, words))
    }
    (before, wasBlocked) = (failures, isBlocked)
    if let accepted = record.accepted, accepted != known, !record.isOffline {
      add(.change, old: known)
      known = accepted
    }
    switch reason {
    case .retry, .gaveUp, .notUnderstood, .noAddress, .unrecorded, .unusable:
      failures = reason == .unusable ? NotifySection.failureLimit : failures + 1
      failures = min(failures, NotifySection.failureLimit)
      if failures > before { add(.failure, count: failures) }
    case .blocked:
      isBlocked = true
      if !wasBlocked { add(.block) }
    case .unchanged, .unanswered, .verified, .notVisible, .claimed, .verifying, .cached:
      if failures > 0 || isBlocked { add(.recovery, count: failures) }
      (failures, isBlocked) = (0, false)
    case .dryRun, .later, .budget, .unsettled: break
    }
    let isOver = force.map { record.accepted != nil && now >= record.acceptedAt + $0 } ?? false
    if isOver, !isExpired { add(.expiry) }
    isExpired = isOver
    return notices
  }

  /// Whether a notice is one for somebody who wants to hear of so many failures in a row.
  public func concerns(_ notice: Notice, failures limit: Int64) -> Bool {
    switch notice.event {
    case .failure: before < limit && limit <= notice.count
    case .recovery: wasBlocked || limit <= notice.count
    default: true
    }
  }

  // MARK: - What is told

  /// Posts a notice, or keeps it for the digest.
  public mutating func post(_ notice: Notice, to target: [UInt8]) {
    let index = account(of: target)
    let now = notice.time
    while let first = accounts[index].sent.first, first <= now - Cycle.day {
      accounts[index].sent.removeFirst()
    }
    let isOrdinary = notice.event == .change || notice.event == .recovery
    let limit = isOrdinary ? Self.ordinaryLimit : Self.dayLimit
    guard accounts[index].sent.count < limit, letters.count < Self.letterLimit else {
      if accounts[index].total == 0 { accounts[index].heldSince = now }
      accounts[index].held[Int(notice.event.rawValue)] += 1
      return
    }
    accounts[index].sent.append(now)
    add(notice, to: target)
    // The way is free again, as it seems.
    if isOrdinary {
      for index in letters.indices { letters[index].next = min(letters[index].next, now) }
    }
  }

  private mutating func add(_ notice: Notice, to target: [UInt8]) {
    letters.append(
      Letter(
        target: target, time: notice.time, line: notice.encoded.bytes, next: notice.time))
  }

  private mutating func account(of target: [UInt8]) -> Int {
    if let index = accounts.firstIndex(where: { $0.target == target }) { return index }
    accounts.append(Account(target: target))
    return accounts.count - 1
  }

  /// When something has to be done next; nil for never.
  public var due: Int64? {
    var due = letters.map { $0.next }.min()
    for account in accounts {
      if let time = account.digestDue { due = min(due ?? time, time) }
    }
    return due
  }

  /// Posts the digests that are due.
  public mutating func postDigests(at now: Int64) {
    for index in accounts.indices {
      let account = accounts[index]
      guard let due = account.digestDue, due <= now else { continue }
      var words: Text = "not told one by one:"
      for (number, count) in account.held.enumerated() where count > 0 {
        let event = Notice.Event(rawValue: UInt8(number)) ?? .digest
        words += " \(count) \(event.word)"
      }
      add(Notice(.digest, at: now, count: account.total, known, words.bytes), to: account.target)
      (accounts[index].held, accounts[index].digestAt) = (Account.none, now)
    }
  }

  /// The place of the first letter that is to be sent now; nil when there is none.
  public func next(at now: Int64) -> Int? { letters.firstIndex { $0.next <= now } }

  /// Takes note of how sending the letter at a place has ended. False when it has been sent or is to
  /// be tried again, and true when it is given up.
  public mutating func settle(_ place: Int, isSent: Bool, mayPass: Bool, at now: Int64) -> Bool {
    letters[place].tries += 1
    let tries = letters[place].tries
    guard !isSent, mayPass, tries < Self.tryLimit else {
      letters.remove(at: place)
      return !isSent
    }
    letters[place].next = now + min(Self.pause << (tries - 1), Self.longestPause)
    return false
  }

  /// Lets go of what was to be told to a notify section that is there no more.
  public mutating func forget(_ target: [UInt8]) {
    for index in letters.indices.reversed() where letters[index].target == target {
      letters.remove(at: index)
    }
    for index in accounts.indices where accounts[index].target == target {
      accounts[index].held = Account.none
    }
  }
}

// MARK: - The file

extension Notices {
  /// The largest file that is read.
  public static let fileLimit = 65_536

  /// The file content.
  public func saved(at now: Moment) -> [UInt8] {
    var text: Text = "version 1 \(now.uptime) \(now.boot)\nwatch "
    text += known.map { "\($0)" } ?? "-"
    text += " \(failures) \(isBlocked ? 1 : 0) \(isExpired ? 1 : 0)\n"
    for account in accounts {
      text += "account \(account.target) \(account.digestAt) \(account.heldSince)"
      for number in account.held + account.sent { text += " \(number)" }
      text += "\n"
    }
    for letter in letters {
      text +=
        "letter \(letter.target) \(letter.tries) \(letter.next) \(letter.time) \(letter.line)\n"
    }
    return text.bytes
  }

  /// Reads a file; nil when it is damaged, or of the future. What an earlier boot has left is as old
  /// as it was when the file was written.
  public init?(_ bytes: [UInt8], at now: Moment) {
    self.init(known: nil)
    var shift: Int64?
    for line in bytes.lines {
      let words = Array(line).words
      let isRead: Bool
      if let shift {
        isRead = take(words, shift)
      } else {
        guard words.count == 4, Array(words[1]) == "1", let written = words[2].decimalValue,
          written < Self.longAgo
        else { return nil }
        let isSame = words[3].elementsEqual(now.boot)
        isRead = !isSame || written <= now.uptime
        shift = isSame ? 0 : written
      }
      if !isRead { return nil }
    }
    // Nothing of it is of the future.
    let times = accounts.flatMap { [$0.digestAt, $0.heldSince] + $0.sent }
    let latest = now.uptime + Self.longestPause
    guard shift != nil, bytes.last == UInt8(ascii: "\n"), times.allSatisfy({ $0 <= latest }),
      letters.allSatisfy({ $0.next <= latest })
    else { return nil }
  }

  private mutating func take(_ words: [ArraySlice<UInt8>], _ shift: Int64) -> Bool {
    guard words.count >= 5 else { return false }
    let numbers = words[2...].map { Status.number(Array($0)) }
    func time(_ index: Int) -> Int64? { numbers[index].map { $0 - shift } }
    switch Array(words[0]) {
    case "watch":
      guard let failures = numbers[0] else { return false }
      known = IPAddress(words[1])
      self.failures = failures
      (isBlocked, isExpired) = (numbers[1] == 1, numbers[2] == 1)
    case "account":
      var account = Account(target: Array(words[1]))
      guard numbers.count >= 7, let digestAt = time(0), let since = time(1) else { return false }
      (account.digestAt, account.heldSince) = (digestAt, since)
      account.held = numbers[2..<7].compactMap { $0 }
      account.sent = (7..<numbers.count).compactMap { time($0) }
      if account.held.count < 5 || account.held.contains(where: { $0 < 0 || $0 > 1 << 32 }) {
        return false
      }
      accounts.append(account)
    case "letter":
      guard let tries = numbers[0], let next = time(1), let time = time(2) else { return false }
      let line = Array(words[5...].joined(separator: [UInt8(ascii: " ")]))
      letters.append(
        Letter(
          target: Array(words[1]), time: time, line: line, tries: tries, next: max(next, 0)))
    default: return false
    }
    return true
  }
}
