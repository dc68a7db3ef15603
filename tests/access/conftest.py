"""The platform with the shipped policy: deployed once, loaded, its current rows published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import demo.aws
from demo import shop
from tests.access.doors import Caller
from tests.access.oracle import Oracle
from tests.process.programs import Place, free_port
from tests.site.playbooks import ROOT, Played, play

INVENTORY = ROOT / "inventories" / "sandbox"


@dataclass(frozen=True)
class Platform:
    """The deployed platform, and a folder for what playbooks write."""

    port: int
    folder: Path

    def play(self, name: str, *arguments: str, **told: object) -> Played:
        """Run a playbook, told these variables."""
        given = ["-e", json.dumps(told)] if told else []
        return play(name, *arguments, *given, inventory=INVENTORY, SANDBOX_PORT=str(self.port))

    def done(self, name: str, *arguments: str, **told: object) -> Played:
        """The same, which must succeed."""
        played = self.play(name, *arguments, **told)
        assert played.exit_code == 0, played.output
        return played


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("access")
    place = Place(folder / "state", free_port())
    with place.up() as url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo.aws, "ENDPOINT", url)
        made = Platform(place.port, folder)
        made.done("site", "--tags", "network,source_database")
        shop.seed()
        made.done("site")
        made.done("load")
        made.done("publish")
        yield made


@pytest.fixture(scope="package")
def oracle() -> Oracle:
    return Oracle(INVENTORY)


@pytest.fixture(scope="package")
def callers(platform: Platform, oracle: Oracle) -> dict[str, Caller]:
    return {name: Caller(name) for name in oracle.principals}
