#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""order.py FILE MOCK: prints the functions that run, in the order the linker shall place them.

The kernel maps code in pages, and 16 of them around each one that is touched. Where what runs is scattered
over the whole executable, the whole executable is in memory. So the programs run here under
valgrind, by HTTP, by HTTPS and waiting; what all of them need comes first, then what the runner needs, and
so on. FILE is build/ARCH/ddns.symbols.

A second word, `often`, marks those a pass spends its time in: tools/outline.awk leaves them as they are.

Of names that differ by a number alone (what swiftc merged, static functions of C) the list has one, without
it: each build counts them anew. A function that is not in the list is only placed after those that are: an old
list costs some memory and some time, never more; tools/check-binary.sh says when it has become too old.
"""
import bisect
import collections
import os
import re
import signal
import subprocess
import sys
import time

from world import NAMES, World

# posix_spawn's child shares the runner's memory, and valgrind forgets what it ran when it becomes a tool.
CHILD = ("child", "execve", "_exit", "__get_handler_set", "sigismember")
FILE, MOCK = (os.path.abspath(name) for name in sys.argv[1:3])
OFTEN = 3 / 1000  # of all instructions of a pass, by HTTP or by HTTPS


def functions():
    """Begin, end and name of every function; where the linker folded equal ones, of each of them."""
    listing = subprocess.run(["nm", "--print-size", FILE], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = re.findall(r"^(\w+) (\w+) [tTwW] (\S+?)(?:\.\d+)?$", listing, re.M)
    # These are placed with who calls them by tools/order.awk: their names do not last.
    return sorted((int(begin, 16), int(begin, 16) + int(size, 16), name) for begin, size, name in found
                  if not name.startswith(("OUTLINED_FUNCTION_", "unnamed_")))


def unconfined(path):
    """Copies the executable, with a tool's confinement made a return: valgrind could not write in it."""
    listing = subprocess.run(["nm", FILE], check=True, stdout=subprocess.PIPE, text=True).stdout
    place = int(re.search(r"^(\w+) \w csys_sandbox$", listing, re.M)[1], 16)
    headers = subprocess.run(["readelf", "--program-headers", "--wide", FILE], check=True, stdout=subprocess.PIPE,
                             text=True).stdout
    offset, address = re.search(r"^ +LOAD +0x(\w+) 0x(\w+) .* R E ", headers, re.M).groups()
    with open(FILE, "rb") as source:
        code = bytearray(source.read())
    code[place - int(address, 16) + int(offset, 16)] = 0xC3
    with open(path, "wb") as out:
        out.write(code)
    os.chmod(path, 0o755)


def trace(world, action, **environment):
    """Runs it under valgrind; answers how often which addresses of code ran, by program."""
    pattern = os.path.join(world.root, "trace")
    environment = dict(os.environ, **environment)
    action(["valgrind", "--tool=callgrind", "--trace-children=yes", "--dump-instr=yes", "--compress-pos=no",
            f"--callgrind-out-file={pattern}.%p"], environment)
    ran = {}
    for name in os.listdir(world.root):
        if name.startswith("trace."):
            text = open(os.path.join(world.root, name)).read()
            program = re.search(r"^cmd: +\S*/ddns-([a-z-]+)", text, re.M)[1]
            # The cost after `calls=` is that of what is called.
            text = re.sub(r"^calls=.*\n.*\n", "", text, flags=re.M)
            counts = ran.setdefault(program, collections.Counter())
            for address, times in re.findall(r"^0x(\w+) \S+ (\d+)$", text, re.M):
                counts[int(address, 16)] += int(times)
            os.unlink(os.path.join(world.root, name))
    return ran


def once(world):
    def action(valgrind, environment):
        world.forget()
        subprocess.run(valgrind + world.command("-S", "s0", "--once"), env=environment,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return action


def waiting(world):
    """A first pass, a wait, a signal, a second pass that sends nothing, and the end."""
    def action(valgrind, environment):
        world.forget()
        child = subprocess.Popen(valgrind + world.command(), env=environment,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for note in (signal.SIGUSR1, signal.SIGTERM):
            time.sleep(8)
            child.send_signal(note)
        child.wait()
    return action


def main():
    table = functions()
    begins = [begin for begin, _, _ in table]

    def functions_at(address):
        index = bisect.bisect(begins, address) - 1
        if index >= 0 and address < table[index][1]:
            yield from range(bisect.bisect_left(begins, begins[index]), index + 1)

    def names(addresses):
        found = {}
        for address in sorted(addresses):
            for index in functions_at(address):
                found.setdefault(table[index][2], index)
        return found

    def often(ran):
        times = collections.Counter()
        for counts in ran.values():
            for address, count in counts.items():
                for index in functions_at(address):
                    times[table[index][2]] += count
        return {name for name, count in times.items() if count >= OFTEN * times.total()}

    world = World(MOCK)
    try:
        os.makedirs(world.bin)
        for name in NAMES:
            os.symlink(world.root + "/ddns", f"{world.bin}/ddns-{name}")
        unconfined(world.root + "/ddns")
        plain = f"http://127.0.0.1:{world.http}"
        world.configure(["s0"], plain)
        tools = {"DDNS_LIBEXEC": world.bin}
        http = trace(world, once(world), **tools)
        waits = trace(world, waiting(world), **tools)
        # A router's runner starts its own file, which valgrind cannot do: it ends early.
        itself = trace(world, once(world))
        base, bundle = world.secure()
        world.configure(["s0"], base, f"\toption cacert '{bundle}'\n")
        https = trace(world, once(world), **tools)
    finally:
        world.close()

    busy = often(http) | often(https)
    runner = names(http["runner"] | waits["runner"] | itself["runner"] | https["runner"])
    runner.update({name: index for index, (_, _, name) in enumerate(table) if name in CHILD})
    tools = names(http["detect-ip"] | http["update"])
    verify = names(waits["verify"])
    secure = names(https["detect-ip"] | https["update"])
    placed = set()

    def group(title, members):
        print(f"# {title}")
        for name in sorted(set(members) - placed, key=lambda name: members[name]):
            print(name + (" often" if name in busy else ""))
        placed.update(members)

    # What valgrind does not see by these names: where a program begins, and the pieces of tools/outline.awk.
    always = dict.fromkeys(("_start", "repeated_callq", "repeated_jmp"), -1)
    group("the runner alone", {n: i for n, i in runner.items() if n not in tools and n not in verify})
    group("the runner and the tools", always | {n: i for n, i in runner.items() if n in tools or n in verify})
    group("the tools, without TLS", tools)
    group("ddns-verify", verify)
    group("TLS", secure)


main()
