// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Completion, asked of the shells themselves.
  @Suite struct CompletionTests {
    private static let bash = """
      source "$1"; shift
      complete -p "$1" | grep -q _ddns || exit 1
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ddns "$1"; printf '%s\\n' "${COMPREPLY[@]}"
      """
    private static let fish = "source $argv[1]; complete -C $argv[2]"
    /// A terminal with a shell in it, which gets the words, a tab, and then is made to print them.
    private static let zsh = """
      zmodload zsh/zpty; zpty z zsh -f -i
      zpty -w z "fpath=(${1:h} \\$fpath); autoload -Uz compinit; compinit -u -D; PS1='RE''ADY>'"
      zpty -r -m z out '*READY>*'; zpty -w -n z "$2"$'\\t\\C-a: \\n'
      zpty -r -m z out '*: *'; zpty -d z; print -r -- "$out"
      """

    private func run(_ shell: String, _ script: String, _ file: String, _ words: [String]) throws
      -> String
    {
      let path = "\(Programs.folder ?? "")"
      var arguments = [
        shell == "bash" ? "--norc" : shell == "fish" ? "--no-config" : "-f", "-c", script,
      ]
      if shell != "fish" { arguments.append("x") }
      let result = try Child.run(
        shell, arguments + [Programs.source("completions/\(file)")] + words,
        environment: [
          "PATH": "\(path):/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "TERM": "dumb",
        ])
      #expect(result.stderr == "", "\(result.stderr)")
      return result.stdout
    }

    private func lines(_ text: String) -> Set<String> {
      Set(text.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) })
    }

    /// The options in what a program says of itself.
    private func options(_ program: String) throws -> Set<String> {
      let help = try Child.run(Programs.path(program), ["-h"], environment: Programs.searchPath)
        .stdout
      let rows = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
      return Set(
        rows.flatMap { row in
          row.dropFirst(2).matches(of: /(?:^|, )(-[^ ,]+)/).map { String($0.1) }
        })
    }

    private func router() throws -> World {
      let world = try World()
      try world.configure(
        text: world.section("home", ["interface": "wan"])
          + world.section("office", ["ip_network": "lan"]))
      try world.service("cloud.example", url: "http://x")
      try world.service("duck.example", url: "http://x")
      return world
    }

    @Test(.enabled(if: Programs.isInstalled("bash")), arguments: Programs.names)
    func `bash offers the options of -h, and sections, networks and levels`(
      program: String
    ) throws {
      let world = try router()
      func offer(_ words: String...) throws -> Set<String> {
        lines(try run("bash", Self.bash, "ddns.bash", [program] + words))
      }
      #expect(try offer("") == options(program))
      #expect(try offer("--ro") == ["--root"])
      #expect(try offer("--root", world.root, "-S", "") == ["home", "office"])
      #expect(try offer("--root", world.root, "-S", "ho") == ["home"])
      #expect(try offer("-v", "") == ["0", "1", "2", "3"])
      #expect(try offer("-c", world.root + "/et") == [world.root + "/etc"])
      if program == "ddns-runner" {
        #expect(try offer("--root", world.root, "-n", "") == ["wan", "lan"])
        for option in ["--import", "--html"] {
          #expect(
            try offer(option, world.root + "/etc/config/d") == [world.root + "/etc/config/ddns"])
        }
        #expect(
          try offer("--add", "--root", world.root, "--service-name", "")
            == ["cloud.example", "duck.example"])
        #expect(try offer("--add", "--use-ipv6", "b") == ["both"])
      }
    }

    @Test(.enabled(if: Programs.isInstalled("fish")), arguments: Programs.names)
    func `fish offers the options of -h with what they mean, and sections`(program: String) throws {
      let world = try router()
      func offer(_ line: String) throws -> String {
        try run("fish", Self.fish, "ddns.fish", ["\(program) \(line)"])
      }
      #expect(try lines(offer("-")) == options(program))
      #expect(try offer("--ro") == "--root\tlook every absolute path up below DIR\n")
      #expect(try lines(offer("--root \(world.root) -S ")) == ["home", "office"])
      #expect(try lines(offer("-v ")) == ["0", "1", "2", "3"])
      if program == "ddns-runner" {
        #expect(try lines(offer("--html /etc/passw")).contains("/etc/passwd"))
        let services = try offer("--add --root \(world.root) --service-name ")
        #expect(lines(services) == ["cloud.example", "duck.example"])
        #expect(try lines(offer("--add --ip-source n")) == ["network"])
      }
    }

    @Test(.enabled(if: Programs.isInstalled("zsh")), arguments: Programs.names)
    func `zsh completes options and sections`(program: String) throws {
      let world = try router()
      func line(_ words: String) throws -> String {
        try run("zsh", Self.zsh, "_ddns", ["\(program) \(words)"])
      }
      #expect(try line("--ro").contains("\(program) --root"))
      #expect(try line("--root \(world.root) -S off").contains("-S office"))
      if program == "ddns-runner" {
        #expect(try line("--html /etc/resolv.con").contains("--html /etc/resolv.conf"))
        #expect(
          try line("--add --root \(world.root) --service-name du").contains(
            "--service-name duck.example"))
      }
    }
  }
}
