// SPDX-License-Identifier: Apache-2.0

import DNS
import Digest
import Wire

/// Signs answers as a server does, from the RFC and apart from the code under test.
struct TSIGSigner {
  var key = [UInt8]("0123456789abcdef0123456789abcdef".utf8)
  var keyName = "ddns-key"
  var hash = Hash.sha256
  var algorithm = "hmac-sha256"
  var time: UInt64 = 1_700_000_001
  var fudge: UInt16 = 300
  var error: UInt16 = 0
  var other: [UInt8] = []
  /// Without a code: what a server sends that does not know the key.
  var hasCode = true

  /// The answer to an update: its header, its zone, and the record that signs both.
  func answer(
    id: UInt16, rcode: UInt16 = 0, requestCode: [UInt8], zone: String = "example.com"
  ) -> [UInt8] {
    let number = ReplyBuilder.number
    let header = number(id) + number(0xa800 | rcode) + number(1) + number(0) + number(0)
    let question = name(zone).wire + number(6) + number(1)
    let times =
      number(UInt16(time >> 32)) + number(UInt16(time >> 16 & 0xffff))
      + number(UInt16(time & 0xffff)) + number(fudge)
    let ending = number(error) + number(UInt16(other.count)) + other
    let place = name(keyName).wire + number(255) + [0, 0, 0, 0] + name(algorithm).wire
    let signed =
      number(UInt16(requestCode.count)) + requestCode + header + number(0) + question
      + place + times + ending
    let code = hasCode ? hash.authenticationCode(of: signed, key: key) : []
    let data =
      name(algorithm).wire + times + number(UInt16(code.count)) + code + number(id)
      + ending
    return header + number(1) + question + name(keyName).wire + number(250) + number(255)
      + [0, 0, 0, 0] + number(UInt16(data.count)) + data
  }
}
