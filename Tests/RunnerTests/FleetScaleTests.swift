// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Runner

/// Thousands of sections in one process; the clock is a number. FLEET_SECTIONS and FLEET_DAYS make it larger.
@Suite(.timeLimit(.minutes(60))) struct FleetScaleTests {
  /// Seconds of this process.
  private var cpu: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  @Test func `a section of thousands costs what one of hundreds does, and reads no file`() throws {
    let variables = ProcessInfo.processInfo.environment
    let count = variables["FLEET_SECTIONS"].flatMap { Int($0) } ?? 2_000
    let days = variables["FLEET_DAYS"].flatMap { Int64($0) } ?? 4
    var costs: [Double] = []
    for count in [count / 10, count] {
      let world = try Crowd(count, ["check_unit": "hours", "check_interval": "24"])
      let fleet = try world.fleet()
      let begin = cpu
      world.serve(fleet, until: world.time + days * 86_400_000)
      #expect(fleet.runs.count == count && world.readings == 1)
      // Detection and a look-up each day; on the first and then every third an update.
      #expect(world.tools >= count * (Int(days) * 2 - 1))
      costs.append((cpu - begin) / Double(world.tools) * 1_000_000)
      if variables["FLEET_DAYS"] != nil {
        print(
          "\(count) sections, \(days) days: \(world.tools) tools,",
          "\(Int(cpu - begin)) s, \(Int(costs.last ?? 0)) us each;",
          "\((Footprint(of: fleet).bytes - world.text.count) / count) bytes of memory a section")
      }
    }
    // Ten times as many: a search through all of them would cost ten times as much.
    #expect(costs[1] < costs[0] * 2.5)
  }

  @Test func `what is kept of a section that waits is small`() throws {
    let kept = try [100, 200].map { count in
      let world = try Crowd(count, ["check_unit": "hours", "check_interval": "24"])
      let fleet = try world.fleet()
      world.serve(fleet, until: world.time + 3_600_000)
      // The file is the crowd's own.
      var parts = Footprint(of: fleet).parts
      parts["Array<UInt8>", default: 0] -= world.text.count
      return parts
    }
    let parts = kept[1].map { ($0, $1 - kept[0][$0, default: 0]) }.filter { $0.1 > 0 }
    let bytes = parts.reduce(0) { $0 + $1.1 } / 100
    #expect(bytes > 900 && bytes <= 1_600, "in a hundred: \(parts)")
  }
}
