"""Stands in for the get-pip.py that ansible-test downloads for its virtual environments.

Given `pip==<version>` it installs that one, from wherever pip is told to install from.
"""

from __future__ import annotations

import subprocess
import sys

WANTED = [argument for argument in sys.argv[1:] if argument.startswith("pip==")]

for command in (["ensurepip"], ["pip", "install", *WANTED]):
    subprocess.run([sys.executable, "-m", *command], stdout=subprocess.DEVNULL, check=True)
