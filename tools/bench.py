#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py DIR [MOCK]: what one cycle and an idle runner cost, beside inadyn and ddns-scripts.

DIR holds the programs (build/x86_64/bin). One cycle is detect by web, look-up, update, verify,
against ddns-mock on loopback; over HTTPS it is nginx in front of it, with the whole bundle of
Debian's authorities and a test authority among them. Debian's inadyn does the same by HTTP with the same
mock: page and forced update, without look-up and verification. Nothing here is a test: a slow machine
prints larger numbers and that is all. TMPDIR=/dev/shm leaves the disk out.
"""
import os
import re
import resource
import signal
import subprocess
import sys
import time

from world import NAMES, World

BIN = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/x86_64/bin")
MOCK = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else ".build/debug/ddns-mock")
CYCLES = 60
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def copy_by_pages(folder):
    """Copies the programs into the folder, one page a write.

    The kernel keeps a freshly linked file in memory in blocks of up to 512 kB and maps a whole block
    for one byte of it: RSS would tell how the linker wrote the file. A router's flash file system
    gives single pages, and so does this copy.
    """
    os.makedirs(folder)
    source = os.open(os.path.realpath(BIN + "/ddns-runner"), os.O_RDONLY)
    target = os.open(folder + "/ddns", os.O_WRONLY | os.O_CREAT, 0o755)
    while page := os.read(source, 4096):
        os.write(target, page)
    os.fsync(target)
    os.close(source)
    os.close(target)
    for name in NAMES:
        os.symlink("ddns", f"{folder}/ddns-{name}")


def tree(pid):
    found = [pid]
    for each in found:
        try:
            with open(f"/proc/{each}/task/{each}/children") as text:
                found += [int(child) for child in text.read().split()]
        except OSError:
            pass
    return found


def rss(pid):
    """Resident, private and proportional kilobytes by smaps_rollup; 0 for a process that has gone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as text:
            fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", text.read(), re.M))
    except OSError:
        return 0, 0, 0
    private = int(fields.get("Private_Clean", 0)) + int(fields.get("Private_Dirty", 0))
    return int(fields.get("Rss", 0)), private, int(fields.get("Pss", 0))


def cpu(action):
    """Milliseconds of a call, in it and its children, on average."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(CYCLES):
        action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000 / CYCLES


def cost(world, command):
    """CPU in ms, system calls, and the peak RSS in kB of all processes together, of one cycle."""
    def run():
        world.forget()
        subprocess.run(command, check=True, **QUIET)

    run()
    # What starting any program from here costs is not the program's.
    nothing = cpu(lambda: subprocess.run([world.bin + "/ddns-runner", "-V"], stdout=subprocess.DEVNULL))
    spent = cpu(run) - nothing

    world.forget()
    counts = os.path.join(world.root, "strace")
    subprocess.run(["strace", "-f", "-c", "-o", counts, *command], check=True, **QUIET)
    with open(counts) as text:
        calls = int(re.search(r"^100\.00.*?(\d+)\s+(?:\d+\s+)?total", text.read(), re.M).group(1))

    # strace stretches the run, so that sampling sees every stage of it.
    world.forget()
    child = subprocess.Popen(["strace", "-f", "-o", "/dev/null", *command], **QUIET)
    peak = 0
    while child.poll() is None:
        peak = max(peak, sum(rss(pid)[0] for pid in tree(child.pid)[1:]))
    return spent, calls, peak


def cycle_cost(world):
    return cost(world, world.command("-S", "s0", "--once"))


def inadyn_cost(world):
    """The same of inadyn: the page, and an update whatever the page says."""
    server = f"127.0.0.1:{world.http}"
    settings = os.path.join(world.root, "inadyn.conf")
    with open(settings, "w") as out:
        out.write(f"""period = 300
custom mock {{
    ssl = false
    username = user
    password = secret
    checkip-server = "{server}"
    checkip-path = /ip
    checkip-ssl = false
    ddns-server = "{server}"
    ddns-path = "/nic/update?hostname=%h&myip=%i"
    hostname = home.example.com
}}
""")
    return cost(world, ["inadyn", "--once", "--force", "--foreground", "--loglevel=none", "--no-pidfile",
                        f"--config={settings}", f"--cache-dir={world.root}/var"])


def idle_cost(world, sections, apart=False):
    """RSS, private and PSS kB of each runner that waits, and how often all of them wake in 5 s.

    `apart` is one process for each section, as procd starts them on OpenWrt.
    """
    world.forget()
    names = [f"s{number}" for number in range(sections)]
    world.configure(names, f"http://127.0.0.1:{world.http}")
    commands = [world.command("-S", name) for name in names] if apart else [world.command()]
    children = [subprocess.Popen(command) for command in commands]
    deadline = time.time() + 30
    while time.time() < deadline:
        states = world.root + "/var/run/ddns/"
        done = sum(os.path.exists(f"{states}{name}.nextcheck") for name in names)
        if done == sections and all(len(tree(child.pid)) == 1 for child in children):
            break
        time.sleep(0.1)

    def switches():
        count = 0
        for child in children:
            with open(f"/proc/{child.pid}/status") as text:
                count += sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", text.read()))
        return count

    time.sleep(0.5)
    before = switches()
    time.sleep(5)
    wakes = switches() - before
    sizes = [rss(child.pid) for child in children]
    for child in children:
        child.send_signal(signal.SIGTERM)
        child.wait()
    return sizes, wakes


def row(name, spent, calls, peak, base):
    print(f"{name:42} {spent:7.1f} ms {calls:7} {peak:7} kB   {spent / base:6.1f} x")


def main():
    world = World(MOCK)
    try:
        copy_by_pages(world.bin)
        world.configure(["s0"], f"http://127.0.0.1:{world.http}")
        inadyn = inadyn_cost(world)
        http = cycle_cost(world)
        print(f"{'one full cycle':42} {'CPU':>10} {'calls':>7} {'RSS':>10}   {'CPU':>8}")
        row("this toolkit, HTTP", *http, http[0])
        base, bundle = world.secure()
        authorities = f"\toption cacert '{bundle}'\n"
        world.configure(["s0"], base, authorities, f"http://127.0.0.1:{world.http}")
        row("this toolkit, update by HTTPS", *cycle_cost(world), http[0])
        world.configure(["s0"], base, authorities)
        row("this toolkit, page and update by HTTPS", *cycle_cost(world), http[0])
        row("ddns-scripts, HTTP (measured elsewhere)", 274, 41153, 5900, http[0])
        row("inadyn, HTTP, no verification", *inadyn, http[0])
        print(f"HTTP beside inadyn: {http[0] / inadyn[0]:.1f} x its CPU, {http[1] / inadyn[1]:.1f} x its calls")
        print()
        for sections in (1, 50):
            [(resident, private, _)], wakes = idle_cost(world, sections)
            print(f"idle, {sections:2} section(s): RSS {resident} kB, of it private {private} kB;"
                  f" {wakes} wake-ups in 5 s")
        sizes, wakes = idle_cost(world, 10, apart=True)
        private, share = [size[1] for size in sizes], [size[2] for size in sizes]
        print(f"idle, 10 processes of one section: private {min(private)} to {max(private)} kB each,"
              f" PSS {sum(share)} kB in all; {wakes} wake-ups in 5 s")
    finally:
        world.close()


main()
