// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

/// Every state with every event, and whatever else may come from outside.
@Suite(.timeLimit(.minutes(15))) struct DNSQueryWalkTests {
  private enum Kind { case none, wait, send, finish, fail }

  private static func kind(_ effect: DNSQuery.Effect) -> Kind {
    switch effect {
    case .none: .none
    case .wait: .wait
    case .send: .send
    case .finish: .finish
    case .fail: .fail
    }
  }

  /// The events, with a good and a bad answer to what was sent last.
  private static func events(_ run: QueryRun) -> [(DNSQuery.Event, at: Int64)] {
    [
      (.started, 10), (.received(run.reply(QueryRun.home)), 10), (.received([]), 10),
      (.received(run.reply(QueryRun.rcode(.servFail))), 10), (.closed, 10),
      (.failed("cannot send"), 10), (.timerFired, 10), (.timerFired, 60_000),
    ]
  }

  private static func idle() -> QueryRun { QueryRun() }

  private static func waiting() -> QueryRun {
    var run = QueryRun()
    run.step(.started, at: 0)
    return run
  }

  private static func waitingOverTCP() -> QueryRun {
    var run = QueryRun { $0.forceTCP = true }
    run.step(.started, at: 0)
    return run
  }

  private static func finished() -> QueryRun {
    var run = waiting()
    run.answer(at: 1, QueryRun.home)
    return run
  }

  @Test func `answers every event in every state`() {
    let table: [(() -> QueryRun, [Kind])] = [
      (Self.idle, [.send, .none, .none, .none, .none, .none, .none, .none]),
      (Self.waiting, [.none, .finish, .wait, .send, .wait, .send, .wait, .fail]),
      (Self.waitingOverTCP, [.none, .finish, .wait, .send, .send, .send, .wait, .fail]),
      (Self.finished, [.none, .none, .none, .none, .none, .none, .none, .none]),
    ]
    for (row, (begun, expected)) in table.enumerated() {
      for (index, kind) in expected.enumerated() {
        var run = begun()
        let (event, now) = Self.events(run)[index]
        #expect(Self.kind(run.step(event, at: now)) == kind, "row \(row), \(event) at \(now)")
      }
    }
  }

  @Test func `ends in time whatever happens`() {
    var random = SeededGenerator(state: 3)
    for _ in 0..<2000 {
      var run = QueryRun(deadline: 30_000) { $0.forceTCP = Bool.random(using: &random) }
      var now: Int64 = 0
      var steps = 0
      var effect = run.step(.started, at: now)
      walk: while steps < 200 {
        steps += 1
        switch effect {
        case .finish, .fail: break walk
        case .send(let packet): #expect(packet.until <= 30_000 && packet.until > now)
        case .wait(let until): #expect(until <= 30_000)
        case .none: break
        }
        now += Int64.random(in: 1...3000, using: &random)
        effect = Self.surprise(&run, at: now, &random)
      }
      #expect(steps < 200)
      #expect(now <= 33_000)
    }
  }

  private static func surprise(
    _ run: inout QueryRun, at now: Int64, _ random: inout SeededGenerator
  ) -> DNSQuery.Effect {
    // Any list of events has to let the time-out through.
    if now >= run.packet?.until ?? 0 { return run.step(.timerFired, at: now) }
    let owner = run.sent?.questions.first?.name.text.bytes ?? []
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return run.step(.timerFired, at: now)
    case 1: return run.step(.closed, at: now)
    case 2: return run.step(.failed("cannot send"), at: now)
    case 3: return run.answer(at: now, QueryRun.rcode(.formErr))
    case 4: return run.answer(at: now) { $0.flags |= 0x0200 }
    case 5:
      return run.answer(at: now) {
        $0.answers = [ReplyBuilder.alias(String(decoding: owner, as: UTF8.self), "t.example")]
      }
    case 6: return run.answer(at: now) { $0.id &+= 1 }
    default: return run.step(.received(random.bytes(20)), at: now)
    }
  }

  @Test func `never takes random bytes for an answer`() {
    var random = SeededGenerator(state: 4)
    var run = Self.waiting()
    for _ in 0..<20_000 {
      let bytes = random.bytes(Int.random(in: 0...90, using: &random))
      #expect(run.step(.received(bytes), at: 5) == .wait(until: 2000))
    }
    #expect(run.answer(at: 6, QueryRun.home) == QueryRun.found)
  }

  @Test func `survives every answer with some bytes changed`() {
    var random = SeededGenerator(state: 5)
    let samples = [Vector.answer, Vector.nxDomain, Vector.glue, Vector.noData]
    for sample in samples {
      for _ in 0..<5000 {
        var bytes = sample
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 2..<bytes.count, using: &random)
          bytes[place] = random.bytes(1)[0]
        }
        guard let message = try? DNSMessage(parsing: bytes) else { continue }
        for question in message.questions {
          _ = message.reply(to: question, acceptsGlue: true)
          _ = question.name.text
        }
        for record in message.answers + message.authority + message.additional {
          #expect(record.name.wire.count <= DNSName.byteLimit)
          #expect(record.name.labels.allSatisfy { $0.count <= DNSName.labelLimit })
        }
      }
    }
  }
}
