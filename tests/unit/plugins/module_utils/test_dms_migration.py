from __future__ import annotations

import json

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_compute import (
    compute_problem,
    compute_request,
    compute_view,
    fixed_parts,
    same_compute,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_migration import (
    same_mappings,
    start_type,
)

RULE = {"rule-type": "selection", "rule-id": "1", "rule-action": "include"}
OTHER = {**RULE, "rule-id": "2"}


@pytest.mark.parametrize(
    ("begun", "kind", "loaded", "expected"),
    [
        (False, "full-load-and-cdc", False, "start-replication"),
        (False, "cdc", False, "start-replication"),
        (True, "full-load-and-cdc", False, "reload-target"),
        (True, "full-load", False, "reload-target"),
        (True, "cdc", False, "resume-processing"),
        (True, "full-load-and-cdc", True, "resume-processing"),
    ],
)
def test_a_start_fits_what_was_done(begun, kind, loaded, expected):
    assert start_type(begun, kind, loaded) == expected


class TestMappings:
    @pytest.mark.parametrize(
        "current",
        [
            {"rules": [RULE, OTHER]},
            json.dumps({"rules": [RULE, OTHER]}, indent=4),
            {"rules": [{**RULE, "rule-id": 1}, OTHER]},
            {"rules": [{**RULE, "filters": []}, OTHER]},
        ],
    )
    def test_mean_the_same(self, current):
        before, after = same_mappings({"rules": [RULE, OTHER]}, current)
        assert before == after

    @pytest.mark.parametrize(
        "current",
        [
            None,
            {"rules": [RULE]},
            {"rules": [OTHER, RULE]},
            {"rules": [{**RULE, "filters": [{"filter-type": "source"}]}, OTHER]},
            "no JSON",
        ],
    )
    def test_mean_something_else(self, current):
        before, after = same_mappings({"rules": [RULE, OTHER]}, current)
        assert before != after


class TestCompute:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"min_capacity_units": 4, "max_capacity_units": 2}, "can't be more than"),
            ({"multi_az": True, "availability_zone": "us-east-1a"}, "when multi_az is true"),
            ({"preferred_maintenance_window": "sunday"}, "it must be day:hh:mm-day:hh:mm"),
            ({"preferred_maintenance_window": "sun:24:00-sun:24:30"}, "it must be day"),
            ({"dns_name_servers": ["one.example"]}, "it must be an IP address"),
            ({"dns_name_servers": ["10.0.0.2"] * 5}, "has 5 addresses: it can have 4"),
            ({"dns_name_servers": []}, "dns_name_servers is empty"),
            ({"security_group_ids": []}, "security_group_ids is empty"),
        ],
    )
    def test_that_cannot_be_is_told(self, given, message):
        assert message in compute_problem(given)

    def test_that_can_be_is_no_problem(self):
        given = {
            "min_capacity_units": 1,
            "max_capacity_units": 384,
            "multi_az": False,
            "availability_zone": "us-east-1a",
            "preferred_maintenance_window": "Sun:23:30-Mon:00:00",
            "dns_name_servers": ["10.0.0.2", "fd00::2"],
        }
        assert compute_problem(given) == ""

    def test_comes_back_as_it_was_sent(self):
        options = {
            "max_capacity_units": 4,
            "subnet_group": "shop",
            "security_group_ids": ["sg-1"],
            "dns_name_servers": ["10.0.0.2", "10.0.0.3"],
        }
        request = compute_request(options)
        assert request["dns_name_servers"] == "10.0.0.2,10.0.0.3"
        assert compute_view({"compute_config": request}) == options

    def test_gives_the_zone_up_for_a_standby(self):
        assert "availability_zone" not in compute_request(
            {"multi_az": True, "availability_zone": "us-east-1a"}
        )

    def test_is_compared_by_meaning_where_it_is_set(self):
        current = {
            "max_capacity_units": 4,
            "subnet_group": "shop",
            "security_group_ids": ["sg-1", "sg-2"],
            "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/abc",
            "preferred_maintenance_window": "sun:04:00-sun:04:30",
        }
        wanted = {
            "subnet_group": "Shop",
            "security_group_ids": ["sg-2", "sg-1"],
            "kms_key_id": "abc",
            "preferred_maintenance_window": "Sun:04:00-Sun:04:30",
        }
        before, after = same_compute(wanted, current)
        assert before == after
        assert fixed_parts({**wanted, "max_capacity_units": 8}, current) == []
        assert fixed_parts({"kms_key_id": "def", "multi_az": True}, current) == ["kms_key_id"]
