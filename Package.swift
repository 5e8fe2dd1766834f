// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// Full Swift, for tests and editors. What ships is Embedded Swift and built by the Makefile.

import PackageDescription

// A module, and what it may import. Dependencies stand before their users, and first what a
// waiting runner needs: memory comes in neighbouring pages. The Makefile and
// tools/lint.sh read the lines between these brackets: one module a line.
// swift-format-ignore
let modules: KeyValuePairs<String, [String]> = [
  "Wire": [],
  "UCI": ["Wire"],
  "JSON": ["CJSON", "Wire"],
  "Ubus": ["Wire"],
  "Section": ["UCI", "Wire"],
  "Digest": ["CMbedTLS", "Wire"],
  "Provider": ["Section", "JSON", "Digest", "Wire"],
  "Report": ["Section", "UCI", "JSON", "Wire"],
  "Policy": ["Section", "Report", "Wire"],
  "System": ["CSystem", "Wire"],
  "CommandLine": ["Section", "Provider", "Report", "UCI", "System", "Wire"],
  "Migration": ["UCI", "Wire"],
  "Runner": ["Policy", "Migration", "Report", "CommandLine", "Section", "UCI", "JSON", "System", "Ubus", "Wire"],
  "DNS": ["Digest", "Wire"],
  "Discovery": ["Wire"],
  "Mail": ["Wire"],
  "Net": ["DNS", "Discovery", "Ubus", "CCurl", "System", "Wire"],
  "Tools": ["Net", "DNS", "Discovery", "Mail", "CommandLine", "Policy", "Provider", "Report", "Section", "UCI", "JSON", "System", "Ubus", "Wire"],
  "Compat": ["Runner", "Tools", "Net", "DNS", "CommandLine", "Provider", "Report", "Section", "UCI", "JSON", "System", "Wire"],
]

// Each program is a C main that calls the Swift module; see Sources/ddns for the one that ships.
let programs: KeyValuePairs<String, [String]> = [
  "ddns-detect-ip": ["Tools"],
  "ddns-verify": ["Tools"],
  "ddns-update": ["Tools"],
  "ddns-runner": ["Runner"],
  "ddns": ["Tools", "Runner", "Compat"],
]

let tests: KeyValuePairs<String, [String]> = [
  "WireTests": ["TestSupport", "Wire"],
  "JSONTests": ["JSON"],
  "DigestTests": ["Digest", "Wire"],
  "UCITests": ["TestSupport", "UCI"],
  "UbusTests": ["TestSupport", "Ubus", "Wire"],
  "DNSTests": ["DNS"],
  "MailTests": ["TestSupport", "Mail"],
  "DiscoveryTests": ["TestSupport", "Discovery", "Wire"],
  "SectionTests": ["TestSupport", "Section", "UCI", "Wire"],
  "ProviderTests": ["TestSupport", "Provider", "Section", "JSON", "Wire"],
  "PolicyTests": ["TestSupport", "Policy", "Section", "Report", "Wire"],
  "ReportTests": ["TestSupport", "Report", "Provider", "Section", "UCI", "JSON", "Wire"],
  "SystemTests": ["System"],
  "NetTests": ["Net"],
  "CommandLineTests": [
    "TestSupport", "CommandLine", "Provider", "Report", "Section", "UCI", "Wire",
  ],
  "MigrationTests": ["TestSupport", "Migration", "Section", "UCI", "Wire"],
  "RunnerTests": [
    "TestSupport", "Runner", "Policy", "Report", "CommandLine", "Section", "UCI", "System", "Wire",
  ],
  "CompatTests": ["TestSupport", "Compat", "CommandLine", "Report", "Wire"],
  "EndToEndTests": ["Mock"],
  "DocumentationTests": [],
]

// One of them alone, which `make bench-fleet` has optimized: of all it takes ten minutes.
let onlyTests = Context.environment["DDNS_TESTS"]

// Where `make deps` puts the C libraries for this build; tools/sanitize.sh wants others.
let libraries =
  Context.packageDirectory + "/build/deps/" + (Context.environment["DDNS_LIBRARIES"] ?? "host")

/// A C module over one of them. All name all libraries: SwiftPM keeps only the first mention of
/// each, and a library must stand before those it uses.
func cTarget(_ name: String) -> Target {
  .target(
    name: name,
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-I" + libraries + "/include"])],
    linkerSettings: [.unsafeFlags(["-L" + libraries + "/lib"])]
      + ["curl", "mbedtls", "mbedx509", "mbedcrypto", "cjson", "m"].map { .linkedLibrary($0) })
}

// Half of what Embedded Swift forbids, found by an ordinary build; `make` finds the other half. It
// wants every module imported that a member comes from, too.
let embeddable: [SwiftSetting] = [
  .treatWarning("EmbeddedRestrictions", as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let targets: [Target] =
  [
    .target(name: "CSystem", cSettings: [.unsafeFlags(["-Wall", "-Wextra"])]),
    cTarget("CJSON"),
    cTarget("CMbedTLS"),
    cTarget("CCurl"),
    .target(name: "Mock"),
    .target(
      name: "TestSupport", dependencies: ["Section", "UCI", "Wire"],
      path: "Tests/TestSupport"),
    .executableTarget(name: "ddns-mock", dependencies: ["Mock"]),
  ]
  + modules.map { name, imports in
    .target(
      name: name, dependencies: imports.map { .init(stringLiteral: $0) }, swiftSettings: embeddable)
  }
  + programs.map { name, modules in
    .executableTarget(name: name, dependencies: modules.map { .init(stringLiteral: $0) })
  }
  + tests.filter { $0.key == onlyTests ?? $0.key }.map { name, modules in
    .testTarget(name: name, dependencies: modules.map { .init(stringLiteral: $0) })
  }

// The fuzzers need a sanitizer in every module: `make fuzz` (tools/fuzz.sh) builds them apart.
let fuzzers: [Target] =
  Context.environment["DDNS_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "ddns-fuzz",
      dependencies: [
        "CommandLine", "Net", "DNS", "Digest", "Discovery", "Mail", "Migration", "Policy",
        "Provider",
        "Report", "Section", "UCI", "JSON", "Ubus", "Wire",
      ], path: "Tests/Fuzz")
  ]

let package = Package(
  name: "ddns",
  targets: targets + fuzzers,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
