// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// A page about sections, whole in itself: no script, nothing to load.
public final class StatusPage {
  private var page = HTML()
  private let now: Int64
  private let date: (Int64) -> [UInt8]

  /// Begins a page; `now` is the uptime, `date` spells one.
  public init(now: Int64, date: @escaping (Int64) -> [UInt8]) {
    self.now = now
    self.date = date
    page.add(Self.head, [date(now)])
  }

  /// The page, which ends here.
  public func end() -> Text {
    page.add(Self.end)
    return Text(page.bytes)
  }

  /// Adds a section: what is said of it in text, with what was configured and with the content of its
  /// history file.
  @inline(never)
  public func add(_ report: StatusReport, _ settings: ServiceSection, history: [UInt8]) {
    let state = [UInt8](report.state.word)
    let force = settings.schedule.isRunOnce ? nil : settings.schedule.force
    page.add(
      "<section class=\"~\">\n<h2>~</h2>\n<p><b>~</b>~</p>\n",
      [state, report.section, state, report.origin(date: date).bytes])
    plot(history)
    let domain = settings.redactor.shown(Text(settings.domain)).bytes
    page.add("<dl>\n<dt>domain</dt><dd>~</dd>\n", [domain])
    report.details(forceInterval: force, date: date) { name, value in
      page.add("<dt>~</dt><dd>~</dd>\n", [[UInt8](name), value.bytes])
    }
    page.add("</dl>\n</section>\n")
  }

  /// Draws the events from left to right, until now; below is a table of them, the last one first.
  @inline(never)
  private func plot(_ history: [UInt8]) {
    var rows = HTML()
    var start = now
    var count: Int64 = 0
    for line in history.lines {
      guard let event = HistoryEvent(line) else { continue }
      if count == 0 {
        start = event.time
        page.add(Self.plot)
      }
      count += 1
      let when = date(event.time)
      var row = HTML()
      row.add("<tr><td>~</td><td>~</td><td>~</td></tr>\n", [when, event.word, event.text])
      row.add(rows)
      rows = row
      var name = event.word
      let shape: Literal
      switch name {
      case "sent": continue
      case "detected": shape = "6h0"
      case "answered": (name, shape) = (event.text, "34h0")
      // A failure that soon passes has a dot, too, to be seen.
      case "retrying", "blocked": shape = "34h0m0-14H1000"
      // A state lasts until the next one is drawn over it.
      default: shape = "20H1000"
      }
      let x = max(0, min(1_000, (event.time - start) * 1_000 / max(now - start, 1)))
      page.add(
        "<path class=\"~\" d=\"M~ ~\"><title>~ ~ ~</title></path>\n",
        [name, Text("\(x)").bytes, [UInt8](shape), when, event.word, event.text])
    }
    if count == 0 { return }
    page.add(
      "</svg>\n<p><span>~</span><span>~</span></p>\n<details>\n<summary>~ events</summary>\n<table>\n",
      [date(start), date(now), Text("\(count)").bytes])
    page.add(rows)
    page.add("</table>\n</details>\n")
  }
}
