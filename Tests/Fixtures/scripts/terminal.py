# SPDX-License-Identifier: Apache-2.0
# Runs a program (sys.argv[2:]) on a terminal of its own, as a person does who waits for a text and then types:
# sys.argv[1] is a list of [text, what to type, whether nobody may see it]. What there was to see, how it has
# ended, and whether the terminal is as it was, is printed as JSON.
import fcntl
import json
import os
import select
import subprocess
import sys
import termios
import time

steps = json.loads(sys.argv[1])
master, slave = os.openpty()
before = termios.tcgetattr(slave)
limit = time.monotonic() + 60


def lead():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(
    sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, preexec_fn=lead, close_fds=True
)
screen = b""
wrong = []


def read(pause):
    global screen
    if select.select([master], [], [], pause)[0]:
        screen += os.read(master, 4096)


place = 0
for text, answer, unseen in steps:
    mark = text.encode()
    while mark not in screen[place:] and time.monotonic() < limit and child.poll() is None:
        read(0.05)
    if mark not in screen[place:]:
        wrong.append("never asked: " + text)
        break
    place = screen.index(mark, place) + len(mark)
    sees = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
    if sees == unseen:
        wrong.append("echo is %s: %s" % ("on" if sees else "off", text))
    os.write(master, answer.encode())
    while not unseen and answer.strip("\n\t\x03\x04").encode() not in screen[place:] and time.monotonic() < limit:
        read(0.05)
while child.poll() is None and time.monotonic() < limit:
    read(0.05)
if child.poll() is None:
    wrong.append("did not end")
    child.kill()
    child.wait()
read(0.05)
if termios.tcgetattr(slave) != before:
    wrong.append("the terminal is not as it was")
print(json.dumps({"status": child.returncode, "screen": screen.decode(errors="replace"), "wrong": wrong}))
