// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import Wire

/// `option run_as`: a runner that root has started goes on as a user without rights.
enum Demotion {
  /// Hands our directories and files over, and becomes that user.
  @inline(never)
  static func run(_ configuration: Configuration) throws(Failure) {
    let global = configuration.global
    guard let name = global.runAs, Account.isRoot else { return }
    guard let account = Account(name, root: configuration.root) else {
      throw Failure(.config, "\(configuration.path): run_as: no user '\(name)' in /etc/passwd")
    }
    try hand(configuration.root + global.runDirectory, to: account)
    try hand(configuration.root + global.logDirectory, to: account)
    try hand(configuration.root + global.stateDirectory, to: account)
    do throws(SystemError) { try account.become() } catch { throw Self.failure(error) }
  }

  /// A directory that holds what is not ours is refused: it would be another's, too. Our files have a
  /// dot in their names, which /var/run and its like have not only.
  @inline(never)
  private static func hand(_ directory: [UInt8], to account: Account) throws(Failure) {
    let names = File.names(in: directory)
    for name in names where !name.contains(UInt8(ascii: ".")) {
      throw Failure(.config, "run_as: '\(directory)/\(name)' is not ours: use another directory")
    }
    do throws(SystemError) {
      try File.createDirectory(directory)
      for name in names { try account.take(Text("\(directory)/\(name)").bytes) }
      try account.take(directory)
    } catch {
      throw failure(error)
    }
  }

  private static func failure(_ error: SystemError) -> Failure {
    Failure(.osError, "run_as: \(error.message)")
  }
}
