// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--html`, as a file and as a browser shows it.
  @Suite struct PageTests {
    /// What `--html` writes.
    private func page(_ world: World, _ arguments: [String] = []) throws -> String {
      let result = try world.run("ddns-runner", ["--html"] + arguments)
      #expect(result.status == 0 && result.stderr == "", "\(result.stderr)")
      return result.stdout
    }

    /// Nothing to complain of; without `tidy` nobody is asked.
    private func expectValid(_ path: String) throws {
      guard Programs.isInstalled("tidy") else { return }
      let check = try Child.run(
        "tidy", ["-q", "-e", path], environment: Programs.searchPath, seconds: 20)
      #expect(check.status == 0 && check.output == "", "\(check.output)")
    }

    // MARK: The file

    @Test func `all sections, with what has happened, and no secret of the provider's answer`()
      throws
    {
      let world = try World()
      try world.configure(
        text: world.section("home") + world.section("off", ["enabled": "0"])
          + world.section("broken", ["update_url": nil]))
      #expect(
        try page(world, ["-S", "off"]).contains("<section class=\"disabled\">\n<h2>off</h2>"))
      #expect(!world.exists("var/run"))
      #expect(try world.runner(["--once"]).status == 0)
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(200, "badauth \(World.password) <b>")))
      #expect(try world.runner(["--once", "--force"]).status == 77)
      let text = try page(world)
      let sections = text.matches(of: #/<section class="(.*)">\n<h2>(.*)</h2>/#)
      #expect(
        sections.map { "\($0.2): \($0.1)" } == [
          "home: blocked", "off: disabled", "broken: stopped",
        ])
      #expect(text.contains("<dt>domain</dt><dd>\(World.host)</dd>"))
      #expect(text.contains("<dt>current</dt><dd>\(World.seen)</dd>"))
      #expect(text.contains("<dt>last error</dt>") && text.contains("No update_url"))
      #expect(text.contains("class=\"badauth\"") && text.contains("<td>answered</td><td>badauth"))
      try world.write("tmp/page.html", text)
      try expectValid("\(world.root)/tmp/page.html")
    }

    @Test func `a file is replaced as a whole, for all to read`() throws {
      let world = try World()
      try world.configure()
      let path = "\(world.root)/www/ddns.html"
      try world.write("www/ddns.html", "old", mode: 0o600)
      let old = FileHandle(forReadingAtPath: path)
      #expect(try page(world, [path]) == "")
      #expect(try old?.readToEnd() == Data("old".utf8))
      #expect(world.names(in: "www") == ["ddns.html"])
      #expect(world.text("www/ddns.html")?.hasSuffix("</html>\n") == true)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o644)
      let nowhere = try world.run("ddns-runner", ["--html", "\(world.root)/nowhere/ddns.html"])
      #expect(nowhere.status == 71 && nowhere.stderr.contains("/nowhere/ddns.html"))
      #expect(try world.run("ddns-runner", ["--html", "a", "b"]).status == 64)
      #expect(try world.run("ddns-runner", ["--html", "-S", "none"]).status == 78)
    }

    @Test func `--json names who takes it`() throws {
      let world = try World()
      try world.configure()
      let result = try world.run("ddns-runner", ["--html", "--json"])
      #expect(result.status == 64)
      for name in ["--status", "--history", "--doctor"] { #expect(result.stderr.contains(name)) }
    }

    // MARK: In a browser

    /// A router with some days behind it, whose sections run: one that is well, one that is refused, one
    /// that fails, and one that is not to run.
    private func fleet() throws -> (world: World, runner: Child) {
      let world = try World(registered: ["81.2.69.142"])
      world.mock.http.script.add("/refuses", .respond(HTTPAnswer(200, "badauth")))
      world.mock.http.script.add("/fails", .respond(HTTPAnswer(503, "")))
      func section(_ name: String, _ path: String) -> String {
        world.section(
          name,
          [
            "domain": "\(name).example.com", "retry_interval": "600",
            "update_url": "http://127.0.0.1:\(world.mock.http.port)\(path)?[USERNAME]:[PASSWORD]",
          ])
      }
      try world.configure(
        text: world.section("home") + section("office", "/refuses") + section("cabin", "/fails")
          + world.section("garden", ["domain": "garden.example.com", "enabled": "0"]))
      let now = ProcessInfo.processInfo.systemUptime
      typealias Event = (hours: Double, text: String)
      func write(_ section: String, _ events: [Event]) throws {
        let lines = events.map { "\(Int(now - $0.hours * 3_600)) \($0.text)\n" }
        try world.write("var/run/ddns/\(section).history", lines.joined())
      }
      func change(_ address: String, _ hours: Double) -> [Event] {
        [
          (hours, "detected \(address)"),
          (hours, "sent \(address): Update needed - accepted address was another"),
          (hours, "answered good"), (hours, "verifying accepted \(address)"),
          (hours - 0.3, "waiting verified: DNS shows \(address)"),
        ]
      }
      let outage: [Event] = [
        (99, "retrying temporary failure 1 in a row"),
        (92, "waiting skip: accepted 81.2.69.98 unchanged"),
      ]
      let refusal: [Event] = [
        (30, "detected 81.2.69.142"), (30, "answered badauth"), (30, "blocked badauth"),
      ]
      let trouble: [Event] = [
        (9, "detected 81.2.69.142"), (9, "answered temporary"), (9, "retrying temporary failure"),
        (7, "answered temporary"), (4, "answered temporary"),
      ]
      let start = change("81.2.69.98", 121)
      let second = change("81.2.69.63", 70)
      try write("home", change("81.2.69.17", 160) + start + outage + second)
      try write("office", start + second + refusal)
      try write("cabin", start + second + trouble)
      let runner = try world.start("ddns-runner", [])
      let states = ["home: waiting ", "office: blocked ", "cabin: retrying "]
      var said = ""
      let isSettled = Wait.until(within: 20) {
        said = (try? world.run("ddns-runner", ["--status"]).stdout) ?? ""
        return states.allSatisfy { said.contains($0) }
      }
      #expect(isSettled, "\(said)")
      return (world, runner)
    }

    private func browse(_ world: World, _ file: String, _ options: [String]) throws -> String {
      let result = try Child.run(
        "chromium",
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
          "--hide-scrollbars", "--user-data-dir=\(world.root)/tmp/chromium", "--dump-dom",
        ] + options + ["file://\(world.root)/\(file)"],
        environment: Programs.searchPath.merging(["HOME": "\(world.root)/tmp"]) { $1 },
        seconds: 60)
      #expect(result.status == 0, "\(result.stderr)")
      return result.stdout
    }

    /// Width and height of a picture, and how many different lines it has.
    private static let look = """
      import struct, sys, zlib
      data = open(sys.argv[1], "rb").read()
      assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
      place, pixels = 8, b""
      while place < len(data):
          size, kind = struct.unpack(">I4s", data[place:place + 8])
          if kind == b"IHDR": width, height = struct.unpack(">II", data[place + 8:place + 16])
          if kind == b"IDAT": pixels += data[place + 8:place + 8 + size]
          place += size + 12
      pixels = zlib.decompress(pixels)
      line = len(pixels) // height
      print(width, height, len({pixels[i:i + line] for i in range(0, len(pixels), line)}))
      """

    private static let hasBrowser = Programs.isInstalled("chromium")

    @Test(.enabled(if: hasBrowser, "chromium is not installed"))
    func `a browser shows it`() throws {
      let (world, runner) = try fleet()
      let path = "\(world.root)/tmp/ddns.html"
      #expect(try page(world, [path]) == "")
      runner.signal(SIGTERM)
      world.check(runner.wait(seconds: 10))
      try expectValid(path)
      let picture = "\(world.root)/tmp/page.png"
      let shown = try browse(
        world, "tmp/ddns.html", ["--screenshot=\(picture)", "--window-size=940,1040"])
      // What it has read is what was written: nothing had to be mended.
      func lines(_ text: String) -> [Substring] {
        let main = text.firstMatch(of: #/<style>(?:.|\n)*</ul>/#)?.0 ?? ""
        return main.split(separator: "\n")
      }
      let written = try #require(world.text("tmp/ddns.html")).replacing("&#39;", with: "'")
      let read = shown.replacing("<tbody>", with: "").replacing("</tbody>", with: "")
      #expect(lines(read) == lines(written) && lines(read).count > 100)
      #expect(shown.contains("<title>Dynamic DNS</title>"))
      let sections = shown.matches(of: #/<section class="([a-z-]*)">\n<h2>([a-z]*)</h2>/#)
      #expect(
        sections.map { "\($0.2) \($0.1)" } == [
          "home waiting", "office blocked", "cabin retrying", "garden disabled",
        ])
      try expectPicture(picture, width: 940, height: 1_040)
    }

    /// There is something to see; and leaves it for `docs`, see Tests/README.md.
    private func expectPicture(_ path: String, width: Int, height: Int) throws {
      let size = try Child.run(
        "python3", ["-c", Self.look, path], environment: Programs.searchPath)
      let numbers = size.stdout.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      #expect(numbers.count == 3 && numbers.starts(with: [width, height]), "\(size.output)")
      #expect(numbers.last ?? 0 > 200, "\(size.output)")
      if let folder = ProcessInfo.processInfo.environment["DDNS_PICTURES"] {
        let copy = URL(fileURLWithPath: folder).appending(
          path: (path as NSString).lastPathComponent)
        try Data(contentsOf: URL(fileURLWithPath: path)).write(to: copy)
      }
    }

    private static let hasTerminal = hasBrowser && Programs.isInstalled("script")

    @Test(.enabled(if: hasTerminal, "chromium or script is not installed"))
    func `a terminal shows the sections in the page's order and colours`() throws {
      let (world, runner) = try fleet()
      let command = "\(Programs.path("ddns-runner")) --status --root \(world.root)"
      let said = try Child.run(
        "script", ["-qec", command, "/dev/null"], environment: Programs.searchPath
      ).stdout.replacing("\r\n", with: "\n")
      runner.signal(SIGTERM)
      world.check(runner.wait(seconds: 10))
      let states = said.matches(of: #/(?m)^([a-z]+): \u{1b}\[([0-9]+)m([a-z]+)\u{1b}\[0m/#)
      #expect(
        states.map { "\($0.1) \($0.3) \($0.2)" } == [
          "home waiting 32", "office blocked 31", "cabin retrying 33", "garden disabled 0",
        ])
      // As a terminal with a dark background does it, for people who look at docs.
      let colours = ["31": "f66", "32": "5d5", "33": "fb4", "0": "bbb"]
      let text = said.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
        #/\u{1b}\[([0-9]+)m([a-z]+)\u{1b}\[0m/#
      ) { "<b style='color:#\(colours["\($0.1)"] ?? "")'>\($0.2)</b>" }
      try world.write(
        "tmp/status.html",
        """
        <!DOCTYPE html><meta charset=utf-8>
        <body style="margin:0;padding:12px 16px;background:#1b1d22;color:#ddd">
        <pre style="margin:0;font:15px/1.35 DejaVu Sans Mono,monospace"># ddns-runner --status
        \(text)</pre>
        """)
      let picture = "\(world.root)/tmp/status.png"
      _ = try browse(
        world, "tmp/status.html", ["--screenshot=\(picture)", "--window-size=1020,560"])
      try expectPicture(picture, width: 1_020, height: 560)
    }

    /// Lays the page out as on a phone and as on a desk, opens what can be opened, and measures.
    private static let measure = """
      const found = [];
      for (const frame of document.querySelectorAll("iframe")) {
        const page = frame.contentDocument, view = frame.contentWindow;
        for (const each of page.querySelectorAll("details")) each.open = true;
        found.push(page.documentElement.scrollWidth - frame.clientWidth);
        found.push(page.querySelectorAll("script").length);
        found.push(view.getComputedStyle(page.body).color);
        for (const plot of page.querySelectorAll("svg")) {
          const box = plot.getBoundingClientRect(), first = plot.querySelector("path");
          found.push([box.width > 200 && box.height > 20,
            view.getComputedStyle(first).stroke, view.getComputedStyle(first).strokeWidth].join(" "));
        }
      }
      document.body.textContent = found.join("|");
      """

    @Test(.enabled(if: hasBrowser, "chromium is not installed"), arguments: [false, true])
    func `it fits a phone, by day and by night, whatever it is told`(isDark: Bool) throws {
      let world = try World()
      let hostile =
        "<script>document.title='x'</script>\"'&lt;" + String(repeating: "y", count: 300)
      try world.configure(
        text: world.section("home", ["domain": hostile.replacing("'", with: "")])
          + world.section("off", ["enabled": "0"]))
      try world.write(
        "var/run/ddns/home.history",
        "1 detected 2001:db8:1234:5678:9abc:def0:1234:5678\n2 answered \(hostile)\n"
          + "3 waiting \(hostile)\n4 \(hostile) odd\n")
      let text = try page(world)
      #expect(!text.contains("<script"))
      try world.write("tmp/ddns.html", text)
      try expectValid("\(world.root)/tmp/ddns.html")
      let quoted = text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
      let frames = [320, 1_000].map {
        "<iframe width=\($0) height=900 frameborder=0 srcdoc=\"\(quoted)\"></iframe>"
      }
      try world.write(
        "tmp/frames.html",
        """
        <!DOCTYPE html><meta charset=utf-8><meta name=color-scheme content="light dark">
        <body>\(frames.joined())<script>onload = () => { \(Self.measure) }</script>
        """)
      let shown = try browse(world, "tmp/frames.html", isDark ? ["--force-dark-mode"] : [])
      let found = try #require(shown.firstMatch(of: #/<body>([^<]*)</body>/#)?.1)
      let colour = isDark ? "rgb(255, 255, 255)" : "rgb(0, 0, 0)"
      let one = "0|0|\(colour)|true rgb(59, 130, 246) 8px"
      #expect(found.trimmingCharacters(in: .whitespacesAndNewlines) == "\(one)|\(one)")
    }
  }
}
