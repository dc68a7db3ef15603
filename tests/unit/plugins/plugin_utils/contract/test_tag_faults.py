"""Faults of the tags that every resource gets: some service would refuse them half-way."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ({"aws:x": "1"}, "aws:"),
        ({"platform": "x"}, "no key that is platform"),
        ({"reader_of": "x"}, "platform or reader_of"),
        ({"Platform": "x"}, "alike but for capitals"),
        ({"Team": "a", "team": "b"}, "to IAM they are the same"),
        ({"cost*": "x"}, "letters, digits"),
        ({f"k{number}": "x" for number in range(49)}, "at most 48"),
    ],
)
def test_tags_that_a_service_refuses_are_a_fault(documents, tags, says):
    documents.platform["platform"]["tags"] = tags
    [fault] = errors(*documents)
    assert fault.startswith("platform.tags: ") and says in fault
