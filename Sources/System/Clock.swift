// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// The two clocks.
public enum Clock {
  /// Milliseconds since boot; never jumps. All deadlines are of this clock.
  public static var uptime: Int64 { csys_uptime_ms() }

  /// Seconds since 1970, as far as the router knows; jumps when NTP arrives.
  public static var wallClock: Int64 { csys_wall_clock() }

  /// Local time in a strftime format; at most 255 bytes, empty when the format gives more.
  public static func format(_ seconds: Int64, _ format: [UInt8]) -> [UInt8] {
    var text = [CChar](repeating: 0, count: 256)
    let count = csys_format_time(seconds, format.c, &text, 256)
    return [UInt8](text, count: count)
  }

  /// Takes the time zone from OpenWrt's `/etc/TZ`, which a stock musl does not read.
  ///
  /// A `TZ` in the environment or an `/etc/localtime` goes first.
  public static func adoptTimeZone() {
    let path = [UInt8]("/etc/TZ")
    guard Environment.value("TZ") == nil, File.info([UInt8]("/etc/localtime")) == nil,
      let zone = try? File.read(path, limit: 256)
    else { return }
    csys_set_time_zone(Array(zone.trimmed).c)
  }
}
