"""Saved LF-tag expressions, which grants can name instead of spelling them out.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateLFTagExpression.html
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, targets
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog
from sandbox.services.lakeformation.targets import CATALOG, Target, invalid

EXPRESSIONS = 1000


@operation("lakeformation", "CreateLFTagExpression")
def create_lf_tag_expression(
    call: Call,
    Name: str,
    Expression: list[dict[str, Any]],
    Description: str | None = None,
    CatalogId: str | None = None,
) -> None:
    """Save an expression; its creator may do everything with it."""
    lake = _lake(call, CatalogId)
    if "CREATE_LF_TAG_EXPRESSION" not in authority.held(lake, call.principal.iam_arn, CATALOG):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    pairs = _checked(call, lake, Expression)
    with lake.lock:
        if Name in lake.expressions:
            raise invalid(f"LF-Tag expression {Name} already exists.")
        if len(lake.expressions) >= EXPRESSIONS:
            message = f"More than {EXPRESSIONS} LF-Tag expressions."
            raise AwsError("ResourceNumberLimitExceededException", message)
        lake.expressions[Name] = {"pairs": pairs, "description": Description}
    permitted = sorted(targets.PERMISSIONS["LF_TAG_EXPRESSION"])
    lake.give(call.principal.iam_arn, targets.of_expression(Name), permitted, pass_on=True)


@operation("lakeformation", "UpdateLFTagExpression")
def update_lf_tag_expression(
    call: Call,
    Name: str,
    Expression: list[dict[str, Any]],
    Description: str | None = None,
    CatalogId: str | None = None,
) -> None:
    """Replace an expression; grants that name it follow at once."""
    lake = _lake(call, CatalogId)
    _require(call, lake, Name, "ALTER")
    pairs = _checked(call, lake, Expression)
    with lake.lock:
        lake.expressions[Name] = {"pairs": pairs, "description": Description}


@operation("lakeformation", "GetLFTagExpression")
def get_lf_tag_expression(call: Call, Name: str, CatalogId: str | None = None) -> dict[str, Any]:
    """One expression."""
    lake = _lake(call, CatalogId)
    lake.require_expression(Name)
    if not _may_see(call, lake, Name):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    return _described(lake, Name)


@operation("lakeformation", "ListLFTagExpressions")
def list_lf_tag_expressions(
    call: Call,
    CatalogId: str | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """The expressions that the caller may see."""
    lake = _lake(call, CatalogId)
    found = [
        _described(lake, name) for name in sorted(lake.expressions) if _may_see(call, lake, name)
    ]
    page, more = page_of(found, NextToken, MaxResults)
    return {"LFTagExpressions": page, **more}


@operation("lakeformation", "DeleteLFTagExpression")
def delete_lf_tag_expression(call: Call, Name: str, CatalogId: str | None = None) -> None:
    """Remove an expression, the grants on it, and those that name it."""
    lake = _lake(call, CatalogId)
    _require(call, lake, Name, "DROP")
    gone = {
        targets.of_expression(Name),
        *(Target(f"LF_TAG_POLICY_{kind}", (json.dumps(Name),)) for kind in ("DATABASE", "TABLE")),
    }
    lake.grants.forget(lambda target: target in gone)
    with lake.lock:
        lake.expressions.pop(Name, None)


def _lake(call: Call, catalog: str | None) -> Lake:
    require_own_catalog(call, catalog)
    return lake_of(call)


def _checked(call: Call, lake: Lake, expression: list[dict[str, Any]]) -> list[Any]:
    """An expression of tags that exist and that the caller may grant with."""
    if not expression:
        raise invalid("Expression cannot be empty.")
    pairs = targets.pairs_of(expression)
    for key, values in pairs:
        lake.require_tag(key, set(values))
        for value in values:
            held = authority.held(lake, call.principal.iam_arn, targets.of_tag(key, value))
            if "GRANT_WITH_LF_TAG_EXPRESSION" not in held:
                raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    return pairs


def _may_see(call: Call, lake: Lake, name: str) -> bool:
    caller = call.principal.iam_arn
    return authority.may_read_everything(lake, caller) or bool(
        authority.held(lake, caller, targets.of_expression(name))
    )


def _require(call: Call, lake: Lake, name: str, permission: str) -> None:
    lake.require_expression(name)
    if permission not in authority.held(lake, call.principal.iam_arn, targets.of_expression(name)):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)


def _described(lake: Lake, name: str) -> dict[str, Any]:
    saved = lake.expressions[name]
    described = {
        "Name": name,
        "CatalogId": lake.account,
        "Expression": targets.written_pairs(saved["pairs"]),
    }
    return described | ({"Description": saved["description"]} if saved["description"] else {})
