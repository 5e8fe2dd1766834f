// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is said to a gateway that is an Internet Gateway Device of UPnP, and what it says.
public enum UPnP {
  /// A connection to the Internet that the gateway tells about.
  public struct Connection: Equatable, Sendable {
    /// Its service type.
    let type: [UInt8]
    /// Where its actions are called.
    public let url: URL

    /// The name of the action that tells the address, for the field `SOAPAction`.
    public var action: [UInt8] { Text("\"\(type)#GetExternalIPAddress\"").bytes }

    /// The call of that action.
    public var question: [UInt8] {
      Text(
        """
        <?xml version="1.0"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\
        <u:GetExternalIPAddress xmlns:u="\(type)"/></s:Body></s:Envelope>

        """
      ).bytes
    }
  }

  /// Where devices listen for searches.
  public static let group: [UInt8] = [239, 255, 255, 250]
  /// The port there.
  public static let port: UInt16 = 1900

  /// Asks all devices of the link who is a gateway.
  static let search: Literal =
    """
    M-SEARCH * HTTP/1.1\r
    HOST: 239.255.255.250:1900\r
    MAN: "ssdp:discover"\r
    MX: 1\r
    ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r
    \r

    """

  /// Where the answer to a search says that the description is: at the gateway itself, or nowhere.
  public static func location(in answer: [UInt8], from gateway: IPAddress) -> URL? {
    guard let start = answer.lowercased.firstIndex(of: [UInt8]("\nlocation:")) else { return nil }
    return url(Array(answer[(start + 10)...].prefix { $0 != UInt8(ascii: "\n") }), at: gateway)
  }

  /// The connections in a description.
  public static func connections(
    in description: [UInt8], from location: URL, _ gateway: IPAddress
  ) -> [Connection] {
    var base = location
    var found: [Connection] = []
    var (type, control) = ([UInt8](), [UInt8]())
    var scanner = XMLScanner(description)
    while let (name, text) = scanner.next() {
      switch name {
      case "URLBase": base = url(text, at: gateway) ?? base
      case "service": (type, control) = ([], [])
      case "serviceType": type = text
      case "controlURL": control = text
      case "/service":
        // Nothing else than its name may come into what is sent.
        guard
          type.hasPrefix("urn:schemas-upnp-org:service:WANIPConnection:")
            || type.hasPrefix("urn:schemas-upnp-org:service:WANPPPConnection:"),
          type.allSatisfy({ $0.isLetter || $0.isDigit || $0.isOne(of: ":-") }), !control.isEmpty,
          let url = resolve(control, base, gateway)
        else { continue }
        found.append(Connection(type: type, url: url))
      default: break
      }
    }
    return found
  }

  /// The address in the answer; nil when there is none.
  public static func address(in answer: [UInt8]) -> IPAddress? {
    var scanner = XMLScanner(answer)
    while let (name, text) = scanner.next() {
      // 0.0.0.0 is what a gateway has as long as there is no connection.
      if name == "NewExternalIPAddress" {
        return IPAddress(text).flatMap { $0 == .unspecified(.v4) ? nil : $0 }
      }
    }
    return nil
  }

  private static func resolve(_ path: [UInt8], _ base: URL, _ gateway: IPAddress) -> URL? {
    if path.firstIndex(of: [UInt8]("://")) != nil { return url(path, at: gateway) }
    let folder =
      path.first == UInt8(ascii: "/")
      ? [] : base.target[...(base.target.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
    return url(base.origin + folder + path, at: gateway)
  }

  /// An http URL whose host is the gateway's address: nobody can send us elsewhere.
  private static func url(_ text: [UInt8], at gateway: IPAddress) -> URL? {
    guard let url = URL(text), !url.isSecure, IPAddress(url.host) == gateway, url.username == nil
    else { return nil }
    return url
  }
}
