"""The road that is walked: everything that a role of the platform does, done once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from demo import shop
from demo.aws import PLATFORM, client
from tests.minimal import deployer, readers
from tests.sandbox.fault_tools import Faults
from tests.site import task
from tests.site.playbooks import ROOT, play

# a version that was never switched to, left by a publication that was killed
LEFT = "current/orders/20200101T000000000Z-left/0000.parquet"
# what each of access.yml reads
TABLES = {
    "analyst": ["orders", "orders_changes"],
    "support": ["customers"],
    "finance": ["order_items"],
}


class Road:
    """A platform in a sandbox, deployed and run by the deployer; the demo's clients reach it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.inventory = folder / "inventory"
        self.connection: dict[str, Any] = {}

    def deploy(self) -> None:
        """The site, with the shop's first rows."""
        shutil.copytree(ROOT / "inventories" / "sandbox", self.inventory)
        self.edit("platform", lambda values: values["load"].update(schema_changes="follow_source"))
        self.edit("access", open_changes)
        self.connection = deployer.make()
        self.play("site", "--tags", "network,source_database")
        shop.seed()
        self.play("site")

    def run(self) -> None:
        """What is run from day to day, and what goes wrong now and then."""
        self.play("load")
        self.trade()
        self.play("load")
        self.play("publish")
        self.replace_published()
        self.crawl()
        self.play("discover", discover_output=str(self.folder / "discovered.yml"))
        self.play("pause", pause_capture=True)
        self.play("resume")
        self.play("reload_table", reload_tables=["public.orders"])
        self.play("replay", replay_from="2020-01-01T00:00:00Z")
        self.fail_once()
        self.play("reconcile")
        self.alter_source()
        self.play("follow_source")
        self.play("verify_access")
        for reader, tables in TABLES.items():
            readers.read(reader, self.bucket(), tables)
        self.play("access_report", report_file=str(self.folder / "report.html"))
        self.play("site")

    def teardown(self) -> None:
        kept = {"source_database_final_snapshot": f"{PLATFORM}-source-last"}
        self.play("teardown", confirm=PLATFORM, **kept)

    def play(self, name: str, *arguments: str, succeeds: bool = True, **told: Any) -> None:
        """Run a playbook as the deployer. Exits with the playbook's output when it ends otherwise."""
        print(f"{name} {' '.join(arguments)}".rstrip(), flush=True)
        given = json.dumps({"aws_connection": self.connection, **told})
        played = play(
            name, *arguments, "-e", given, inventory=self.inventory, SANDBOX_PORT=str(self.port)
        )
        if (played.exit_code == 0) != succeeds:
            raise SystemExit(f"{played.output}\n{name} ended with {played.exit_code}")

    def trade(self) -> None:
        """The shop's changes, landed."""
        shop.change()
        with shop.connection() as source:
            task.wait_until_landed(source)

    def edit(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what a file of the inventory says."""
        file = self.inventory / "group_vars" / "all" / f"{name}.yml"
        values = yaml.safe_load(file.read_text())
        change(values)
        file.write_text(yaml.safe_dump(values))

    def alter_source(self) -> None:
        """A table of the shop gets a column, and rows after that."""
        with shop.connection() as source:
            source.execute("ALTER TABLE public.order_items ADD COLUMN gift boolean")
        self.trade()

    def replace_published(self) -> None:
        """A publication finds an old version that nobody reads any more."""
        client("s3").put_object(Bucket=self.bucket(), Key=LEFT, Body=b"")
        self.trade()
        self.play("load")
        self.play("publish")
        listed = client("s3").list_objects_v2(Bucket=self.bucket(), Prefix=LEFT)
        assert listed["KeyCount"] == 0

    def crawl(self) -> None:
        """The crawler looks at what has landed."""
        glue, name = client("glue"), f"{PLATFORM}-landing"
        glue.start_crawler(Name=name)
        task.until(lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY")
        assert glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]["Status"] == "SUCCEEDED"

    def fail_once(self) -> None:
        """A load and a publication fail, tell of it, and succeed afterwards."""
        faults = Faults(self.connection["endpoint_url"])
        self.trade()
        for machine, kind in (("load", "^merge"), ("publish", "^unload")):
            faults.put({"kind": "statement", "matching": kind, "every": 1})
            self.play(machine, succeeds=False)
            faults.end()
            self.play(machine)

    def bucket(self) -> str:
        """The landing bucket."""
        names = [one["Name"] for one in client("s3").list_buckets()["Buckets"]]
        return next(name for name in names if name.startswith(f"{PLATFORM}-landing-"))


def open_changes(access: dict[str, Any]) -> None:
    """Let the analyst read the changes of orders, too."""
    [analyst] = [one for one in access["principals"] if one["name"] == "analyst"]
    analyst["tables"]["orders"]["changes"] = True
