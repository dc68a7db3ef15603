"""The user who deploys: with the policies of docs/deployer-*.json, and no others."""

from __future__ import annotations

import json
from typing import Any

from demo import lake
from demo.aws import PLATFORM, REGION, client
from tests.minimal.holders import DEPLOYER
from tests.site.playbooks import ROOT

FILES = sorted((ROOT / "docs").glob("deployer-*.json"))
PLACEHOLDERS = {
    "ACCOUNT_ID": "123456789012",
    "CATALOG_DATABASE": lake.DATABASE,
    "PLATFORM": PLATFORM,
    "REGION": REGION,
}


def make() -> dict[str, Any]:
    """Make the user and its policies; the aws_connection of its access key."""
    iam = client("iam")
    iam.create_user(UserName=DEPLOYER)
    for file in FILES:
        arn = iam.create_policy(PolicyName=file.stem, PolicyDocument=filled(file.read_text()))
        iam.attach_user_policy(UserName=DEPLOYER, PolicyArn=arn["Policy"]["Arn"])
    key = iam.create_access_key(UserName=DEPLOYER)["AccessKey"]
    return {
        "region": REGION,
        "endpoint_url": iam.meta.endpoint_url,
        "access_key": key["AccessKeyId"],
        "secret_key": key["SecretAccessKey"],
    }


def filled(text: str) -> str:
    """A policy without its placeholders. Raises ValueError when that is no JSON."""
    for name, value in PLACEHOLDERS.items():
        text = text.replace(name, value)
    return json.dumps(json.loads(text))
