#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""size.py FILE BUDGET SWIFT_BIN OBJECT...: what each byte of the executable is, and whether it is too large.

FILE.map is the linker's: every piece of the file with its size. A piece of ours is of the source file
that declares what its name says, of a library of the file it was compiled from. What moved into its
caller counts as the caller's, what is equal as that of the first. The sum is the file's size, or this fails.
"""
import collections
import glob
import os
import re
import subprocess
import sys

FILE, BUDGET, TOOLCHAIN = sys.argv[1], int(sys.argv[2]), sys.argv[3]
DECLARED = re.compile(r"^( *)(?:[@a-z()]+ )*?(struct|enum|class|extension|protocol|func|var|let|init|subscript|case)\b"
                      r" *([\w.\[\]]*)")


def run(name, *arguments, text=None):
    return subprocess.run([f"{TOOLCHAIN}/{name}", *arguments], input=text, text=True, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def owners(objects):
    """The part and the file that define each symbol."""
    found = {}
    for path in objects:
        part = os.path.basename(path).removesuffix(".bc").removesuffix(".a")
        if path.endswith(".o"):
            part = os.path.basename(os.path.dirname(path))
        for line in run("llvm-nm", "--defined-only", "--print-file-name", path).splitlines():
            origin, _, rest = line.rpartition(": ")
            member = origin.partition(".a:")[2] or os.path.basename(path)
            found.setdefault(rest.split()[-1], (part, member.replace("libcurl_la-", "").replace(".o", ".c")))
    return found


def declarations():
    """Which files of a module declare or extend a type, and which declare a member of that name."""
    files = collections.defaultdict(dict)
    for path in glob.glob("Sources/*/*.swift"):
        names = collections.Counter()
        for line in open(path):
            if match := DECLARED.match(line):
                for name in re.findall(r"\w+", match[3] or match[2]):
                    names[name] += 3 if not match[1] else 2
        files[path.split("/")[1]][os.path.basename(path)] = names
    return files


def source(name, module, files):
    """The file of a module that declares most of the words of a symbol's name."""
    name = name.replace(f"{module}.", "")
    words = set(re.findall(r"\w+", name.split(" throws")[0].split(" -> ")[0]))
    best = max(files.get(module, {}).items(), default=None,
               key=lambda item: (sum(item[1][word] and 1 for word in words), item[0]))
    return best[0] if best and any(best[1][word] for word in words) else "(shared)"


def pieces():
    """Each piece of the file: its address, its size, and `object:(section)`. None is in two."""
    reserved = False
    for line in open(FILE + ".map"):
        match = re.match(r" *(\w+) +\w+ +(\w+) +\d+ ( *)(\S.*)$", line)
        if not match or match[1] == "0":
            continue
        if not match[3]:
            reserved = match[4] in (".bss", ".pool")
        elif len(match[3]) == 8 and not reserved and int(match[2], 16):
            yield int(match[2], 16), match[4]


def main():
    total = os.path.getsize(FILE)
    owner, files = owners(sys.argv[4:]), declarations()
    found = list(pieces())
    names = [re.sub(r".*:\(\.\w+(?:\.rel\.ro)?\.?(.*)\)$", r"\1", piece) for _, piece in found]
    readable = run("swift-demangle", "--compact", text="\n".join(names) + "\n").splitlines()
    sizes = collections.Counter()
    for (size, piece), name, words in zip(found, names, readable):
        part = owner.get(name) or owner.get(re.sub(r"(\.llvm)?\.\d+$", "", name))
        if part:
            part, file = part
            sizes[part, source(words, part, files) if part in files and file.endswith(".bc") else file] += size
        elif library := re.match(r".*/lib(\w+)\.a\((.*)\.l?o\)", piece):
            sizes["musl" if library[1] == "c" else library[1], library[2] + ".c"] += size
        elif re.match(r"repeated_|OUTLINED_", name):
            sizes["repeated pieces", "(outlined)"] += size
        elif piece.startswith("<internal>") or ".L" in name:
            sizes["texts and tables", "(constants)"] += size
        else:
            sizes["texts and tables" if "rodata" in piece else "other code", "(no name of its own)"] += size
    sizes["ELF", "(headers and gaps)"] = total - sum(sizes.values())
    parts = collections.Counter()
    for (part, _), size in sizes.items():
        parts[part] += size
    for part, size in parts.most_common():
        print(f"{size:8}  {part}")
        inside = sorted(((s, f) for (p, f), s in sizes.items() if p == part), reverse=True)
        for each, file in inside if len(inside) > 1 else ():
            print(f"{each:18}  {file}")
    print(f"{sum(parts.values()):8}  {FILE}, of {BUDGET}")
    if not 0 <= sizes["ELF", "(headers and gaps)"] < 16384 or sum(parts.values()) != total:
        sys.exit(f"size.py: {FILE}.map does not account for the {total} bytes")
    if total > BUDGET:
        sys.exit(f"size.py: {total - BUDGET} bytes too large")


main()
