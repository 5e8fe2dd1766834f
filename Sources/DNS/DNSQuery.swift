// SPDX-License-Identifier: Apache-2.0

/// The look-up of one question, or one update: whom to ask, how, for how long, and what the answers
/// mean.
///
/// It holds no socket, clock or random source. `step` is told what happened and when, and answers
/// with the one thing to do now. Times are milliseconds of a clock that never jumps.
public final class DNSQuery {
  /// The most servers that are asked, as in resolv.conf(5).
  public static let serverLimit = 3
  /// Milliseconds to wait in the first and the second round over the servers.
  public static let rounds: [Int64] = [2000, 4000]
  /// Milliseconds to wait for an answer over TCP, connecting included.
  public static let patienceOverTCP: Int64 = 5000

  /// One try at one server.
  private final class Attempt {
    let server: DNSServer
    var patience: Int64
    var overTCP: Bool
    var usesEDNS: Bool

    init(_ server: DNSServer, _ patience: Int64, overTCP: Bool, usesEDNS: Bool) {
      self.server = server
      self.patience = patience
      self.overTCP = overTCP
      self.usesEDNS = usesEDNS
    }
  }

  /// A try under way.
  private final class Pending {
    let attempt: Attempt
    let id: UInt16
    /// The code an update is signed with.
    let code: [UInt8]
    let sentAt: Int64
    let until: Int64
    /// What has arrived over TCP.
    var stream: [UInt8] = []
    /// Whether something arrived that is no answer.
    var sawJunk = false

    init(_ attempt: Attempt, _ id: UInt16, _ code: [UInt8], sentAt: Int64, until: Int64) {
      self.attempt = attempt
      self.id = id
      self.code = code
      self.sentAt = sentAt
      self.until = until
    }
  }

  private enum State {
    /// Nothing sent. Goes to `waiting` or `finished`.
    case idle
    /// An answer may come. Stays, goes on with the next try, or to `finished`.
    case waiting(Pending)
    /// The answer or the failure is out. Stays.
    case finished
  }

  private var state = State.idle
  private var question: DNSQuestion
  private var update: DNSUpdate?
  /// What the wall clock shows, in seconds, when the other one shows 0.
  private var epoch: Int64 = 0
  private var servers: [DNSServer]
  private let options: Options
  private let deadline: Int64
  private var seed: UInt64
  private var plan: [Attempt] = []
  private var aliases = 0
  private var aliasTTL = UInt32.max
  private var lastFailure: DNSFailure

  /// A look-up at up to three servers, in this order, that ends at the deadline.
  ///
  /// The seed must be a number nobody can guess: the ids of the messages are drawn from it.
  public init(
    _ question: DNSQuestion, servers: [DNSServer], options: Options = Options(), seed: UInt64,
    deadline: Int64
  ) {
    self.question = question
    self.servers = Array(servers.prefix(Self.serverLimit))
    self.options = options
    self.seed = seed
    self.deadline = deadline
    lastFailure = DNSFailure(servers.isEmpty ? .noServers : .noTime, at: servers.first)
    makePlan()
  }

  /// An update at up to three servers, in this order; `epoch` is the wall clock's time, in seconds,
  /// when the other one showed 0. Success is an answer without records.
  public convenience init(
    _ update: DNSUpdate, servers: [DNSServer], overTCP: Bool, seed: UInt64, deadline: Int64,
    epoch: Int64
  ) {
    var options = Options()
    options.usesEDNS = false
    // A server need not take a longer datagram without EDNS.
    options.forceTCP = overTCP || update.signed(id: 0, at: 0).message.count > 512
    self.init(
      DNSQuestion(update.zone, .soa), servers: servers, options: options, seed: seed,
      deadline: deadline)
    self.update = update
    self.epoch = epoch
  }

  /// Takes an event at a time and says what to do.
  public func step(_ event: Event, at now: Int64) -> Effect {
    switch (state, event) {
    case (.idle, .started): return proceed(at: now)
    case (.idle, .received), (.idle, .closed), (.idle, .failed), (.idle, .timerFired): return .none
    case (.waiting, .started): return .none
    case (.waiting(let pending), .received(let bytes)):
      return pending.attempt.overTCP
        ? collect(bytes, pending, at: now) : consider(bytes, pending, at: now)
    case (.waiting(let pending), .closed):
      // A datagram socket has no end.
      guard pending.attempt.overTCP else { return wait(pending, at: now) }
      return abandon(pending.attempt.server, .closed, at: now)
    case (.waiting(let pending), .failed(let detail)):
      return abandon(pending.attempt.server, .unreachable(detail), at: now)
    case (.waiting(let pending), .timerFired): return wait(pending, at: now)
    case (.finished, .started), (.finished, .received), (.finished, .closed), (.finished, .failed),
      (.finished, .timerFired):
      return .none
    }
  }

  // MARK: Whom to ask

  /// Every server with little patience, then every server with more. What was silent may have
  /// dropped the EDNS record, so the second round goes without.
  private func makePlan() {
    plan = []
    for (round, patience) in Self.rounds.enumerated() {
      for server in servers {
        plan.append(
          Attempt(
            server, options.forceTCP ? Self.patienceOverTCP : patience,
            overTCP: options.forceTCP,
            usesEDNS: options.usesEDNS && (round == 0 || options.insistsOnEDNS)))
      }
    }
  }

  /// Sends the next try of the plan.
  private func proceed(at now: Int64) -> Effect {
    guard !plan.isEmpty, now < deadline else {
      state = .finished
      return .fail(lastFailure)
    }
    let attempt = plan.removeFirst()
    let id = drawID()
    let until = min(now + attempt.patience, deadline)
    let (message, code) =
      update?.signed(id: id, at: epoch + now / 1000)
      ?? (
        DNSMessage.query(
          question, id: id, recursionDesired: options.recursionDesired,
          udpSize: attempt.usesEDNS ? DNSMessage.udpSize : nil), []
      )
    state = .waiting(Pending(attempt, id, code, sentAt: now, until: until))
    return .send(
      Packet(
        attempt.server, overTCP: attempt.overTCP,
        bytes: attempt.overTCP ? Self.framed(message) : message, until: until))
  }

  /// Asks the server that answered again, in another way.
  private func repeatNow(_ attempt: Attempt, at now: Int64) -> Effect {
    plan.insert(attempt, at: 0)
    return proceed(at: now)
  }

  /// Asks this server no more, because it said that it cannot answer.
  private func abandon(
    _ server: DNSServer, _ reason: DNSFailure.Reason, at now: Int64
  ) -> Effect {
    lastFailure = DNSFailure(reason, at: server)
    plan.removeAll { $0.server == server }
    return proceed(at: now)
  }

  // MARK: What the answers mean

  /// Puts a stream together until the message is complete.
  private func collect(_ bytes: [UInt8], _ pending: Pending, at now: Int64) -> Effect {
    pending.stream += bytes
    guard pending.stream.count >= 2 else { return wait(pending, at: now) }
    let length = Int(pending.stream[0]) << 8 | Int(pending.stream[1])
    guard pending.stream.count >= 2 + length else { return wait(pending, at: now) }
    return consider(Array(pending.stream[2..<(2 + length)]), pending, at: now)
  }

  private func consider(_ bytes: [UInt8], _ pending: Pending, at now: Int64) -> Effect {
    let attempt = pending.attempt
    guard let message = message(bytes, id: pending.id), !(attempt.overTCP && message.isTruncated)
    else { return discard(pending, .malformed, at: now) }
    if message.isTruncated {
      attempt.overTCP = true
      attempt.patience = Self.patienceOverTCP
      return repeatNow(attempt, at: now)
    }
    if let update { return conclude(update, message, bytes, pending, at: now) }
    if attempt.usesEDNS, !options.insistsOnEDNS, Self.blamesEDNS(message.rcode) {
      attempt.usesEDNS = false
      return repeatNow(attempt, at: now)
    }
    return conclude(message, from: attempt.server, at: now)
  }

  /// Drops what is no answer. A datagram may be forged or late, and the true one can still come; a
  /// stream has one answer.
  private func discard(
    _ pending: Pending, _ reason: DNSFailure.Reason, at now: Int64
  ) -> Effect {
    if pending.attempt.overTCP { return abandon(pending.attempt.server, reason, at: now) }
    pending.sawJunk = true
    return wait(pending, at: now)
  }

  /// What the answer to an update means. Only who has the key has the last word, and who says that
  /// ours is none: anybody else may be in the server's place, and the next one is tried.
  private func conclude(
    _ update: DNSUpdate, _ message: DNSMessage, _ bytes: [UInt8], _ pending: Pending, at now: Int64
  ) -> Effect {
    let server = pending.attempt.server
    var problem: TSIGProblem?
    if let key = update.key {
      do throws(DNSError) {
        problem = try TSIG.problem(
          with: bytes, key: key, requestCode: pending.code, at: epoch + now / 1000)
      } catch { problem = .forged }
    }
    switch problem {
    case .forged: return discard(pending, .signature(.forged), at: now)
    case .unsigned:
      return abandon(
        server,
        message.rcode == .noError
          ? .signature(.unsigned) : .notUpdated(message.rcode, isSigned: false), at: now)
    case .badSignature, .badKey, .badTime, .error:
      state = .finished
      return .fail(DNSFailure(.signature(problem ?? .forged), at: server))
    case nil: break
    }
    if message.rcode == .noError {
      state = .finished
      return .finish(DNSAnswer(name: update.name, content: .none(.noData), ttl: update.ttl))
    }
    let reason = DNSFailure.Reason.notUpdated(message.rcode, isSigned: update.key != nil)
    if update.key == nil { return abandon(server, reason, at: now) }
    state = .finished
    return .fail(DNSFailure(reason, at: server))
  }

  private func conclude(
    _ message: DNSMessage, from server: DNSServer, at now: Int64
  ) -> Effect {
    let limit = DNSMessage.aliasLimit - aliases
    switch message.reply(to: question, aliasLimit: limit, acceptsGlue: options.acceptsGlue) {
    case .answer(let answer):
      state = .finished
      return .finish(answer.kept(atMost: aliasTTL))
    case .alias(let target, let hops, let ttl):
      aliases += hops
      aliasTTL = min(aliasTTL, ttl)
      question.name = target
      // This server has just answered: it goes first.
      servers = [server] + servers.filter { $0 != server }
      makePlan()
      return proceed(at: now)
    case .tooManyAliases:
      state = .finished
      return .fail(DNSFailure(.tooManyAliases, at: server))
    case .referral: return abandon(server, .referral, at: now)
    case .failure(let rcode): return abandon(server, .rcode(rcode), at: now)
    }
  }

  /// Goes on waiting for this try until its time has come, which nothing that arrives puts off.
  private func wait(_ pending: Pending, at now: Int64) -> Effect {
    guard now >= pending.until else {
      state = .waiting(pending)
      return .wait(until: pending.until)
    }
    let waited = pending.until - pending.sentAt
    lastFailure = DNSFailure(
      pending.sawJunk ? .unusable(milliseconds: waited) : .silence(milliseconds: waited),
      at: pending.attempt.server)
    return proceed(at: now)
  }

  /// The message, if it is an answer to what was asked.
  private func message(_ bytes: [UInt8], id: UInt16) -> DNSMessage? {
    guard let message = try? DNSMessage(parsing: bytes), message.id == id, message.isResponse,
      message.opcode == (update == nil ? 0 : 5)
    else { return nil }
    // Of an update the zone need not be repeated.
    if update != nil { return message }
    // Servers that do not understand a query may leave its question out. Such an answer ends
    // in asking somebody else, so it needs no more proof than its id.
    let isError = message.rcode != .noError && message.rcode != .nxDomain
    if message.questions.isEmpty, isError { return message }
    return message.questions == [question] ? message : nil
  }

  private static func blamesEDNS(_ rcode: DNSRcode) -> Bool {
    rcode == .formErr || rcode == .notImp || rcode == .badVers
  }

  private static func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(truncatingIfNeeded: message.count >> 8), UInt8(truncatingIfNeeded: message.count)]
      + message
  }

  /// The next number of the SplitMix64 sequence, folded to 16 bits.
  private func drawID() -> UInt16 {
    seed &+= 0x9e37_79b9_7f4a_7c15
    var mixed = seed
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return UInt16(truncatingIfNeeded: mixed ^ mixed >> 31)
  }
}
