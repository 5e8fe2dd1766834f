// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// What has to be asked of a provider, step by step, when one request does not do: a service file's
/// own words, checked when it was read. `RecipeMachine` follows them; services/README.md explains.
///
/// It is a class, as its values and its machine are: code that copies so many fields is large.
public final class Recipe: Equatable, Sendable {
  /// The most steps.
  static let stepLimit = 16

  /// The whole file.
  let root: JSONValue
  /// What every URL begins with; a template.
  let base: [UInt8]
  /// How an answer that no step expects is read.
  let rules: Service.Rules
  /// The script of ddns-scripts that does the same, and does it instead where it is installed; nil
  /// without one.
  public let script: [UInt8]?

  init(root: JSONValue, base: [UInt8], rules: Service.Rules, script: [UInt8]?) {
    self.root = root
    self.base = base
    self.rules = rules
    self.script = script
  }

  /// Whether two files say the same.
  public static func == (left: Recipe, right: Recipe) -> Bool { left.root == right.root }

  /// The steps, in order.
  var steps: [JSONValue] { root["steps"]?.array ?? [] }

  /// The hosts between which a recipe keeps a session: cookies, and redirects that are believed;
  /// nil without one.
  public var session: [UInt8]? { root["session"]?.string }

  /// The variable that has the registered address once a step has taken it.
  var registered: [UInt8]? { root["registered"]?.string }

  /// Whether a name's value is remembered until the next update.
  func remembers(_ name: [UInt8]) -> Bool {
    root["remember"]?.string?.words.contains { $0.elementsEqual(name) } == true
  }

  /// Whether it has anything to remember.
  public var hasMemory: Bool { root["remember"] != nil }

  /// Whether it can say what is registered.
  public var canRead: Bool { registered != nil }

  /// Whether the password is a private key, or the path of a file with one.
  public var wantsKey: Bool { RecipeSigner.wantsKey(root["sign"]?["way"]?.string ?? []) }

  /// Whether a name in brackets, or the beginning of one, is anywhere in it.
  @inline(never)
  public func mentions(_ text: Literal) -> Bool {
    root.encode().firstIndex(of: [UInt8](text)) != nil
  }

  /// A step's method, as the file has it, and its URL; nil for one that sends nothing.
  static func request(of step: JSONValue) -> (method: [UInt8], url: [UInt8])? {
    for member in step.object ?? [] where isMethod(member.name) {
      return (member.name, member.value.string ?? [])
    }
    return nil
  }

  /// The header fields of a step or of all: an object, or several that are used by conditions.
  static func headers(_ owner: JSONValue) -> [JSONValue] {
    owner["headers"].map { $0.array ?? [$0] } ?? []
  }

  static func isCondition(_ name: [UInt8]) -> Bool { isOne(name, of: "if unless") }

  static func isMethod(_ name: [UInt8]) -> Bool { isOne(name, of: "get post put patch delete") }

  /// Whether a name is one of these: less code than a switch.
  @inline(never)
  static func isOne(_ name: [UInt8], of names: Literal) -> Bool {
    [UInt8](names).words.contains { $0.elementsEqual(name) }
  }
}
