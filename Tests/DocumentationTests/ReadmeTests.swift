// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct ReadmeTests {
  static let files = [
    "README.md", "CONTRIBUTING.md", "DESIGN.md", "Tests/README.md", "docs/contract.md",
    "docs/users.md", "docs/differences.md",
  ]

  @Test(arguments: files)
  func `the options it uses are those of the programs`(file: String) throws {
    let text = try Repository.text(file)
    for program in Program.all {
      let known = try program.knownOptions()
      for call in text.matches(of: /(ddns-[a-z-]+)((?: +[^ `|;&\n]+)*)/)
      where call.1 == program.name {
        for option in call.2.matches(of: /[ ](--?[A-Za-z][a-z-]*)/) {
          #expect(known.contains(String(option.1)), "\(program.name) \(option.1)")
        }
      }
    }
  }

  @Test func `the programs it lists are those that are built`() throws {
    let rows = try Repository.text("README.md").matches(of: /\n\| `(ddns-[a-z-]+)` \|/)
    #expect(rows.map { String($0.1) } == Program.all.map { $0.name })
    for program in Program.all {
      #expect(Repository.exists("Sources/\(program.name)/main.c"))
    }
  }

  @Test(arguments: files)
  func `the make targets it names exist`(file: String) throws {
    let makefile = try Repository.text("Makefile")
    for target in try Repository.text(file).matches(of: /(?:`|\n|# )make ([a-z][a-z-]*)/) {
      #expect(makefile.contains(try Regex("\n([a-z -]* )?\(target.1)( [a-z -]*)?:")), "\(target.1)")
    }
  }

  @Test(
    arguments: ["README.md"] + Repository.names(in: "uci-examples").map { "uci-examples/\($0)" })
  func `the providers it names exist`(file: String) throws {
    for name in try Repository.text(file).matches(of: /service_name '([^']+)'/) {
      #expect(Repository.exists("services/\(name.1).json"), "\(name.1)")
    }
  }

  @Test(arguments: files)
  func `the files it links to exist`(file: String) throws {
    let folder = file.contains("/") ? file.split(separator: "/")[0] + "/" : ""
    for link in try Repository.text(file).matches(of: /\]\(([^)#]+)\)/)
    where !link.1.contains("://") {
      #expect(Repository.exists(folder + link.1), "\(link.1)")
    }
  }

  @Test func `the module table of the design is that of the package`() throws {
    var design: [String: Set<String>] = [:]
    for row in try Repository.text("DESIGN.md").matches(of: /\n\| `(\w+)` \| ([^|]*) \|/) {
      design[String(row.1)] = Set(
        row.2.split(whereSeparator: { " ,`".contains($0) }).map(String.init)
          .filter { $0 != "none" })
    }
    for (module, imports) in try Repository.modules() {
      #expect(design[module] == imports, "\(module)")
    }
  }

  @Test func `the exit statuses of the design are those of the code`() throws {
    let rows = try Repository.text("DESIGN.md").matches(of: /\n\| (\d+) \|/).compactMap {
      Int($0.1)
    }
    #expect(try Set(rows) == Repository.exitStatuses())
  }

  @Test func `the change log begins with the version of the code`() throws {
    let source = try Repository.text("Sources/Section/Product.swift")
    let version = try #require(source.firstMatch(of: /let version.*"(.*)"/)?.1)
    let heading = try #require(
      try Repository.text("CHANGELOG.md").firstMatch(of: /\n## \[?([0-9.]+)/)?.1)
    #expect(heading == version)
  }
}
