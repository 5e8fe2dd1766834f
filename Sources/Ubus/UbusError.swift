// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why netifd could not be asked.
public enum UbusError: Error, Equatable, Sendable {
  /// Nobody listens there.
  case absent
  /// It is only for others.
  case denied
  /// There is such a network, but ubusd shows it to others only.
  case hidden
  /// No answer in time.
  case silent
  /// The connection has ended.
  case closed
  /// What arrives is no message of ubus.
  case garbage
  /// A message is longer than `UbusMessage.limit`.
  case tooLarge
  /// There is no such network.
  case unknown
  /// There is, but it has no addresses now.
  case down

  /// What a person reads, after the network's name.
  public var message: Literal {
    switch self {
    case .absent:
      "no ubusd at /var/run/ubus/ubus.sock: without OpenWrt's netifd use ip_source 'interface' or 'web'"
    case .denied: "ubusd does not allow it: run as root"
    case .silent: "ubusd does not answer within 2 s"
    case .closed: "ubusd has closed the connection"
    case .hidden: "ubusd hides it from this user: run as root, or allow it in /usr/share/acl.d"
    case .garbage: "what ubusd says is damaged"
    case .tooLarge: "netifd says more than 64 KiB about it"
    case .unknown: "netifd knows none of that name: see 'ubus list network.interface.*'"
    case .down: "it is down, or has no device yet: see 'ifstatus'"
    }
  }
}
