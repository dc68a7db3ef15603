"""The collection as it is shipped: built from the clone, and installed into a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


def built(directory: Path) -> Path:
    """Build the collection into a directory, which holds no other; returns the archive."""
    subprocess.run(_galaxy("build", "--output-path", str(directory)), cwd=ROOT, check=True)
    [archive] = directory.glob("modern_data-warehouse-*.tar.gz")
    return archive


def installed(archive: Path, place: Path) -> Path:
    """Install the archive below place/ansible_collections, offline; returns its folder there."""
    subprocess.run(
        _galaxy(
            "install", "--no-deps", "--offline", "--collections-path", str(place), str(archive)
        ),
        cwd=place,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(place)},
        check=True,
    )
    return place / "ansible_collections" / "modern_data" / "warehouse"


def _galaxy(command: str, *arguments: str) -> list[str]:
    return [str(PROGRAMS / "ansible-galaxy"), "collection", command, "--force", *arguments]
