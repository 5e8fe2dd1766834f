// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// A world with OpenWrt's file tree: what `make install` puts there, busybox, and stand-ins of the
/// tests' own for `functions.sh`, `rc.common`, `procd.sh`, `uci` and `hotplug-call`. Commands run
/// in it by chroot, so every absolute path is the router's.
final class Router: Sendable {
  /// Chroot, mounts and a static executable are needed.
  static let isPossible: Bool = {
    guard Programs.isRoot, Programs.isInstalled("busybox"), Programs.isInstalled("flock"),
      let folder = Programs.folder,
      let program = FileManager.default.contents(atPath: folder + "/ddns-runner")
    else { return false }
    let mounts = try? Child.run("unshare", ["-m", "true"], environment: Programs.searchPath)
    return mounts?.status == 0 && program.range(of: Data("/ld-linux".utf8)) == nil
  }()

  private static let chroot = Programs.isInstalled("chroot") ? "/usr/sbin/chroot" : "chroot"

  let world: World
  var root: String { world.root }

  /// Installs into the world's root, unless the test brings a package of its own.
  init(_ world: World, isInstalled: Bool = true) throws {
    self.world = world
    if isInstalled { try Router.install("openwrt", to: world.root) }
    try Router.furnish(world.root)
  }

  /// The executable under test, without the links to it.
  static var executable: String {
    URL(fileURLWithPath: Programs.path("ddns-runner")).resolvingSymlinksInPath().path
  }

  /// What `make install` does.
  static func install(_ system: String, to root: String) throws {
    let result = try Child.run(
      Programs.source("tools/install.sh"), [system, executable, root],
      environment: Programs.searchPath)
    #expect(result.status == 0, "\(result.stderr)")
  }

  /// Makes a folder a root with busybox and the stand-ins. By a shell, not by us: a file that this
  /// process has just written is busy while another thread is about to start a program.
  static func furnish(_ root: String) throws {
    let made = try Child.run(
      "sh", ["-ec", setup, root, Programs.source("Tests/Fixtures/openwrt")],
      environment: Programs.searchPath)
    #expect(made.status == 0, "\(made.stderr)")
  }

  /// Whatever still runs below our root ends with us.
  deinit { for pid in processes() { kill(pid, SIGKILL) } }

  /// Puts busybox, what it needs, and the stand-ins where a router has them.
  private static let setup = """
    cd "$0"
    mkdir -p proc dev bin sbin etc lib/functions usr/bin var/run tmp
    for program in busybox flock; do
      path=$(command -v $program)
      cp "$path" usr/bin/$program
      for library in $(ldd "$path" | grep -o '/[^ ]*'); do
        mkdir -p ".${library%/*}"
        cp -L "$library" ".$library"
      done
    done
    for name in sh cat chmod cp date echo grep kill ln ls mkdir mv rm sed sleep touch true; do
      ln -s /usr/bin/busybox bin/$name
    done
    for name in awk basename cmp cut env head sha256sum sort tail wc; do
      ln -s /usr/bin/busybox usr/bin/$name
    done
    cp "$1/functions.sh" "$1/uci.awk" lib
    cp "$1/procd.sh" lib/functions
    cp "$1/rc.common" etc
    cp "$1/uci" "$1/hotplug-call" sbin
    """

  // MARK: Commands

  /// Runs a command with no environment at all but what is given, as LuCI does.
  @discardableResult
  func run(
    _ command: [String], environment: [String: String] = [:], seconds: Double = 60,
    mounts devices: String = "mount --rbind /dev \"$0/dev\""
  ) throws -> Child.Result {
    let mounts =
      "mount -t proc proc \"$0/proc\" && \(devices) && "
      // A session of its own: what stays behind in the group of a `Child` is killed with it.
      + "exec setsid -w env -i \"$@\""
    // The variables, then the absolute name of the program, which env -i could not find.
    let variables = environment.map { "\($0.key)=\($0.value)" }
    let words = variables + [Router.chroot, root] + command
    let result = try Child.run(
      "unshare",
      ["-m", "sh", "-c", mounts, root] + words,
      environment: Programs.searchPath, seconds: seconds)
    #expect(world.redactor.leak(in: result.output) == nil)
    return result
  }

  /// The devices a shell needs, and as /dev/log the socket that is /tmp/log.
  static let devicesWithLog = """
    mount -t tmpfs dev "$0/dev" && touch "$0/dev/log" && mount --bind "$0/tmp/log" "$0/dev/log" && for name in null \
      zero urandom random; do touch "$0/dev/$name" && mount --bind "/dev/$name" "$0/dev/$name"; done
    """

  /// Runs lines of shell under busybox ash.
  @discardableResult
  func shell(_ lines: String, environment: [String: String] = [:]) throws -> Child.Result {
    try run(["/bin/sh", "-c", lines], environment: environment)
  }

  /// `env -i /etc/init.d/ddns ACTION [SECTION]`.
  @discardableResult
  func service(_ words: String...) throws -> Child.Result {
    let result = try run(["/etc/init.d/ddns"] + words)
    #expect(result.stderr == "", "ddns \(words)")
    return result
  }

  /// What the stand-in for procd has done since the last question.
  func procd() -> [String] {
    let log = world.text("tmp/procd.log") ?? ""
    try? FileManager.default.removeItem(atPath: "\(root)/tmp/procd.log")
    return log.split(separator: "\n").map(String.init)
  }

  // MARK: Processes

  /// The runner of a section: its number is in the pid file and it runs below our root.
  func runner(of section: String) -> pid_t? {
    let text = world.runFile("pid", of: section) ?? ""
    guard let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      processes().contains(pid)
    else { return nil }
    return pid
  }

  /// All processes below our root that are no zombies.
  func processes() -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let place = URL(fileURLWithPath: root).resolvingSymlinksInPath().path
    return names.compactMap { pid_t($0) }.filter { pid in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/root")) == place
    }
  }

  /// How often the runner of a section was told to check by a signal.
  func signals(_ section: String = "home") -> Int {
    world.log(of: section).components(separatedBy: "received 'SIGUSR1'").count - 1
  }

  /// Waits until the section's runner has finished a pass and waits for the next.
  func isWaiting(_ section: String = "home") -> Bool {
    Wait.until(within: 10) {
      self.runner(of: section) != nil && self.world.runFile("nextcheck", of: section) != nil
    }
  }
}
