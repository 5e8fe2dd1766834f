// SPDX-License-Identifier: Apache-2.0

import Digest
import Testing
import Wire

/// Keys made by openssl for this file, and what openssl has signed with them.
@Suite(.timeLimit(.minutes(15))) struct RSAKeyTests {
  private static let pkcs8 = """
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCzgCUKeOh4gTA9
    uUVS1t1fdSweJKg2CiCDPdxH33fPh+aIrpvJ7yc/ktYqyip6EtiopjpxBOlIo77d
    8JTcevN+atpEuWWxWb5j4w34xjo+mMWbFBre0OKw8MB1qdqnod+VThWkqy/gzOOc
    kbGhYWog510AWR40ih6Gj16QoAeCPFpyGH8EQeYJIazWEvmzzchgjv+aAp8ggwir
    KU64cF6q3OIe1Rc+D6m1TweHpr5XFg/Ee+X+9ktbgRfy3u4/kREmxaquzw29yM/a
    war8SXAEqie2vqR4bUSRAa3xV+KEBZ2gx3sIxGD6TFB4Flk5fshifUZYJxpWs2Qn
    h/JKXKbRAgMBAAECggEASY9+3otNLbE3vVvTSo8OWqPQqCu6mabNyysLPpMYbP6T
    Hbl806UD7xw0U4XVIYDetEKnGZD7L08XlamVv8NNTSXp/BcEU0llalbu72ABF40R
    EiwLlPuCoyOOo8mvd1oxn+THntueu+ALeSsF4g5jaUeXh+B9redaeieACAHlAdwd
    Ner2Kj1TvxD/VHWLEH0k3JsXcMFfQ4ueUoGfKjJodq3Qgr6OmC3nFr2P5hZSD2jI
    sOMsXFC/5js3VF582DyURUeoSm/Muq332VHmILXnKas0UZOkUPc+eWNaJv0etjY8
    xpnQLdIHnE+RNyOGs/v9aRFai2pVqUusXM8r4jyPrwKBgQDZ4Se/leZTmXKgrf2f
    x5zBmxPJdbZlqlopJKE3r3h+IX20NNAntG/fpripc5Hutx+Zr2AoL95fB9R60F+N
    VMmGI1ZjDi2qM1zz/PwJLQBJ+j0evHEhV6Lig0nZTDBPxo/zvpR9B92CzdSGtX9j
    KW88Vsq+1TAbPQu3JSz8o2aOMwKBgQDS5/4bFQL1utvRvJXJgF2t9huwMDH5Rnkm
    sEuwrzYkWEyr7H80zE8AA9ufx5YrmEqH2lO+O7UGJ0Yrmwdd10mlp/asZFEyQb1T
    p4AaWjiFh40MNgssB8TfzOnB/PkePUlBT9euBWE5K6HXlYG9e2CWWpDOB6rjohSN
    GNEPtU1q6wKBgQCu9AZn6CVwQcpyzePXtoDgUfdckQIqttT5LqmqPmOh3KDE4Je5
    GkGvNIAZyWyIZFGipdmvy2hjpLTw/XuM0GWWKbAHkG4Iun/Mh/uWHqWZwa/si2LI
    ZEeuXcAiFfTBSm9zSTiRAYzUqRUcKoelB7ODnynkfOnJJYbPxLFQGKGUUwKBgEME
    dwlyBsvAwcMG0u4BvULfFnNJDUgxraOul46gTmsEJ/DlqJJFbcEKeMpv6HcX4G8E
    4GFtpZs79Z87lv6pv3xFQCwNgIOgwiGH8zvseVNs/FPqBGjMWzHmck0zLpH+VX3M
    ejORABDjnXzcxCpKvylnw+XEJ/hHc5JWVXBRYzVbAoGADSqsf/CSn83qBwiirOIK
    FYj2WLJUbqRdHphnhFeYP+qR1RsT/Mb3gRvQptaD1U/NqqA9WsaYmkLocAWzXsTZ
    K79tNwYiWkOyjhXUKWTqISVTsggIgdQ9UpFRsJrWDT+P+N7S4wUPEosmccMu6yI9
    HSFJzJkpgK1tah6+mNuQl1o=
    -----END PRIVATE KEY-----
    """
  private static let pkcs1 = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEowIBAAKCAQEAs4AlCnjoeIEwPblFUtbdX3UsHiSoNgoggz3cR993z4fmiK6b
    ye8nP5LWKsoqehLYqKY6cQTpSKO+3fCU3HrzfmraRLllsVm+Y+MN+MY6PpjFmxQa
    3tDisPDAdanap6HflU4VpKsv4MzjnJGxoWFqIOddAFkeNIoeho9ekKAHgjxachh/
    BEHmCSGs1hL5s83IYI7/mgKfIIMIqylOuHBeqtziHtUXPg+ptU8Hh6a+VxYPxHvl
    /vZLW4EX8t7uP5ERJsWqrs8NvcjP2sGq/ElwBKontr6keG1EkQGt8VfihAWdoMd7
    CMRg+kxQeBZZOX7IYn1GWCcaVrNkJ4fySlym0QIDAQABAoIBAEmPft6LTS2xN71b
    00qPDlqj0KgrupmmzcsrCz6TGGz+kx25fNOlA+8cNFOF1SGA3rRCpxmQ+y9PF5Wp
    lb/DTU0l6fwXBFNJZWpW7u9gAReNERIsC5T7gqMjjqPJr3daMZ/kx57bnrvgC3kr
    BeIOY2lHl4fgfa3nWnongAgB5QHcHTXq9io9U78Q/1R1ixB9JNybF3DBX0OLnlKB
    nyoyaHat0IK+jpgt5xa9j+YWUg9oyLDjLFxQv+Y7N1RefNg8lEVHqEpvzLqt99lR
    5iC15ymrNFGTpFD3PnljWib9HrY2PMaZ0C3SB5xPkTcjhrP7/WkRWotqValLrFzP
    K+I8j68CgYEA2eEnv5XmU5lyoK39n8ecwZsTyXW2ZapaKSShN694fiF9tDTQJ7Rv
    36a4qXOR7rcfma9gKC/eXwfUetBfjVTJhiNWYw4tqjNc8/z8CS0ASfo9HrxxIVei
    4oNJ2UwwT8aP876UfQfdgs3UhrV/YylvPFbKvtUwGz0LtyUs/KNmjjMCgYEA0uf+
    GxUC9brb0byVyYBdrfYbsDAx+UZ5JrBLsK82JFhMq+x/NMxPAAPbn8eWK5hKh9pT
    vju1BidGK5sHXddJpaf2rGRRMkG9U6eAGlo4hYeNDDYLLAfE38zpwfz5Hj1JQU/X
    rgVhOSuh15WBvXtgllqQzgeq46IUjRjRD7VNausCgYEArvQGZ+glcEHKcs3j17aA
    4FH3XJECKrbU+S6pqj5jodygxOCXuRpBrzSAGclsiGRRoqXZr8toY6S08P17jNBl
    limwB5BuCLp/zIf7lh6lmcGv7ItiyGRHrl3AIhX0wUpvc0k4kQGM1KkVHCqHpQez
    g58p5HzpySWGz8SxUBihlFMCgYBDBHcJcgbLwMHDBtLuAb1C3xZzSQ1IMa2jrpeO
    oE5rBCfw5aiSRW3BCnjKb+h3F+BvBOBhbaWbO/WfO5b+qb98RUAsDYCDoMIhh/M7
    7HlTbPxT6gRozFsx5nJNMy6R/lV9zHozkQAQ45183MQqSr8pZ8PlxCf4R3OSVlVw
    UWM1WwKBgA0qrH/wkp/N6gcIoqziChWI9liyVG6kXR6YZ4RXmD/qkdUbE/zG94Eb
    0KbWg9VPzaqgPVrGmJpC6HAFs17E2Su/bTcGIlpDso4V1Clk6iElU7IICIHUPVKR
    UbCa1g0/j/je0uMFDxKLJnHDLusiPR0hScyZKYCtbWoevpjbkJda
    -----END RSA PRIVATE KEY-----
    """
  private static let elliptic = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSM+9UQ01lrJcyyGO
    hmE8X3pQcwDsa6r8hX1s5Cl9TWmhRANCAASAy5oJHSsnQQ516uHpwxkGqI3+AXzf
    /gWMtsXBy4rhCJvO20MN/wD9Mw3hkf+pmeTcM2su+f4k9kgM30OfBXEm
    -----END PRIVATE KEY-----
    """
  private static let sha256 =
    "S/wP6KD3SXLjrMGJSgqbiwryQcff2sdW7YtnzL2lY4+k275hcIjfeWwyEVLnM5iQT7IO7YPz7GR+y2vN"
    + "/FqwQhcr41RaUYSIqo4H0hMTW7D2B0RGNWEhwHKrBFA5PiduQEOD84Cp4+oDLcM8gIJOa96WqfzD8YFU"
    + "KxdlFdlsiPa947Sge0vgRZ82dybJ2EB06dHt2r1VGMJWygDKfCPx/yq4SFqWxibzrPdue9rfA6dPNnzS"
    + "lqcyDXMHSfN3wO9FWTQgKvCzhWkLI7TjHsNPKkSlR8xU2+glKs5qnUu2pGNVC3b7l7Ee5Oy/RXQcux3q"
    + "mqleafk773ZT3dlJU5CD9g=="
  private static let sha512 =
    "dTStatfYR2Ivg3/Suns8Rud7+f4RWH1155sJPkh2T/nFOB5AA/7meuUPHRulErWkrrAQlaQL76RcYXuM"
    + "ajlbUFoZxpW3ZzH0DGQ0oBKp0afc1HT6EXRLDgbYaXGnmRp1vkZfOsZ1EoVPK/2O6p1aIGUpeqd5L42g"
    + "PpeTuXP7U2QgV9f4qXOahz3oMBDAPrtdAkm5/VVUk0nwmI2GKeVMMoRsU6/7l6z5FXO9mLvLYeT4sroH"
    + "QUE9kNb92kkRicqLdDsJjDlFe0Z+N8cYq2v/gcUSs/Qp1mGTIRGR5Y6lPmfvhFg854s4qGX7y3T7Ced0"
    + "Db5rqZJaASAMQWABSvwBzQ=="

  private func signature(_ key: String, _ hash: Hash) -> String? {
    RSAKey(text: Array(key.utf8))?.signature(of: Array("what is signed".utf8), hash)
      .map { String(decoding: Base64.encode($0), as: UTF8.self) }
  }

  @Test(arguments: [
    pkcs8, pkcs1, "a comment\n" + pkcs8 + "\n" + elliptic,
    pkcs8.replacing("\n", with: " "), pkcs8.replacing("\n", with: "\r\n"),
    #"{"type":"service_account","private_key":""#
      + pkcs8.replacing("\n", with: #"\n"#).replacing("=", with: #"\u003d"#)
      + #"\n","client_email":"me@example.com"}"#,
  ])
  func `a key in any dress signs as openssl does`(key: String) {
    #expect(signature(key, .sha256) == Self.sha256)
    #expect(signature(key, .sha512) == Self.sha512)
  }

  @Test(arguments: [
    "", "k3y", "/etc/ddns/key.pem", elliptic, pkcs8.replacing("PRIVATE", with: "PUBLIC"),
    String(pkcs8.prefix(900)), "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----MA==",
    "-----BEGIN PRIVATE KEY-----MIMAAAAA", "-----BEGIN PRIVATE KEY-----MIT///////8=",
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + String(pkcs1.dropFirst(31)),
  ])
  func `what is no key of RSA is none`(text: String) {
    #expect(RSAKey(text: Array(text.utf8)) == nil)
  }

  @Test func `a damaged key does no harm`() {
    let text = Array(Self.pkcs8.utf8)
    for index in stride(from: 28, to: text.count, by: 7) {
      var damaged = text
      damaged[index] = damaged[index] == 65 ? 66 : 65
      _ = RSAKey(text: damaged)?.signature(of: [1], .sha256)
    }
  }
}
