#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench.py DIR [MOCK] [ARCH]: what a pass and an idle program cost, beside inadyn and ddclient.

DIR holds the programs (build/x86_64/bin). A pass is the page that shows the address and an update, by HTTP
against ddns-mock on loopback, by HTTPS through nginx in front of it, with the whole bundle of Debian's
authorities and a test authority among them. Debian's inadyn and ddclient do the same with the same mock;
ours verifies by DNS besides. Nothing here is a test: a slow machine prints larger numbers and that is all.

With an ARCH that is another processor's only instructions are counted, by QEMU, one by one.
"""
import os
import re
import signal
import subprocess
import sys
import time

from world import NAMES, World

BIN = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/x86_64/bin")
MOCK = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else ".build/debug/ddns-mock")
ARCH = sys.argv[3] if len(sys.argv) > 3 else "x86_64"
IDLE = int(os.environ.get("IDLE", "60"))  # seconds
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


def cpu(command):
    """Milliseconds of a program and its children, by posix_spawn: nothing of ours is in it."""
    silence = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_WRONLY, 0) for fd in (1, 2)]
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=silence)
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"bench: {' '.join(command)} ended with {status}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def calls(world, command):
    """How many system calls it makes, with its children."""
    counts = os.path.join(world.root, "strace")
    subprocess.run(["strace", "-f", "-c", "-o", counts, *command], check=True, **QUIET)
    with open(counts) as text:
        return int(re.search(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?total", text.read(), re.M).group(1))


def peak(command):
    """Peak RSS in kB of all its processes together. strace stretches the run, so that every stage is seen."""
    child = subprocess.Popen(["strace", "-f", "-o", "/dev/null", *command], **QUIET)
    most = 0
    while child.poll() is None:
        most = max(most, sum(rss(pid)[0] for pid in tree(child.pid)[1:]))
    return most


def ours(world, tls):
    return world.command("-S", "s0", "--once")


def inadyn(world, tls, sections=1):
    """What it is called with for a pass; the page first, then an update when that is called for."""
    server = f"localhost:{world.tls}" if tls else f"127.0.0.1:{world.http}"
    settings = os.path.join(world.root, "inadyn.conf")
    secure = "true" if tls else "false"
    with open(settings, "w") as out:
        out.write("period = 600\n")
        if tls:
            out.write(f'ca-trust-file = "{world.root}/bundle.pem"\n')
        for number in range(sections):
            out.write(f"""custom mock:{number + 1} {{
    ssl = {secure}
    username = user
    password = secret
    checkip-server = "{server}"
    checkip-path = /ip
    checkip-ssl = {secure}
    ddns-server = "{server}"
    ddns-path = "/nic/update?hostname=%h&myip=%i"
    hostname = home.example.com
}}
""")
    return ["inadyn", "--foreground", "--loglevel=none", "--no-pidfile", f"--config={settings}",
            f"--cache-dir={world.root}/var"]


def ddclient(world, tls):
    scheme, server = ("https", f"127.0.0.1:{world.tls}") if tls else ("http", f"127.0.0.1:{world.http}")
    settings = os.path.join(world.root, "ddclient.conf")
    with open(settings, "w") as out:
        out.write(f"""ssl={"yes" if tls else "no"}
ssl_ca_file={world.root}/bundle.pem
use=web, web={scheme}://{server}/ip
protocol=dyndns2, server={server}, login=user, password=secret
home.example.com
""")
    os.chmod(settings, 0o600)
    return ["ddclient", "-daemon=0", "-quiet", f"-file={settings}", f"-cache={world.root}/var/ddclient.cache"]


def scenario(world, title, commands, prepare=lambda: None, times=60):
    """A row for each program: CPU, system calls, peak RSS, and the ratio of ours to it."""
    print(f"{title:34} {'CPU':>10} {'calls':>7} {'RSS':>10}   ours is")
    first = None
    spent = {name: [] for name, _ in commands}
    # In turn, so that what else the machine does meets all of them alike.
    for turn in range(times):
        for name, command in commands:
            if turn < 10 or name != "ddclient":
                prepare()
                spent[name].append(cpu(command))
    for name, command in commands:
        median = sorted(spent[name])[len(spent[name]) // 2]
        prepare()
        count = calls(world, command)
        prepare()
        most = peak(command)
        ratio = "" if first is None else f"{first[0] / median:.2f} x its CPU, {first[1] / count:.2f} x its calls"
        first = first or (median, count)
        print(f"  {name:32} {median:7.2f} ms {count:7} {most:7} kB   {ratio}")
    print()


def idle_cost(world, name, commands, is_ready):
    """RSS, private and PSS kB of programs that wait, and how often all of them wake."""
    world.forget()
    children = [subprocess.Popen(command, **QUIET) for command in commands]
    deadline = time.time() + 60
    while time.time() < deadline and not (
            is_ready() and all(len(tree(child.pid)) == 1 for child in children)):
        time.sleep(0.1)

    def switches():
        count = 0
        for child in children:
            with open(f"/proc/{child.pid}/status") as text:
                count += sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", text.read()))
        return count

    time.sleep(2)
    before = switches()
    time.sleep(IDLE)
    wakes = switches() - before
    sizes = [rss(child.pid) for child in children]
    for child in children:
        child.send_signal(signal.SIGTERM)
        child.wait()
    private = [size[1] for size in sizes]
    print(f"  {name:32} {sum(s[0] for s in sizes):6} kB, private {min(private)} to {max(private)} kB each,"
          f" PSS {sum(s[2] for s in sizes)} kB; {wakes} wake-ups")


def idle(world):
    print(f"waiting for {IDLE} s")
    for sections, apart in ((1, False), (50, False), (10, True)):
        names = [f"s{number}" for number in range(sections)]
        world.configure(names, f"http://127.0.0.1:{world.http}")
        done = [f"{world.root}/var/run/ddns/{name}.nextcheck" for name in names]
        commands = [world.command("-S", name) for name in names] if apart else [world.command()]
        idle_cost(world, f"ours, {sections} section(s)" + (", a process each" if apart else ""), commands,
                  lambda: all(os.path.exists(path) for path in done))
    for sections in (1, 50):
        command = inadyn(world, False, sections)
        idle_cost(world, f"inadyn, {sections} provider(s)", [command],
                  lambda: os.listdir(world.root + "/var"))


def seconds(pid):
    """CPU seconds of a process, and of its children that have ended."""
    with open(f"/proc/{pid}/stat") as text:
        fields = text.read().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(map(int, fields[11:13])) / ticks, sum(map(int, fields[13:15])) / ticks


def crowd(world, sections):
    """So many sections in one runner: how long the first pass of all takes, and what it costs."""
    names = [f"s{number}" for number in range(sections)]
    world.configure(names, f"http://127.0.0.1:{world.http}", "\toption use_syslog '0'\n")
    world.forget()
    begin = time.time()
    child = subprocess.Popen(world.command(), **QUIET)
    folder = world.root + "/var/run/ddns"
    sent = done = 0
    while done < sections and child.poll() is None and time.time() - begin < 600:
        time.sleep(0.2)
        files = os.listdir(folder) if os.path.isdir(folder) else []
        done = sum(name.endswith(".nextcheck") for name in files)
        sent = sum(name.endswith(".update") for name in files)
    took = time.time() - begin
    own, tools = seconds(child.pid)
    resident, private, _ = rss(child.pid)
    print(f"{sections} sections in one runner: {sent} sent and {done} waiting after {took:.1f} s, by 4 tools at a time;"
          f" {own:.1f} s of CPU and {tools:.1f} s of its tools; RSS {resident} kB, private {private} kB")
    child.send_signal(signal.SIGTERM)
    child.wait()
    return resident


def instructions(world):
    """How many instructions of a pass and of a start each program takes, by QEMU."""
    logs = os.path.join(world.root, "qemu")
    os.makedirs(logs)

    def count(command):
        environment = dict(os.environ, QEMU_SINGLESTEP="1", QEMU_ONE_INSN_PER_TB="1", QEMU_LOG="exec,nochain",
                           QEMU_LOG_FILENAME=logs + "/%d")
        world.forget()
        subprocess.run(command, env=environment, check=True, **QUIET)
        found = {}
        for name in os.listdir(logs):
            path = os.path.join(logs, name)
            found[int(name)] = int(subprocess.run(["grep", "-c", "^Trace", path], stdout=subprocess.PIPE).stdout)
            os.unlink(path)
        return [found[pid] for pid in sorted(found)]

    start = count([world.bin + "/ddns-runner", "-V"])
    parts = count(ours(world, False))
    print(f"instructions on {ARCH}: a start {sum(start):,}; a pass {sum(parts):,}, of it the runner"
          f" {parts[0]:,} and its tools {', '.join(f'{part:,}' for part in parts[1:])}")


def main():
    world = World(MOCK)
    plain = f"http://127.0.0.1:{world.http}"
    try:
        copy_by_pages(world.bin)
        world.configure(["s0"], plain)
        if ARCH != os.uname().machine:
            return instructions(world)
        scenario(world, "a start (version)", [
            ("ours", [world.bin + "/ddns-runner", "-V"]), ("inadyn", ["inadyn", "-v"]),
            ("ddclient", ["ddclient", "-version"])])
        peers = [("ours", ours(world, False)), ("inadyn", inadyn(world, False) + ["--once", "--force"]),
                 ("ddclient", ddclient(world, False) + ["-force"])]
        scenario(world, "a pass that sends, by HTTP", peers, world.forget)
        world.forget()
        peers = [("ours", ours(world, False)), ("inadyn", inadyn(world, False) + ["--once"]),
                 ("ddclient", ddclient(world, False))]
        scenario(world, "a pass without a change, by HTTP", peers)
        base, bundle = world.secure()
        authorities = f"\toption cacert '{bundle}'\n"
        peers = [("ours", ours(world, True)), ("inadyn", inadyn(world, True) + ["--once", "--force"]),
                 ("ddclient", ddclient(world, True) + ["-force"])]
        world.configure(["s0"], base, authorities)
        scenario(world, "a pass that sends, all by HTTPS", peers, world.forget)
        world.configure(["s0"], base, authorities, plain)
        scenario(world, "the same, page by HTTP", [("ours", ours(world, True))], world.forget)
        idle(world)
        few, many = crowd(world, 100), crowd(world, 1000)
        print(f"so a section takes {(many - few) / 900:.2f} kB")
    finally:
        world.close()


main()
