// SPDX-License-Identifier: Apache-2.0

import Digest
import JSON
import Wire

/// Signs a request in one of the ways that a recipe's `sign` may name.
///
/// Amazon's, Tencent's and Huawei's are of one kind: a canonical form of the request is hashed, a text about
/// that hash is authenticated by a key that is made of the secret, and a header field tells both.
struct RecipeSigner {
  /// `way` and what else `sign` says.
  let terms: JSONValue
  /// The public part of the key, and the secret one.
  let key: [UInt8]
  let secret: [UInt8]
  /// OVH's third part.
  let consumer: [UInt8]
  /// The time of day; of no use when the clock is more than five minutes wrong.
  let time: RecipeTime
  /// Different for each request.
  let nonce: [UInt8]

  /// Adds what proves who sends the request.
  func sign(_ request: RecipeRequest) {
    switch text("way") {
    case "aws4":
      add("X-Amz-Date", time.compact, to: request)
      authorize(
        request, signing: ["x-amz-date"], name: "AWS4-HMAC-SHA256", stamp: time.compact,
        date: time.compactDate, end: "aws4_request", prefix: "AWS4")
    case "tc3":
      add("X-TC-Timestamp", time.unix, to: request)
      authorize(
        request, signing: ["content-type", "x-tc-action"], name: "TC3-HMAC-SHA256",
        stamp: time.unix, date: time.date, end: "tc3_request", prefix: "TC3")
    case "huawei":
      add("X-Sdk-Date", time.compact, to: request)
      let canonical = canonical(request, ["x-sdk-date"], endsPath: true)
      let hash = Hex.encode(Hash.sha256.digest(of: canonical.text.bytes))
      let text: Text = "SDK-HMAC-SHA256\n\(time.compact)\n\(hash)"
      let signature = Hex.encode(Hash.sha256.authenticationCode(of: text.bytes, key: secret))
      let value: Text =
        "SDK-HMAC-SHA256 Access=\(key), SignedHeaders=\(canonical.names), Signature=\(signature)"
      add("Authorization", value.bytes, to: request)
    case "aliyun": signAliyun(request)
    case "ovh": signOVH(request)
    case "transip":
      add(
        "Signature", Base64.encode(signature(of: request.body ?? [], .sha512)), to: request)
    case "jwt": signToken(request)
    default: break
    }
  }

  static func isWay(_ way: [UInt8]) -> Bool {
    Recipe.isOne(way, of: "aws4 tc3 huawei aliyun ovh transip jwt")
  }

  /// Whether the password has to be a key of RSA.
  static func wantsKey(_ way: [UInt8]) -> Bool { Recipe.isOne(way, of: "transip jwt") }

  private func text(_ name: Literal) -> [UInt8] { terms[name]?.string ?? [] }

  private func add(_ name: Literal, _ value: [UInt8], to request: RecipeRequest) {
    request.fields.append(RecipeRequest.Field(name: [UInt8](name), value: value))
  }

  // MARK: - One kind

  /// Amazon's signature, version 4, and Tencent's, which has taken after it.
  private func authorize(
    _ request: RecipeRequest, signing names: [Literal], name: Literal,
    stamp: [UInt8], date: [UInt8], end: Literal, prefix: Literal
  ) {
    let canonical = canonical(request, names, endsPath: false)
    let region = text("region")
    var scope = date + [UInt8(ascii: "/")]
    if !region.isEmpty { scope += region + [UInt8(ascii: "/")] }
    scope += text("service") + [UInt8(ascii: "/")] + [UInt8](end)
    let hash = Hex.encode(Hash.sha256.digest(of: canonical.text.bytes))
    let text: Text = "\(name)\n\(stamp)\n\(scope)\n\(hash)"
    var key = [UInt8](prefix) + secret
    for part in scope.pieces(separatedBy: UInt8(ascii: "/")) {
      key = Hash.sha256.authenticationCode(of: Array(part), key: key)
    }
    let signature = Hex.encode(Hash.sha256.authenticationCode(of: text.bytes, key: key))
    let value: Text =
      "\(name) Credential=\(self.key)/\(scope), SignedHeaders=\(canonical.names), Signature=\(signature)"
    add("Authorization", value.bytes, to: request)
  }

  /// The request in the one spelling that both sides make of it. `names` are those of the signed
  /// fields besides `host`, in order.
  private func canonical(
    _ request: RecipeRequest, _ names: [Literal], endsPath: Bool
  ) -> (text: Text, names: Text) {
    let url = URL(request.url)
    let target = url?.target ?? []
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    let query = Self.sorted(Self.items(target.dropFirst(path.count + 1)))
    var lines: Text = ""
    var signed: Text = ""
    let host: [UInt8] = HostPort(host: url?.host ?? [], port: nil).text
    var hasHost = false
    for name in names + ["~"] {
      // `host` has its place in the alphabet.
      if !hasHost, name.bytes.first ?? 0 > UInt8(ascii: "h") {
        lines += "host:\(host)\n"
        signed += signed == "" ? "host" : ";host"
        hasHost = true
      }
      guard let field = request.fields.first(where: { $0.name.equalsIgnoringCase(name) }) else {
        continue
      }
      let value = [UInt8](name) == "x-tc-action" ? field.value.lowercased : field.value
      lines += "\(name):\(value)\n"
      signed += signed == "" ? "\(name)" : ";\(name)"
    }
    let hash = Hex.encode(Hash.sha256.digest(of: request.body ?? []))
    let slash: Literal = endsPath && path.last != UInt8(ascii: "/") ? "/" : ""
    return (
      "\(request.method)\n\(path)\(slash)\n\(query)\n\(lines)\n\(signed)\n\(hash)", signed
    )
  }

  private static func items(_ query: ArraySlice<UInt8>) -> [[UInt8]] {
    query.split(separator: UInt8(ascii: "&")).map { Array($0) }
  }

  /// `name=value` pairs in the order of their bytes, joined.
  private static func sorted(_ items: [[UInt8]]) -> [UInt8] {
    var sorted: [[UInt8]] = []
    for item in items {
      // Not `sort`, whose code is larger than all of this.
      let place = sorted.firstIndex { item.lexicographicallyPrecedes($0) }
      sorted.insert(item, at: place ?? sorted.count)
    }
    return Array(sorted.joined(separator: [UInt8(ascii: "&")]))
  }

  // MARK: - Others

  /// Aliyun's RPC signature 1.0: everything is in the query.
  private func signAliyun(_ request: RecipeRequest) {
    let start = request.url.prefix { $0 != UInt8(ascii: "?") }
    var items = Self.items(request.url.dropFirst(start.count + 1))
    for (name, value) in [
      ("AccessKeyId", key), ("Format", [UInt8]("JSON")),
      ("SignatureMethod", [UInt8]("HMAC-SHA1")), ("SignatureNonce", nonce),
      ("SignatureVersion", [UInt8]("1.0")), ("Timestamp", time.full),
    ] as [(Literal, [UInt8])] {
      items.append([UInt8](name) + [UInt8(ascii: "=")] + Percent.encodeUpperCase(value))
    }
    let query = Self.sorted(items)
    let text: Text = "\(request.method)&%2F&\(Percent.encodeUpperCase(query))"
    let code = Hash.sha1.authenticationCode(of: text.bytes, key: secret + [UInt8(ascii: "&")])
    let signature = Percent.encodeUpperCase(Base64.encode(code))
    let url: Text = "\(start)?\(query)&Signature=\(signature)"
    request.url = url.bytes
  }

  /// OVH: a plain hash of everything.
  private func signOVH(_ request: RecipeRequest) {
    let body = request.body ?? []
    let text: Text =
      "\(secret)+\(consumer)+\(request.method)+\(request.url)+\(body)+\(time.unix)"
    add("X-Ovh-Application", key, to: request)
    add("X-Ovh-Consumer", consumer, to: request)
    add("X-Ovh-Timestamp", time.unix, to: request)
    let signature = [UInt8]("$1$") + Hex.encode(Hash.sha1.digest(of: text.bytes))
    add("X-Ovh-Signature", signature, to: request)
  }

  // MARK: - RSA

  /// A signature by the key in the password; empty when there is none, which was found before.
  @inline(never)
  private func signature(of message: [UInt8], _ hash: Hash) -> [UInt8] {
    RSAKey(text: secret)?.signature(of: message, hash) ?? []
  }

  /// A token of RFC 7519 for the server of this request, which gives another one for it (RFC 7523).
  private func signToken(_ request: RecipeRequest) {
    let issuer = JSONValue.string(key).encode()
    let claims: Text =
      "{\"iss\":\(issuer),\"scope\":\"\(text("scope"))\",\"aud\":\"\(request.url)\",\"iat\":\(time.seconds),\"exp\":\(time.seconds + 300)}"
    let head: Text =
      "\(Self.base64URL([UInt8]("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"))).\(Self.base64URL(claims.bytes))"
    let signature = Self.base64URL(signature(of: head.bytes, .sha256))
    request.body?.append(literal: "&assertion=")
    request.body? += head.bytes + [UInt8(ascii: ".")] + signature
  }

  @inline(never)
  private static func base64URL(_ bytes: [UInt8]) -> [UInt8] {
    var text = Base64.encode(bytes)
    while text.last == UInt8(ascii: "=") { text.removeLast() }
    for index in text.indices {
      if text[index] == UInt8(ascii: "+") { text[index] = UInt8(ascii: "-") }
      if text[index] == UInt8(ascii: "/") { text[index] = UInt8(ascii: "_") }
    }
    return text
  }
}
