// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import Ubus
import Wire

/// Finds a section's current address (contract 3).
public enum Detection {
  /// How long an `ip_script` may take, in milliseconds.
  static let scriptPatience: Int64 = 60_000
  /// The most a script may print, in bytes.
  static let scriptOutputLimit = 4_096

  /// The address to publish; `known` is the one that is published, `patience` how many milliseconds
  /// pages or a script may take at most, when somebody waits. Whatever is not public is refused unless `upd_privateip` allows it.
  public static func currentAddress(
    _ settings: ServiceSection, _ global: GlobalOptions, root: [UInt8], _ console: Console,
    known: IPAddress? = nil, patience: Int64? = nil
  ) throws(Failure) -> IPAddress {
    let address: IPAddress
    switch settings.source {
    case .network(let network):
      console.log(.debug, "Detecting current IP using source: network")
      let status = try Network.status(network, root: root)
      address = try choose(
        status.addresses, on: status.device, "network '\(network)'", settings, global, console,
        patience)
      console.log(.debug, "Current IP '\(address)' detected on network '\(network)'")
    case .interface(let device):
      console.log(.debug, "Detecting current IP using source: interface")
      address = try ofInterface(device, settings, global, root, console, patience)
      console.log(.debug, "Current IP '\(address)' detected on interface '\(device)'")
    case .web(let sources):
      console.log(.debug, "Detecting current IP using source: web")
      let observers = try Observers(settings, global, root: root, console, known, patience)
      address = try observers.address(by: sources)
    case .prefix(of: let place, let host):
      console.log(.debug, "Detecting current IP using source: prefix")
      address = try PrefixDetection.address(place, host, global, root: root)
      console.log(.debug, "Current IP '\(address)' detected by prefix")
    case .script(let words):
      console.log(.debug, "Detecting current IP using source: script")
      address = try fromScript(words, settings, root, console, patience)
      console.log(.debug, "Current IP '\(address)' detected via script")
    }
    try refuseUnpublishable(address, global, status: .protocolError)
    return address
  }

  /// Throws for an address that must not be sent, with the words of ddns-scripts.
  public static func refuseUnpublishable(
    _ address: IPAddress, _ global: GlobalOptions, status: ExitStatus
  ) throws(Failure) {
    guard let purpose = address.refusal(allowsPrivate: global.allowsPrivateAddresses) else {
      return
    }
    throw Failure(
      status,
      "No or private or invalid IP '\(address)' given! Please check your configuration: it is \(purpose.message)"
    )
  }

  /// `@wan6` is the device of the network `wan6` (contract 3.1).
  private static func ofInterface(
    _ name: [UInt8], _ settings: ServiceSection, _ global: GlobalOptions, _ root: [UInt8],
    _ console: Console, _ patience: Int64?
  ) throws(Failure) -> IPAddress {
    var device = name
    if let network = ServiceSection.Source.interface(name).network {
      device = try Network.device(network, root: root)
    }
    return try choose(nil, on: device, "interface '\(device)'", settings, global, console, patience)
  }

  private static func choose(
    _ listed: [InterfaceAddress]?, on device: [UInt8]?, _ place: Text, _ settings: ServiceSection,
    _ global: GlobalOptions, _ console: Console, _ patience: Int64?
  ) throws(Failure) -> IPAddress {
    let family = settings.family
    let choice: AddressChoice
    do throws(SystemError) {
      choice = try Network.choice(
        of: listed, on: device, family, allowsPrivate: global.allowsPrivateAddresses,
        patience: min(patience ?? .max, Network.tentativePatience))
    } catch {
      throw Failure(.temporary, error.message)
    }
    for (address, objection) in choice.dropped {
      console.log(.debug, "\(place): not \(address): \(objection.message)")
    }
    if let address = choice.address { return address }
    let why: Text
    if let (address, objection) = choice.dropped.first {
      why = "not \(address): \(objection.message)"
    } else {
      why = "it has none"
    }
    throw Failure(
      .temporary, "\(place) has no usable IPv\(family == .v4 ? 4 : 6) address: \(why)")
  }

  private static func fromScript(
    _ words: [[UInt8]], _ settings: ServiceSection, _ root: [UInt8], _ console: Console,
    _ limit: Int64?
  ) throws(Failure) -> IPAddress {
    guard let program = words.first.map({ File.program($0, root: root) }),
      File.isExecutable(program)
    else {
      throw Failure(.config, "Script to detect current IP not executable!")
    }
    let (family, patience) = (settings.family, limit ?? scriptPatience)
    let environment =
      settings.proxy.map { proxy in
        ShellVariables.proxyNames.map { $0 + [UInt8(ascii: "=")] + proxy.url.revealed }
      } ?? []
    let result: (ending: Child.Ending?, output: [UInt8], errors: [UInt8])
    do throws(SystemError) {
      result = try Child.run(
        program, words, environment: environment, patience: patience,
        outputLimit: scriptOutputLimit,
        // A runner that ends this tool ends its group, and the script has to be in it.
        leadsGroup: !console.isInGroup)
    } catch {
      throw Failure(error.kind == .tooLarge ? .protocolError : .osError, error.message)
    }
    Process.endIfAsked()
    for line in console.redactor.redact(result.errors).lines {
      console.log(.debug, "\(program): \(line)")
    }
    switch result.ending {
    case nil: throw Failure(.temporary, "\(program): no end within \(patience / 1000) s")
    case .killed(let signal): throw Failure(.temporary, "\(program) was ended by signal \(signal)")
    case .exited(0): break
    case .exited(let status): throw Failure(.temporary, "\(program) ended with status \(status)")
    }
    guard let address = IPAddress(result.output.trimmed)?.unmapped, address.family == family else {
      throw Failure(
        .protocolError,
        "\(program): its output is no IPv\(family == .v4 ? 4 : 6) address")
    }
    return address
  }
}
