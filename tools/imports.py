#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""imports.py INDEX: names the imports of Sources of which nothing is used.

INDEX is the store that `swift build` writes (.build/debug/index/store): the compiler's own word on every
symbol a file refers to. The compiler refuses a missing import (MemberImportVisibility), but not an idle one.
An import with a comment behind it has its reason there: Embedded Swift also wants those of types that are
only inferred.
Then come the rows of the module table in Package.swift that no file needs.
"""
import ctypes
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Text(ctypes.Structure):
    """indexstore_string_ref_t."""
    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode() if self.length else ""


PER_NAME = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, Text)
PER_THING = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)
STANDARD = re.compile(r"s:(S\w|s\d)")  # a type of the standard library
RECORD = 2  # INDEXSTORE_UNIT_DEPENDENCY_RECORD


def library():
    info = subprocess.run(["swiftc", "-print-target-info"], check=True, stdout=subprocess.PIPE, text=True).stdout
    folder = re.search(r'"runtimeResourcePath": "(.*)/swift[^/"]*"', info).group(1)
    index = ctypes.CDLL(os.path.join(folder, "libIndexStore.so"))
    for name, result in {"store_create": ctypes.c_void_p, "unit_reader_create": ctypes.c_void_p,
                         "record_reader_create": ctypes.c_void_p, "occurrence_get_symbol": ctypes.c_void_p,
                         "symbol_get_usr": Text, "unit_reader_get_main_file": Text,
                         "unit_dependency_get_name": Text}.items():
        getattr(index, "indexstore_" + name).restype = result
    return index


def symbols(index, store):
    """Path of a source file -> the names (USRs) of all that it refers to."""
    found = {}
    units = []
    note = PER_NAME(lambda _, name: units.append(str(name)) or True)
    index.indexstore_store_units_apply_f(store, ctypes.c_uint(0), None, note)
    for unit in units:
        reader = ctypes.c_void_p(index.indexstore_unit_reader_create(store, unit.encode(), None))
        path = os.path.relpath(str(index.indexstore_unit_reader_get_main_file(reader)) or "/", ROOT)
        if path.startswith("Sources/") and os.path.exists(path):
            names = found.setdefault(path, set())

            def per_occurrence(_, occurrence):
                symbol = index.indexstore_occurrence_get_symbol(ctypes.c_void_p(occurrence))
                names.add(str(index.indexstore_symbol_get_usr(ctypes.c_void_p(symbol))))
                return True

            def per_dependency(_, dependency):
                dependency = ctypes.c_void_p(dependency)
                if index.indexstore_unit_dependency_get_kind(dependency) == RECORD:
                    name = str(index.indexstore_unit_dependency_get_name(dependency))
                    record = index.indexstore_record_reader_create(store, name.encode(), None)
                    if record:
                        record = ctypes.c_void_p(record)
                        index.indexstore_record_reader_occurrences_apply_f(record, None, PER_THING(per_occurrence))
                        index.indexstore_record_reader_dispose(record)
                return True

            index.indexstore_unit_reader_dependencies_apply_f(reader, None, PER_THING(per_dependency))
        index.indexstore_unit_reader_dispose(reader)
    return found


def is_used(module, names):
    """Whether one of the names is a module's: of what it declares, or adds to a type of another."""
    headers = glob.glob(f"Sources/{module}/include/*.h")
    if headers:
        words = set(re.findall(r"\w+", "".join(open(header).read() for header in headers)))
        return any(words & set(re.findall(r"\w+", name)) for name in names if name.startswith("c:"))
    mark = f"{len(module)}{module}"
    # Of an extension the type comes first, then the module, and for a generic type what it is limited to.
    return any(name.startswith("s:" + mark) or mark + "E" in name or STANDARD.match(name) and mark in name
               for name in names)


def main():
    os.chdir(ROOT)
    table = dict(re.findall(r'^  "(\w+)": \[(.*)\],$', open("Package.swift").read().split("let programs")[0], re.M))
    index = library()
    store = ctypes.c_void_p(index.indexstore_store_create(sys.argv[1].encode(), None))
    found = symbols(index, store)
    problems = []
    needed = set()
    # The check of this check: of most modules that a file does not import nothing can be used.
    others = [is_used(other, names) for path, names in found.items()
              for other in table if other != path.split("/")[1] and f"import {other}\n" not in open(path).read()]
    if sum(others) * 10 > len(others):
        sys.exit("imports: everything seems to be used: has the form of the index changed?")
    for path in sorted(glob.glob("Sources/*/*.swift")):
        module = path.split("/")[1]
        if module not in table:
            continue
        if path not in found:
            sys.exit(f"imports: {path} is not in the index: swift build first")
        for number, line in enumerate(open(path), 1):
            match = re.match(r"(?:@\S+ )?import (\w+)(  //)?", line)
            if not match:
                continue
            if match.group(2) or is_used(match.group(1), found[path]):
                needed.add((module, match.group(1)))
            else:
                problems.append(f"{path}:{number}: nothing of {match.group(1)} is used")
    for module, row in table.items():
        problems += [f"Package.swift: {module} never imports {name}" for name in re.findall(r"\w+", row)
                     if (module, name) not in needed]
    print("\n".join(problems) if problems else f"imports: {len(found)} files: each import is used")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
