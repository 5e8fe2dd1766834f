// SPDX-License-Identifier: Apache-2.0

import Digest
import JSON
import Section
import Wire

/// What a section says to a recipe: its options, and the host and zone that they name.
public final class RecipeValues {
  let options: URLTemplate.Values
  let lookupHost: [UInt8]
  /// What the section says by other names: `zone_id` and the like, and the `name=value` pairs of
  /// `param_opt` and `param_enc`.
  let settings: [(name: [UInt8], value: [UInt8])]
  /// The whole name of the record.
  let host: [UInt8]
  /// The zone it is in; empty when the provider has to be asked.
  let zone: [UInt8]

  /// Finds host and zone by `host@zone`, or else by the recipe's `zone` and `sub`. `foreign` are
  /// options that only this recipe knows.
  public init(
    _ recipe: Recipe, _ options: URLTemplate.Values, lookupHost: [UInt8],
    foreign: [(name: [UInt8], value: [UInt8])] = []
  ) {
    self.options = options
    self.lookupHost = lookupHost
    settings = foreign + Self.pairs(options.paramOpt) + Self.pairs(options.paramEnc.revealed)
    let domain = RecipeScope.name(options.domain)
    if let at = domain.firstIndex(of: UInt8(ascii: "@")) {
      zone = Array(domain[(at + 1)...])
      host = Self.joined(Array(domain[..<at]), zone)
    } else if let sub = recipe.root["sub"]?.string {
      zone = domain
      let sub = RecipeScope.name(Self.option(sub, options))
      host = Self.joined(sub == "@" ? [] : sub, zone)
    } else {
      zone = Self.zone(of: domain, recipe, options)
      // The name alone will do where the zone has an option of its own.
      let isAlone = !zone.isEmpty && !domain.contains(UInt8(ascii: "."))
      host = isAlone ? Self.joined(domain, zone) : domain
    }
  }

  /// The options that the recipe needs and the section does not have; none when it can be followed.
  public func missing(for recipe: Recipe) -> [URLTemplate.Placeholder] {
    let text = recipe.root.encode()
    var missing: [URLTemplate.Placeholder] = []
    for placeholder in [.domain, .username, .password, .paramEnc, .paramOpt]
      as [URLTemplate.Placeholder]
    where option(placeholder).isEmpty {
      let isSub =
        zone == RecipeScope.name(options.domain)
        && recipe.root["sub"]?.string.map { $0 == placeholder.option } == true
      let isKey =
        recipe.root["sign"] != nil && (placeholder == .username || placeholder == .password)
      if placeholder == .domain || isSub || isKey
        || isNeeded(placeholder, in: text)
      {
        missing.append(placeholder)
      }
    }
    return missing
  }

  /// Whether a value has to be there: it has a place, and no condition asks for it.
  private func isNeeded(_ placeholder: URLTemplate.Placeholder, in text: [UInt8]) -> Bool {
    let token = [UInt8](placeholder.token)
    let condition = [UInt8(ascii: "\"")] + token[1..<(token.count - 1)]
    return text.firstIndex(of: token) != nil && text.firstIndex(of: condition) == nil
  }

  /// What is wrong with the name, for a person; nil when nothing is.
  public func problem(for recipe: Recipe) -> Text? {
    if options.domain.contains(UInt8(ascii: ",")) {
      return "'domain' has several names: this service takes one a section"
    }
    if recipe.wantsKey, RSAKey(text: options.password.revealed) == nil {
      return "'password' is neither a private key of RSA (PEM) nor the path of a file we may read"
    }
    if recipe.mentions("[LOOKUP]"), lookupHost.isEmpty || lookupHost == options.domain {
      return "'lookup_host' has to be the name of the record: 'domain' is something else"
    }
    let isTaken = recipe.steps.contains { $0["take"]?["zone"] != nil }
    let isGiven = settings.contains { $0.name == "zone" }
    if zone.isEmpty, !isTaken, !isGiven {
      let needsZone = recipe.mentions("[SUB]") || recipe.mentions("[NAME]")
      return needsZone ? "'domain' does not say which part of it is the zone: use 'host@zone'" : nil
    }
    return !zone.isEmpty && sub(zone) == nil
      ? "'domain' is not in the zone '\(zone)'" : nil
  }

  /// What every URL of the recipe begins with.
  public func base(of recipe: Recipe) -> [UInt8] {
    RecipeScope(recipe, self).expand(recipe.base, .url)
  }

  /// The host without a zone, empty for the zone itself; nil when it is not in that zone.
  private func sub(_ zone: [UInt8]) -> [UInt8]? {
    if host == zone { return [] }
    let end = [UInt8(ascii: ".")] + zone
    return host.suffix(end.count).elementsEqual(end) ? Array(host.dropLast(end.count)) : nil
  }

  /// The value of a name in capitals; nil when there is no such name. `found` is the zone that the
  /// provider has named, if it has.
  func value(_ name: [UInt8], zone found: [UInt8], isShown: Bool) -> [UInt8]? {
    let zone = found.isEmpty ? zone : RecipeScope.name(found)
    switch name {
    case "HOST": return host
    case "ZONE": return zone
    case "SUB": return sub(zone).map { $0.isEmpty ? [UInt8(ascii: "@")] : $0 } ?? []
    case "NAME": return sub(zone) ?? []
    case "LOOKUP": return lookupHost
    case "IP": return options.address.text.bytes
    case "TYPE": return options.address.family == .v6 ? [UInt8]("AAAA") : [UInt8]("A")
    default: break
    }
    for placeholder in URLTemplate.Placeholder.allCases
    where placeholder.token.bytes.dropFirst().dropLast().elementsEqual(name) {
      return isShown && placeholder.isSecret ? [UInt8]("***") : option(placeholder)
    }
    return nil
  }

  func option(_ placeholder: URLTemplate.Placeholder) -> [UInt8] {
    switch placeholder {
    case .username: options.username
    case .password: options.password.revealed
    case .paramEnc: options.paramEnc.revealed
    case .paramOpt: options.paramOpt
    case .domain: options.domain
    case .ip4: options.address(of: .v4)?.text.bytes ?? []
    case .ip6: options.address(of: .v6)?.text.bytes ?? []
    case .prefix: options.prefix?.address.text.bytes ?? []
    case .prefixLength: options.prefix.map { Text("\($0.length)").bytes } ?? []
    case .ip, .subname, .ips: []
    }
  }

  // MARK: - Names

  private static func option(_ name: [UInt8], _ options: URLTemplate.Values) -> [UInt8] {
    switch name {
    case "username": options.username
    case "param_enc": options.paramEnc.revealed
    case "param_opt": options.paramOpt
    default: []
    }
  }

  /// The first of the recipe's ways to a zone that gives one.
  private static func zone(
    of domain: [UInt8], _ recipe: Recipe, _ options: URLTemplate.Values
  ) -> [UInt8] {
    for way in recipe.root["zone"]?.array ?? [] {
      let labels = domain.pieces(separatedBy: UInt8(ascii: "."))
      var zone: [UInt8] = []
      switch way.string ?? [] {
      case "domain": zone = domain
      case "parent": zone = labels.count > 2 ? joined(labels.dropFirst()) : domain
      case "two labels": zone = joined(labels.suffix(2))
      case let name: zone = RecipeScope.name(option(name, options))
      }
      if !zone.isEmpty { return zone }
    }
    return []
  }

  private static func joined(_ labels: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
    Array(labels.joined(separator: [UInt8(ascii: ".")]))
  }

  private static func joined(_ sub: [UInt8], _ zone: [UInt8]) -> [UInt8] {
    sub.isEmpty ? zone : sub + [UInt8(ascii: ".")] + zone
  }

  /// The `name=value` pairs of a text, between blanks or `&`; a number alone is a `ttl`.
  static func pairs(_ text: [UInt8]) -> [(name: [UInt8], value: [UInt8])] {
    if text.decimalValue != nil { return [([UInt8]("ttl"), text)] }
    return text.split { $0.isSpace || $0 == UInt8(ascii: "&") }.compactMap { pair in
      guard let sign = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      return (Array(pair[..<sign]).lowercased, Array(pair[(sign + 1)...]))
    }
  }
}
