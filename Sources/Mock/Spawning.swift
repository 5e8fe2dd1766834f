// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Held while a descriptor exists that is not yet close-on-exec, and while a child is started: the
/// calls that do both at once are not visible from Swift. Counts the children.
package enum Spawning {
  package static let lock = Mutex(0)
}
