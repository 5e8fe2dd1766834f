// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import System

@Suite(.timeLimit(.minutes(15))) struct RoutesTests {
  private static let head =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"

  /// The kernel writes an address as the number that its bytes are on this machine.
  private static func hex(_ octets: [UInt8]) -> String {
    let number = octets.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func row(
    _ device: String, to: [UInt8] = [0, 0, 0, 0], by gateway: [UInt8], metric: Int = 0,
    mask: String = "00000000"
  ) -> String {
    "\(device)\t\(hex(to))\t\(hex(gateway))\t0003\t0\t0\t\(metric)\t\(mask)\t0\t0\t0   \n"
  }

  private func gateway(_ rows: String, by device: String? = nil) -> [UInt8]? {
    Routes.gateway(in: bytes(Self.head + rows), by: device.map { bytes($0) })?.octets
  }

  @Test func `the gateway is that of the best default route, by the device if one is named`() {
    let rows =
      Self.row("br-lan", to: [192, 168, 7, 0], by: [0, 0, 0, 0], mask: "00FFFFFF")
      + Self.row("ppp0", by: [0, 0, 0, 0])
      + Self.row("wan0", by: [10, 9, 8, 7], metric: 10)
      + Self.row("wan1", by: [10, 1, 2, 3], metric: 20)
    #expect(gateway(rows) == [10, 9, 8, 7])
    #expect(gateway(rows, by: "wan1") == [10, 1, 2, 3])
    #expect(gateway(rows, by: "ppp0") == nil && gateway(rows, by: "wan") == nil)
  }

  @Test(arguments: [
    "", "wan0", "\u{0}\t\t\n", "wan0 0 0 0 0 0 0 0\n", "wan0\t00000000\t0107A8C0\t3\t0\t0\t0",
    "wan0\t00000000\t0107A8C0\t3\t0\t0\t0\t00000080\n",
  ])
  func `what is no route has no gateway`(row: String) {
    #expect(gateway(row) == nil)
  }

  @Test func `the kernel's own table is read`() { _ = Routes.gateway(by: bytes("none")) }
}
