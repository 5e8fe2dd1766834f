// SPDX-License-Identifier: Apache-2.0

import Report
import Wire

/// What goes into the machine and what comes out of it.
extension Cycle {
  /// What DNS says about a name.
  public enum Registered: Equatable, Sendable {
    /// These addresses; none at all = the name has no record.
    case addresses([IPAddress])
    /// No server could say.
    case unknown

    /// Whether this is one of the addresses.
    func shows(_ address: IPAddress) -> Bool {
      if case .addresses(let all) = self { return all.contains(address) }
      return false
    }
  }

  /// How an update request ended.
  public enum Answer: Equatable, Sendable {
    /// The provider has the address; `unchanged` when it had it before.
    case accepted(unchanged: Bool)
    /// A script says that the provider has it. Its status is no word of the provider's.
    case claimed
    /// The provider said no, in this word.
    case refused(word: [UInt8])
    /// Not before so many seconds.
    case later(seconds: Int64)
    /// Something failed on the way.
    case temporary
    /// Nobody knows what the answer means.
    case notUnderstood
  }

  /// What happened.
  public enum Event: Equatable, Sendable {
    /// The section begins to run.
    case started
    /// The time of the last `wait` has come.
    case timer
    /// Our address may have changed: the kernel or ubus says so, hotplug, USR1.
    ///
    /// Checks now, and lifts nothing: a block, a pause the provider has asked for, the budget and the
    /// back-off hold.
    case addressChanged
    /// This is our address.
    case detected(IPAddress)
    /// Our address could not be found; true = it is worth trying again soon.
    case notDetected(retry: Bool)
    /// This is what DNS says, and for how many seconds a cache may keep saying so.
    case registered(Registered, lifetime: Int64? = nil)
    /// This is what the provider says.
    case answered(Answer)
    /// The address is not sent, for that it was could not be recorded.
    case unrecorded
    /// Detecting, looking up and sending have taken longer than `passPatience`.
    case expired
    /// A tool cannot work with this configuration, or at all.
    case unusable(ExitStatus)
  }

  /// Why an address is sent.
  public enum Cause: Equatable, Sendable {
    /// No address is known to have been accepted.
    case first
    /// The accepted address is another.
    case changed(from: IPAddress)
    /// The accepted address is older than the force interval.
    case forced
    /// Somebody asked for it.
    case requested
    /// The record was right and now is not: somebody else changed it.
    case repair
    /// A script has claimed that it was accepted, and the zone's own servers do not show it.
    case disproved
  }

  /// Why nothing is done for a while, or any more.
  public enum Reason: Equatable, Sendable {
    /// The provider has the address.
    case unchanged(IPAddress, since: Int64)
    /// The provider has the address; DNS could not say.
    case unanswered(IPAddress, since: Int64)
    /// DNS shows the address.
    case verified(IPAddress)
    /// The provider has the address, DNS shows something else: a cache, a proxy, split DNS.
    case notVisible(IPAddress)
    /// A script has claimed that it was accepted, and DNS does not show it: the zone's own servers
    /// are asked, but not before.
    case claimed(IPAddress, until: Int64)
    /// The look-up after an update is repeated.
    case verifying(IPAddress)
    /// Dry run: this would have been sent.
    case dryRun(IPAddress)
    /// A failure that may pass; the number of failures in a row.
    case retry(Int64)
    /// As many failures in a row as `retry_max_count` allows.
    case gaveUp(Int64)
    /// Nothing is sent that could not be recorded.
    case unrecorded
    /// The provider asked for a pause.
    case later(seconds: Int64)
    /// The answer was not understood.
    case notUnderstood
    /// Our address was not found, and will not be soon.
    case noAddress
    /// The provider said no.
    case blocked(word: [UInt8], since: Int64)
    /// The provider has the address; what caches kept from before still hides it.
    case cached(IPAddress, until: Int64)
    /// The requests of a day are used up: this address has to wait.
    case budget(IPAddress, until: Int64)
    /// Address events come one after another: the next pass waits a little.
    case unsettled
    /// The configuration or a program is at fault.
    case unusable
  }

  /// The one thing to do now.
  public enum Effect: Equatable, Sendable {
    /// Nothing: the event does not fit, and changes nothing.
    case none
    /// Find our address.
    case detect
    /// Ask DNS for the registered addresses.
    case lookUp
    /// Ask the zone's own servers for them.
    case askZone
    /// Send this address.
    case update(IPAddress, Cause)
    /// Come back with `timer` at this uptime.
    case wait(until: Int64, Reason)
    /// End.
    case stop(ExitStatus, Reason)
  }
}
