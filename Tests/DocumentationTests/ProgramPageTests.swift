// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct ProgramPageTests {
  @Test(arguments: Program.all)
  func `help and man page have the same options`(program: Program) throws {
    let help = try program.helpOptions()
    let page = try program.page().options
    #expect(!help.isEmpty)
    #expect(help.subtracting(page).isEmpty, "not in the man page")
    #expect(page.subtracting(help).isEmpty, "not in the help")
  }

  @Test(arguments: Program.all)
  func `every option a program understands is in its help, and no other`(program: Program) throws {
    let known = try program.knownOptions().subtracting(["--help", "--version"])
    #expect(try known == program.helpOptions())
  }

  @Test(arguments: Program.all)
  func `exit statuses are the same in the code, the help and the man page`(program: Program) throws
  {
    let known = try Repository.exitStatuses()
    let help = try program.helpStatuses()
    let page = try program.page().statuses
    #expect(help.count > 4)
    #expect(page.subtracting(known).isEmpty, "the man page has statuses the code has not")
    #expect(help.subtracting(page).isEmpty, "not in the man page")
    // 70 is a fault of the program itself, which a short help may leave out.
    #expect(page.subtracting(help).isSubset(of: [70]), "not in the help")
    if program.name == "ddns-runner" { #expect(page == known) }
  }

  @Test(arguments: Program.all)
  func `a man page has the sections a reader looks for`(program: Program) throws {
    let names = try program.page().sections.map { $0.name }
    #expect(
      names.filter { !["ENVIRONMENT", "SIGNALS"].contains($0) } == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "FILES", "EXIT STATUS", "EXAMPLES",
        "SEE ALSO",
      ])
  }

  @Test(arguments: Program.all)
  func `help fits a terminal of 80 columns`(program: Program) throws {
    for line in try program.help().split(separator: "\n") { #expect(line.count <= 80) }
  }
}
