// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSupport
import Testing
import Wire

@testable import Provider

/// Signatures that others have computed from the same input.
@Suite(.timeLimit(.minutes(15))) struct RecipeSignerTests {
  private func signed(
    _ terms: String, key: String, secret: String, consumer: String = "", method: String = "GET",
    _ url: String, fields: [(String, String)] = [], body: String? = nil,
    nonce: String = "1234567890"
  ) throws -> RecipeRequest {
    let signer = RecipeSigner(
      terms: try JSONValue.parse(Array(terms.utf8)), key: Array(key.utf8),
      secret: Array(secret.utf8), consumer: Array(consumer.utf8),
      time: RecipeTime(seconds: 1_700_000_000), nonce: Array(nonce.utf8))
    let request = RecipeRequest(method: Array(method.utf8), url: Array(url.utf8))
    request.fields = fields.map {
      RecipeRequest.Field(name: Array($0.utf8), value: Array($1.utf8))
    }
    request.body = body.map { Array($0.utf8) }
    signer.sign(request)
    return request
  }

  private func field(_ name: Literal, of request: RecipeRequest) -> String? {
    request.fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  @Test func `Amazon's, version 4`() throws {
    let body =
      #"<?xml version="1.0" encoding="UTF-8"?>"#
      + #"<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">"#
      + "<ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>"
      + "<Name>home.example.com.</Name><Type>A</Type><TTL>300</TTL><ResourceRecords>"
      + "<ResourceRecord><Value>203.0.113.7</Value></ResourceRecord></ResourceRecords>"
      + "</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    #expect(body.utf8.count == 436)
    let request = try signed(
      #"{"way":"aws4","region":"us-east-1","service":"route53"}"#, key: "AKIDEXAMPLE",
      secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", method: "POST",
      "https://route53.amazonaws.com/2013-04-01/hostedzone/Z1D633PJN98FT9/rrset", body: body)
    #expect(field("X-Amz-Date", of: request) == "20231114T221320Z")
    #expect(
      field("Authorization", of: request)
        == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/us-east-1/route53/aws4_request, "
        + "SignedHeaders=host;x-amz-date, "
        + "Signature=53d241bedc438ee06136b9243407ace9af3fc9b98f7ad830388ca5d460bcfc1d")
  }

  @Test func `Tencent's, version 3`() throws {
    let request = try signed(
      #"{"way":"tc3","service":"dnspod"}"#, key: "ID", secret: "SECRETKEY", method: "POST",
      "https://dnspod.tencentcloudapi.com/",
      fields: [("X-TC-Action", "DescribeRecordList"), ("Content-Type", "application/json")],
      body: #"{"Domain":"example.com","Subdomain":"home","RecordType":"A"}"#)
    #expect(field("X-TC-Timestamp", of: request) == "1700000000")
    #expect(
      field("Authorization", of: request)
        == "TC3-HMAC-SHA256 Credential=ID/2023-11-14/dnspod/tc3_request, "
        + "SignedHeaders=content-type;host;x-tc-action, "
        + "Signature=763f982cac4e2cc54a579b64d2b820264f4be7eb6ffee9b79ff2ad78f9ef822a")
  }

  @Test func `Aliyun's`() throws {
    let request = try signed(
      #"{"way":"aliyun"}"#, key: "testid", secret: "testsecret",
      "https://alidns.aliyuncs.com/?Action=DescribeSubDomainRecords&SubDomain=home.example.com"
        + "&Type=A&Version=2015-01-09")
    #expect(
      String(decoding: request.url, as: UTF8.self)
        == "https://alidns.aliyuncs.com/?AccessKeyId=testid&Action=DescribeSubDomainRecords"
        + "&Format=JSON&SignatureMethod=HMAC-SHA1&SignatureNonce=1234567890&SignatureVersion=1.0"
        + "&SubDomain=home.example.com&Timestamp=2023-11-14T22%3A13%3A20Z&Type=A"
        + "&Version=2015-01-09&Signature=Jzqvf4lhgMOtA2Kz1paoOljmEjM%3D")
  }

  @Test func `Huawei's`() throws {
    let request = try signed(
      #"{"way":"huawei"}"#, key: "AK", secret: "SK",
      "https://dns.myhuaweicloud.com/v2/zones?name=example.com.&search_mode=equal")
    #expect(
      field("Authorization", of: request)
        == "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, "
        + "Signature=2bd882b747a703b90b540f09b00a4bd9f707c64f939121ffbe7a232af531dc5b")
  }

  @Test func `OVH's`() throws {
    let request = try signed(
      #"{"way":"ovh"}"#, key: "AK", secret: "AS", consumer: "CK",
      "https://eu.api.ovh.com/1.0/domain/zone/example.com/record?fieldType=A&subDomain=home")
    #expect(
      field("X-Ovh-Signature", of: request) == "$1$585a94cdc4481222e55a0c22b411d782cc3fa0b1")
    #expect(field("X-Ovh-Consumer", of: request) == "CK")
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (951_868_799, "2000-02-29T23:59:59Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
      (1_735_689_599, "2024-12-31T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    ])
  func `a time of day is the one of the calendar`(seconds: Int64, text: String) {
    #expect(String(decoding: RecipeTime(seconds: seconds).full, as: UTF8.self) == text)
  }
}
