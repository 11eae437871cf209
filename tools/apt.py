"""Debian's packages, where they may be installed."""

import os
import shutil
import subprocess
import sys


def install(packages: list[str]) -> bool:
    """Install packages with apt, as root or by sudo without a password; False where that is not possible."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        return False
    steps = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run([*prefix, *step], check=False, env=environment, stdout=sys.stderr).returncode == 0
        for step in steps
    )
