// SPDX-License-Identifier: Apache-2.0

import Provider
import Section
import System
import UCI
import Wire

extension Configuration {
  /// The provider's file or row; nil when no place has it.
  func provider(
    named name: [UInt8], family: IPAddress.Family
  ) throws(ServiceError) -> ServiceEntry? {
    _ = try ServiceAlias.serviceName(name)
    for place in ServiceAlias.searchPaths(for: name, family: family) {
      let path = root + place.path
      guard let bytes = try read(path, place, name) else { continue }
      if !place.isTable {
        return installed(
          try ServiceEntry(json: bytes, name: place.name, family: family, file: path))
      }
      if let row = try ServiceTable.provider(named: place.name, in: bytes, file: path) {
        return row
      }
    }
    return nil
  }

  /// What the provider's file tells a doctor.
  @inline(never)
  public func advice(for settings: ServiceSection) -> ServiceAdvice {
    let name = try? ServiceAlias.serviceName(settings.serviceName ?? [])
    var bytes: [UInt8]?
    for place in ServiceAlias.searchPaths(for: name ?? [], family: settings.family)
    where !place.isTable && bytes == nil {
      bytes = try? File.read(root + place.path, limit: ServiceEntry.fileLimit)
    }
    return ServiceAdvice(json: bytes ?? [])
  }

  /// A page of the provider's server that has nothing to do with any account; nil for one that is not
  /// asked by HTTP, or nobody knows by what.
  @inline(never)
  public func page(ofServerOf provider: ServiceEntry, for settings: ServiceSection) -> URL? {
    let nowhere = IPAddress.unspecified(settings.family)
    var url: [UInt8] = []
    switch provider.service {
    case .request(let template, _):
      url = template.expanded(
        URLTemplate.Values(settings, address: nowhere), useHTTPS: settings.usesHTTPS)
    case .recipe(let recipe): url = values(of: settings, for: recipe, nowhere).base(of: recipe)
    case .dnsUpdate, .gnuDIP, .script: break
    }
    return URL(url).flatMap { URL($0.origin + [UInt8]("/robots.txt")) }
  }

  /// A recipe gives way to the script that its file names, where somebody has installed that.
  private func installed(_ entry: ServiceEntry) -> ServiceEntry {
    guard case .recipe(let recipe) = entry.service, let script = recipe.script,
      File.info(root + script)?.kind == .file
    else { return entry }
    return ServiceEntry(name: entry.name, .script(script), note: entry.note)
  }

  /// What a section says to a recipe. `other` is the address of the other family.
  public func values(
    of settings: ServiceSection, for recipe: Recipe, _ address: IPAddress,
    with other: IPAddress? = nil, in prefix: AddressPrefix? = nil
  ) -> RecipeValues {
    let values = URLTemplate.Values(settings, address: address)
    values.other = other
    values.prefix = prefix
    let section = package.section(at: settings.name)
    var foreign: [(name: [UInt8], value: [UInt8])] = []
    for name in ["zone_id", "dns_record_id", "record_id", "rec_id", "zone"] as [Literal] {
      if let value = section?.option(name), !value.isEmpty {
        foreign.append(([UInt8](name), value))
      }
    }
    if recipe.wantsKey, values.password.revealed.first == UInt8(ascii: "/"),
      let key = try? File.read(root + values.password.revealed, limit: ServiceEntry.fileLimit)
    {
      values.password = Secret(key)
    }
    return RecipeValues(recipe, values, lookupHost: settings.lookupHost, foreign: foreign)
  }

  private func read(
    _ path: [UInt8], _ place: ServiceAlias.Place, _ name: [UInt8]
  ) throws(ServiceError) -> [UInt8]? {
    let limit = place.isTable ? ServiceTable.fileLimit : ServiceEntry.fileLimit
    do throws(SystemError) { return try File.read(path, limit: limit) } catch {
      if error.kind == .tooLarge {
        throw ServiceError(.tooLarge(limit: limit), service: name, file: path)
      }
      return nil
    }
  }

  /// What somebody may have meant by a `service_name` that is in no place: one that goes on where
  /// it ends, as `duckdns.org` does, or one that is nearly the same. Nil when there is none.
  @inline(never)
  func serviceName(near name: [UInt8], family: IPAddress.Family) -> ArraySlice<UInt8>? {
    let wanted = name.lowercased
    var names: [ArraySlice<UInt8>] = []
    for place in ServiceAlias.searchPaths(for: [UInt8]("*"), family: family) {
      if place.isTable {
        let table = (try? File.read(root + place.path, limit: ServiceTable.fileLimit)) ?? []
        names += ServiceTable.names(in: table)
      } else {
        // Its directory: without `*.json`.
        for name in Self.serviceNames(in: root + place.path.dropLast(6)) { names.append(name[...]) }
      }
    }
    var longer: ArraySlice<UInt8>?
    for name in names where name.count > wanted.count && name.lowercased.starts(with: wanted) {
      let isNearer = longer.map { name.lexicographicallyPrecedes($0) } ?? true
      if isNearer, name[name.startIndex + wanted.count].isOne(of: ".-") { longer = name }
    }
    return longer ?? Spelling.nearest(to: wanted, in: names)
  }

  /// The names of the provider files in a directory, without their `.json`.
  @inline(never)
  public static func serviceNames(in directory: [UInt8]) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for name in File.names(in: directory) {
      var name = name
      guard name.suffix(5).hasPrefix(".json") else { continue }
      name.removeLast(5)
      if !name.isEmpty { names.append(name) }
    }
    return names
  }
}
