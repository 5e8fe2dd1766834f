# SPDX-License-Identifier: Apache-2.0
"""A router's root directory and a provider on loopback, for bench.py and order.py."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ("detect-ip", "verify", "update", "runner")


class World:
    """A router's root directory, a provider, and TLS in front of the provider."""

    def __init__(self, mock):
        self.root = tempfile.mkdtemp(prefix="ddns-bench.")
        # As on a router: /var is in memory, the rest is not.
        self.memory = tempfile.mkdtemp(prefix="ddns-bench.", dir="/dev/shm")
        os.symlink(self.memory, self.root + "/var")
        self.bin = self.root + "/bin"
        self.children = []
        self.tls = 18443
        mock = self.start([mock, "--host", "home.example.com=81.2.69.1", "--seen", "81.2.69.142"])
        ready = mock.stdout.readline().decode()
        self.http, self.dns = re.search(r"http=(\d+) dns=(\d+)", ready).groups()

    def start(self, command):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def secure(self):
        """Starts TLS in front of the provider; answers the URL's beginning and the bundle."""
        folder = os.path.join(self.root, "tls")
        subprocess.run([os.path.join(HERE, "tls.sh"), "certs", folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = self.tls
        self.start([os.path.join(HERE, "tls.sh"), "serve", folder, "good", str(port), self.http])
        time.sleep(1)
        bundle = os.path.join(self.root, "bundle.pem")
        with open(bundle, "wb") as out:
            for part in ("/etc/ssl/certs/ca-certificates.crt", os.path.join(folder, "ca.pem")):
                with open(part, "rb") as source:
                    out.write(source.read())
        return "https://localhost:%d" % port, "/bundle.pem"

    def configure(self, names, base, extra="", page=None):
        os.makedirs(self.root + "/etc/config", exist_ok=True)
        with open(self.root + "/etc/config/ddns", "w") as out:
            for name in names:
                out.write(f"""
config service '{name}'
	option enabled '1'
	option update_url '{base.replace("://", "://[USERNAME]:[PASSWORD]@")}/nic/update?hostname=[DOMAIN]&myip=[IP]'
	option domain 'home.example.com'
	option username 'user'
	option password 'secret'
	option dns_server '127.0.0.1:{self.dns}'
	option ip_source 'web'
	option ip_url '{page or base}/ip'
{extra}""")

    def forget(self):
        """Removes what programs remember, but no folder: on a router that is up those are there."""
        for top in ("/var", "/etc/ddns"):
            for folder, _, names in os.walk(self.root + top):
                for name in names:
                    os.unlink(os.path.join(folder, name))

    def command(self, *arguments):
        return [self.bin + "/ddns-runner", "--root", self.root, *arguments]

    def close(self):
        for child in self.children:
            child.send_signal(signal.SIGTERM)
            child.wait()
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.memory, ignore_errors=True)
