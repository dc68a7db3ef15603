"""An option that is given as null, as YAML reads `option:`, is one that is left out."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import (
    access_options,
    derive,
    errors,
    platform_options,
    tables_options,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.options import Option

from .documents import REMOVED, Documents

ENTRIES = ("access/principals/0/tables/orders", "access/principal_groups/0/tables/orders")
"""Where tables are granted, which the specification leaves to rules of its own."""


def paths(path: str, option: Option) -> Iterator[str]:
    """Every option inside one, and the first item of each list."""
    inner = dict(option.options or {}) | ({"0": option.items} if option.items else {})
    for name, each in inner.items():
        yield f"{path}/{name}"
        yield from paths(f"{path}/{name}", each)


PATHS = [
    *paths("platform", Option(options=platform_options.DOCUMENT)),
    *paths("tables", tables_options.DOCUMENT),
    *paths("access", Option(options=access_options.DOCUMENT)),
    *ENTRIES,
    *(path for entry in ENTRIES for path in paths(entry, Option(options=access_options.GRANT))),
]
ITEMS = [path for path in PATHS if path.endswith("/0") or path in ENTRIES]
OPTIONS = [path for path in PATHS if path not in ITEMS]

EXISTING = {
    "source": {"create": False, "host": "db", "secret": "shop", "database": "shop"},
    "network": {
        "create": False,
        "availability_zones": ["a", "b", "c"],
        "vpc_id": "vpc-0a1b2c3d4e5f67890",
        "subnet_ids": [f"subnet-0a1b2c3d4e5f6789{n}" for n in range(3)],
    },
}


@pytest.fixture
def documents(documents: Documents) -> Documents:
    """Documents in which every list that an option stands in has an item."""
    documents.tables[0] |= {"sort_key": ["order_id"], "leave_out": ["secret"]}
    access, identity = documents.access, "arn:aws:iam::123456789012:role/admin"
    access |= {"admins": [identity], "unmanaged": [identity]}
    members = [access["principals"][0]["name"]]
    granted = {"orders": {"columns": ["order_id"]}}
    access["principal_groups"] = [{"name": "all", "members": members, "tables": granted}]
    return documents


@pytest.fixture
def existing(documents: Documents) -> Documents:
    """The same in a network and with a source that are there."""
    documents.platform |= copy.deepcopy(EXISTING)
    return documents


def places(faults: list[str]) -> list[str]:
    """The options that messages are about, which show values as they were given."""
    return [fault.partition(":")[0] for fault in faults]


@pytest.mark.parametrize("path", OPTIONS)
@pytest.mark.parametrize("inventory", ["documents", "existing"])
def test_an_option_that_is_null_is_left_out(request, inventory, path):
    null = request.getfixturevalue(inventory)
    assert errors(*null) == []
    null.change(path, None)
    left_out = null.copy()
    left_out.change(path, REMOVED)
    assert places(errors(*null)) == places(errors(*left_out))
    if not errors(*null):
        assert derive(*null) == derive(*left_out)


@pytest.mark.parametrize("path", ITEMS)
def test_an_item_that_is_null_is_refused_in_its_place(existing, path):
    existing.change(path, None)
    place = re.sub(r"/(\d+)", r"[\1]", path.removeprefix("platform/").removeprefix("access/"))
    assert f"{place.replace('/', '.')}: None is not valid" in "\n".join(errors(*existing))


@pytest.mark.parametrize("document", range(3))
def test_a_document_that_is_null_is_refused(documents, document):
    given = list(documents)
    given[document] = None
    assert errors(*given)
