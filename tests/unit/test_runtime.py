"""The action group reaches every module that talks to AWS."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_action_group_names_every_module_that_talks_to_aws():
    modules = (ROOT / "plugins" / "modules").glob("*.py")
    talkers = sorted(module.stem for module in modules if "AnsibleAWSModule" in module.read_text())
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    names = [entry for entry in runtime["action_groups"]["aws"] if isinstance(entry, str)]
    assert names == talkers


def test_action_group_reaches_the_modules_of_the_collections_we_use():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    extended = runtime["action_groups"]["aws"][0]["metadata"]["extend_group"]
    assert extended == ["amazon.aws.aws", "community.aws.aws"]
