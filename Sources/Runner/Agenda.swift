// SPDX-License-Identifier: Apache-2.0

/// Sections and when each has its turn, the earliest first: a heap, so that one of thousands is found
/// as quickly as one of few. What has become void is not taken out, but seen to be when its turn comes.
struct Agenda {
  private var entries: [(time: Int64, run: SectionRun)] = []
  /// For so many the room is kept.
  private static let usual = 16

  /// The earliest; nil when there is none.
  var first: (time: Int64, run: SectionRun)? { entries.first }

  /// How many there are, void ones too.
  var count: Int { entries.count }

  /// Adds one.
  mutating func add(_ run: SectionRun, at time: Int64) {
    entries.append((time, run))
    var index = entries.count - 1
    while index > 0, entries[index].time < entries[(index - 1) / 2].time {
      entries.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Takes the earliest out; there has to be one.
  mutating func removeFirst() {
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    // That so many wait happens once, when all begin.
    if entries.isEmpty, entries.capacity > Self.usual { entries = [] }
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
        if entries[child].time < entries[least].time { least = child }
      }
      if least == index { return }
      entries.swapAt(index, least)
      index = least
    }
  }
}
