// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// systemd as the first process of its own namespaces, below a world's root with this machine's `/usr` in it, and with
/// what the package for plain Linux installs.
final class Systemd: Sendable {
  /// Namespaces, a tree of cgroups and two folders in one place are needed, and a program that this processor runs: an
  /// emulator is not let do what it needs.
  static let isPossible: Bool = {
    guard Programs.isRoot, Programs.isStatic, !Programs.isEmulated,
      Programs.isInstalled("systemctl"), FileManager.default.isExecutableFile(atPath: program)
    else { return false }
    let trial =
      groups + """
        rmdir "$(mktemp -d ddns-XXXXXX)"
        exec mount -t overlay overlay -o lowerdir=/usr:/etc /mnt
        """
    let result = try? Child.run(
      "unshare", namespaces + ["sh", "-ec", trial], environment: Programs.searchPath)
    return result?.status == 0
  }()

  private static let program = "/usr/lib/systemd/systemd"
  private static let namespaces = ["--fork", "--kill-child"] + ["-pmuiC", "--propagation=private"]

  /// Goes to this process's control group. It needs a mount namespace.
  private static let groups = """
    mount -t cgroup2 cgroup2 /mnt
    cd "/mnt$(sed -n s/^0:://p /proc/self/cgroup)"

    """

  let world: World
  private let child: Child

  /// Boots. `dropIn` is what an administrator adds to the unit.
  init(_ world: World, dropIn: String = "") throws {
    self.world = world
    try Router.install("linux", to: world.root)
    try world.write("etc/systemd/system/ddns.service.d/own.conf", dropIn)
    try world.write("etc/machine-id", String(repeating: "1", count: 32) + "\n")
    try world.write("etc/passwd", "root:x:0:0::/:/bin/sh\nddns:x:65000:65001::/:/bin/false\n")
    try world.write("etc/group", "root:x:0:\nddns:x:65001:\n")
    #expect(chmod(world.root, 0o755) == 0)
    // What systemd sees as all processes of the machine is a control group of its own.
    let start =
      Self.groups + """
        mkdir ddns-$$
        echo $$ >ddns-$$/cgroup.procs
        cd /
        umount /mnt
        exec unshare "$@"
        """
    let boot = Self.namespaces + ["sh", "-ec", Self.boot, world.root, Self.program]
    child = try Child(
      "unshare", ["-m", "--propagation=private", "sh", "-ec", start, "sh"] + boot,
      environment: Programs.searchPath.merging(["container": "other"]) { $1 })
    let isUp = Wait.until(within: 30) {
      (try? run("systemctl is-system-running").stdout) == "running\n"
    }
    try #require(isUp, "\(child.stdout)\(child.stderr)")
  }

  deinit {
    child.signal(SIGKILL)
    _ = child.wait()
    let remove =
      "[ ! -d ddns-\(child.pid) ] || find ddns-\(child.pid) -depth -type d -exec rmdir {} +"
    let isGone = Wait.until(within: 10) {
      let result = try? Child.run(
        "unshare", ["-m", "--propagation=private", "sh", "-ec", Self.groups + remove],
        environment: Programs.searchPath)
      return result?.status == 0
    }
    #expect(isGone, "the control group ddns-\(child.pid) is left")
  }

  /// Of the units only those that every machine reaches, and the journal's: what else this machine has is none of our
  /// business, nor may it change anything here.
  private static let boot = """
    root=$0
    mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/units" "$root/var/lib" "$root/var/tmp"
    for name in bin sbin lib lib64; do ln -sfn usr/$name "$root/$name"; done
    ln -sfn ../run "$root/var/run"
    cp /usr/lib/systemd/system/*.target /usr/lib/systemd/system/systemd-journald.service \
      /usr/lib/systemd/system/systemd-journald.socket /usr/lib/systemd/system/systemd-journald-dev-log.socket \
      "$root/usr/lib/systemd/system/ddns.service" "$root/units"
    mkdir -p "$root/units/sockets.target.wants"
    for name in systemd-journald.socket systemd-journald-dev-log.socket; do
      ln -sfn ../$name "$root/units/sockets.target.wants/$name"
    done
    ln -sfn multi-user.target "$root/units/default.target"
    mount --bind "$root" "$root"
    mount -t overlay overlay -o "lowerdir=$root/usr:/usr" "$root/usr"
    mount --bind "$root/run" "$root/run"
    mount --bind "$root/units" "$root/usr/lib/systemd/system"
    for name in system-generators system-environment-generators; do
      [ ! -d "$root/usr/lib/systemd/$name" ] || mount -t tmpfs none "$root/usr/lib/systemd/$name"
    done
    mount -t proc proc "$root/proc"
    mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 dev "$root/dev"
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    for name in null zero full random urandom; do
      touch "$root/dev/$name"
      mount --bind "/dev/$name" "$root/dev/$name"
    done
    # Credentials are mounted by a child of systemd's.
    mount --make-rshared "$root"
    exec chroot "$root" "$1" --system --log-target=journal
    """

  /// What is typed there, by sh.
  @discardableResult
  func run(_ command: String) throws -> Child.Result {
    let path = "/proc/\(child.pid)/task/\(child.pid)/children"
    let first = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard let pid = first?.split(separator: " ").first else { throw MockError("systemd has ended") }
    let result = try Child.run(
      "nsenter",
      ["-t", String(pid), "-m", "-u", "-i", "-p", "-C", "-r", "-w", "sh", "-c", command],
      environment: Programs.searchPath)
    #expect(world.redactor.leak(in: result.output) == nil)
    return result
  }

  /// A property of the unit's, as `systemctl show` has it.
  func property(_ name: String) throws -> String {
    try run("systemctl show ddns --property \(name) --value").stdout
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What the journal has of the unit, without dates.
  func journal() throws -> String { try run("journalctl -q -o cat -u ddns").stdout }
}
