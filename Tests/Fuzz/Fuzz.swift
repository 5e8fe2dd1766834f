// SPDX-License-Identifier: Apache-2.0

import Foundation

nonisolated(unsafe) private var target: Target?

/// libFuzzer calls it first (its `main` is the program's): `--list` prints the targets, `--seeds DIR`
/// writes their seeds to DIR/TARGET; else DDNS_FUZZ_TARGET names the one to run (see tools/fuzz.sh).
@_cdecl("LLVMFuzzerInitialize") public func initialize(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeRawPointer
) -> CInt {
  let words = CommandLine.arguments
  switch words.count > 1 ? words[1] : "" {
  case "--list":
    print(Target.all.map { $0.name }.joined(separator: "\n"))
    exit(0)
  case "--seeds" where words.count == 3:
    do { try writeSeeds(to: words[2]) } catch {
      print(error)
      exit(71)
    }
    exit(0)
  default:
    let name = ProcessInfo.processInfo.environment["DDNS_FUZZ_TARGET"]
    target = Target.all.first { $0.name == name }
    guard target == nil else { return 0 }
    print("DDNS_FUZZ_TARGET names no target")
    exit(64)
  }
}

/// One input.
@_cdecl("LLVMFuzzerTestOneInput") public func testOneInput(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int
) -> CInt {
  target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private func writeSeeds(to folder: String) throws {
  for target in Target.all {
    let place = URL(fileURLWithPath: folder).appendingPathComponent(target.name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (number, seed) in target.seeds.enumerated() {
      try Data(seed.utf8).write(to: place.appendingPathComponent("seed-\(number)"))
    }
  }
}
