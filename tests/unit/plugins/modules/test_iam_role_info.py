from __future__ import annotations

from typing import Any

from ansible_collections.modern_data.warehouse.plugins.modules.iam_role_info import main


def listed(name: str, **more: str) -> dict[str, Any]:
    place = {"Path": "/", "Arn": f"arn:aws:iam::123456789012:role/{name}", "RoleId": "AROA" * 4}
    return {"RoleName": name, **place, "CreateDate": "2026-01-15T10:00:00Z", **more}


def tags(say: Any, name: str, answer: Any) -> Any:
    if isinstance(answer, dict):
        pairs = [{"Key": key, "Value": value} for key, value in answer.items()]
        answer = {"Tags": pairs, "IsTruncated": False}
    return say("iam", "ListRoleTags", {"RoleName": name}, answer)


def test_roles_are_told_by_name_and_tags_and_no_others_are_asked_for(run_module, say):
    first = {"Roles": [listed("shop-load"), listed("other")], "IsTruncated": True, "Marker": "m"}
    second = {"Roles": [listed("shop-a", Description="Reads"), listed("shop-gone")]}
    script = [
        say("iam", "ListRoles", {}, first),
        say("iam", "ListRoles", {"Marker": "m"}, {**second, "IsTruncated": False}),
        tags(say, "shop-load", {"platform": "shop"}),
        tags(say, "shop-a", {"platform": "shop", "reader_of": "shop"}),
        tags(say, "shop-gone", "NoSuchEntity"),
    ]
    options = {"name_prefix": "shop-", "tags": {"platform": "shop", "reader_of": "shop"}}
    result = run_module(main, script, **options)
    assert not result["changed"]
    assert result["roles"] == [
        {
            "arn": "arn:aws:iam::123456789012:role/shop-a",
            "description": "Reads",
            "path": "/",
            "role_name": "shop-a",
            "tags": {"platform": "shop", "reader_of": "shop"},
        }
    ]
