// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Discovery

@Suite(.timeLimit(.minutes(15))) struct UPnPTests {
  private static let gateway = ip("192.168.1.1")

  @Test func `the search is the one of UPnP`() {
    #expect(
      string([UInt8](UPnP.search))
        == "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
        + "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n")
  }

  @Test(arguments: ["HTTP/1.1 404 No\r\n", "NOTIFY * HTTP/1.1\r\n", "", "HTTP/1.1 20"])
  func `what is no answer to a search is waited over`(text: String) {
    var query = DatagramQueryTests.query(.upnp)
    _ = query.step(nil, at: 0)
    #expect(query.step(bytes(text), at: 1) == .wait(until: 500))
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nST: x\r\nLocation: http://192.168.1.1:5000/d.xml\r\n\r\n", true),
    ("HTTP/1.1 200 OK\nLOCATION:http://192.168.1.1:5000/d.xml", true),
    ("HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.2:5000/d.xml\r\n\r\n", false),
    ("HTTP/1.1 200 OK\r\nLOCATION: http://gateway.example:5000/d.xml\r\n\r\n", false),
    ("HTTP/1.1 200 OK\r\nLOCATION: https://192.168.1.1:5000/d.xml\r\n\r\n", false),
    ("HTTP/1.1 200 OK\r\nLOCATION: http://a@192.168.1.1:5000/d.xml\r\n\r\n", false),
    ("HTTP/1.1 200 OK\r\nSERVER: x\r\n\r\n", false), ("", false), ("\r\n\u{0}", false),
  ])
  func `a description is taken at the gateway's own address only`(answer: String, isTaken: Bool) {
    let url = UPnP.location(in: bytes(answer), from: Self.gateway)
    #expect(
      (url.map { string($0.origin + $0.target) })
        == (isTaken ? "http://192.168.1.1:5000/d.xml" : nil))
  }

  /// The URL each connection of a description is asked by.
  private func urls(_ description: String, at location: String = "http://192.168.1.1:5000/x/d.xml")
    throws -> [String]
  {
    let url = try #require(URL(bytes(location)))
    return UPnP.connections(in: bytes(description), from: url, Self.gateway).map {
      string($0.url.origin + $0.url.target)
    }
  }

  private func service(_ control: String, _ type: String = "WANIPConnection:1") -> String {
    "<service><serviceType>urn:schemas-upnp-org:service:\(type)</serviceType>"
      + "<controlURL>\(control)</controlURL></service>"
  }

  @Test func `connections are found among other services, wherever their control is`() throws {
    let services =
      service("/a", "WANCommonInterfaceConfig:1") + service("/b")
      + service("c", "WANPPPConnection:1")
      + service("http://192.168.1.1:80/d?x=1&amp;y", "WANIPConnection:2")
    let expected = [
      "http://192.168.1.1:5000/b", "http://192.168.1.1:5000/x/c", "http://192.168.1.1/d?x=1&y",
    ]
    #expect(try urls("<?xml version=\"1.0\"?><root xmlns=\"x\">\(services)</root>") == expected)
    #expect(
      try urls(
        "<u:root><!-- <b> --><u:service a=\"1\"><u:serviceType >\n urn:schemas-upnp-org:service:"
          + "WANIPConnection:1 </u:serviceType><SCPDURL/><u:controlURL>/b</u:controlURL></u:service>"
      )
        == ["http://192.168.1.1:5000/b"])
    #expect(
      try urls("<URLBase>http://192.168.1.1:49152/y/</URLBase>" + service("c"))
        == ["http://192.168.1.1:49152/y/c"])
    #expect(
      try urls("<URLBase>http://10.0.0.1:49152/y/</URLBase>" + service("c"))
        == ["http://192.168.1.1:5000/x/c"])
  }

  @Test(arguments: [
    "", "<", "<service", "<service><serviceType>", "</service>", "<<<>>><a></a",
    "<service><controlURL>/b</controlURL></service>",
    "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType></service>",
    "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1\"&gt;</serviceType>"
      + "<controlURL>/b</controlURL></service>",
    "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
      + "<controlURL>http://10.0.0.1/b</controlURL></service>",
    "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
      + "<controlURL>https://192.168.1.1/b</controlURL></service>",
    String(repeating: "<service>", count: 5_000), String(repeating: "<", count: 60_000),
  ])
  func `a description without a connection at the gateway has none`(description: String) throws {
    #expect(try urls(description).isEmpty)
  }

  @Test func `a connection is asked by its own type`() throws {
    let url = try #require(URL(bytes("http://192.168.1.1/c")))
    let connection = UPnP.Connection(
      type: bytes("urn:schemas-upnp-org:service:WANPPPConnection:1"), url: url)
    #expect(
      string(connection.action)
        == "\"urn:schemas-upnp-org:service:WANPPPConnection:1#GetExternalIPAddress\"")
    #expect(
      string(connection.question).hasSuffix(
        "<s:Body><u:GetExternalIPAddress xmlns:u=\"urn:schemas-upnp-org:service:WANPPPConnection:1\"/>"
          + "</s:Body></s:Envelope>\n"))
  }

  @Test(
    arguments: [
      ("<NewExternalIPAddress>203.0.113.7</NewExternalIPAddress>", "203.0.113.7"),
      (
        "<a:b><NewExternalIPAddress dt=\"s\"> 203.0.113.7\n</NewExternalIPAddress></a:b>",
        "203.0.113.7"
      ),
      ("<NewExternalIPAddress></NewExternalIPAddress>", nil), ("<NewExternalIPAddress/>", nil),
      ("<NewExternalIPAddress>0.0.0.0</NewExternalIPAddress>", nil),
      ("<NewExternalIPAddress>x203.0.113.7</NewExternalIPAddress>", nil),
      ("<errorCode>501</errorCode>", nil), ("", nil), ("203.0.113.7", nil),
    ] as [(String, String?)])
  func `the address is what the answer's element holds`(answer: String, address: String?) {
    #expect(UPnP.address(in: bytes(answer)) == address.map { ip($0) })
  }
}
