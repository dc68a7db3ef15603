"""The state of Lake Formation in one account and region."""

from __future__ import annotations

import json
import threading
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.lakeformation import catalog
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.grants import Change, Grants
from sandbox.services.lakeformation.targets import ALL_TABLES, CATALOG, Target, invalid

# A grant to this group means: here IAM alone decides.
IAM_ALLOWED = "IAM_ALLOWED_PRINCIPALS"


def initial_settings() -> dict[str, Any]:
    """The settings of an account where nobody has changed them: IAM decides on all that is new."""
    everything = {
        "Principal": {"DataLakePrincipalIdentifier": IAM_ALLOWED},
        "Permissions": ["ALL"],
    }
    return {
        "DataLakeAdmins": [],
        "ReadOnlyAdmins": [],
        "CreateDatabaseDefaultPermissions": [everything],
        "CreateTableDefaultPermissions": [dict(everything)],
        "Parameters": {"CROSS_ACCOUNT_VERSION": "1", "SET_CONTEXT": "TRUE"},
        "TrustedResourceOwners": [],
        "AllowExternalDataFiltering": False,
        "ExternalDataFilteringAllowList": [],
        "AuthorizedSessionTagValueList": [],
    }


class Lake:
    """Settings, registered locations, grants, filters, LF-tags and their saved expressions."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime = runtime
        self.account = account
        self.region = region
        self.lock = threading.RLock()
        self.settings = initial_settings()
        self.locations: dict[str, dict[str, Any]] = {}
        self.grants = Grants()
        self.filters: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.tags: dict[str, list[str]] = {}
        self.expressions: dict[str, dict[str, Any]] = {}
        self.tagged: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self.give(IAM_ALLOWED, CATALOG, ["CREATE_DATABASE"])

    def give(
        self, principal: str, target: Target, permissions: list[str], *, pass_on: bool = False
    ) -> None:
        """Grant without asking who may: what the service itself does."""
        held = frozenset(permissions)
        passed = held if pass_on else frozenset()
        self.grants.add(
            Change(principal, target, held, passed, Columns(), f"arn:aws:iam::{self.account}:root")
        )

    def columns(self, target: Target) -> list[str]:
        """The columns of a table that is there; none for ALL_TABLES and other resources."""
        if target.kind != "TABLE" or target.parts[1] == ALL_TABLES:
            return []
        return catalog.columns(self.account, self.region, *target.parts)

    def require(self, target: Target, columns: Columns | None) -> None:
        """EntityNotFoundException or InvalidInputException unless the resource is there."""
        if target.database is not None:
            catalog.database(self.account, self.region, target.database)
        if target.kind == "TABLE":
            known = self.columns(target)
            named = (columns.names | (columns.excluded or frozenset())) if columns else frozenset()
            if target.parts[1] != ALL_TABLES and not named <= set(known):
                missing = ", ".join(sorted(named - set(known)))
                raise invalid(
                    f"You cannot grant/revoke permission on non-existent column {missing}."
                )
        elif target.kind == "DATA_CELLS_FILTER" and target.parts not in self.filters:
            raise invalid(f"Cell Filter not found: {target.label}.")
        elif target.kind == "DATA_LOCATION" and self.registered(target.parts[0]) is None:
            raise invalid(
                f"Please register the S3 path {target.parts[0]} with Lake Formation first."
            )
        elif target.kind == "LF_TAG":
            key, values = target.parts
            self.require_tag(key, set(values) - {"*"})
        elif target.kind == "LF_TAG_EXPRESSION":
            self.require_expression(target.parts[0])
        elif target.kind.startswith("LF_TAG_POLICY"):
            condition = json.loads(target.parts[0])
            if isinstance(condition, str):
                self.require_expression(condition)
            else:
                for key, values in condition:
                    self.require_tag(key, set(values))

    def require_tag(self, key: str, values: set[str]) -> None:
        """EntityNotFoundException for an unknown LF-tag, InvalidInputException for a value."""
        if key not in self.tags:
            raise AwsError("EntityNotFoundException", f"Tag key {key} does not exist.")
        unknown = sorted(values - set(self.tags[key]))
        if unknown:
            raise invalid(f"Tag values {unknown} of {key} do not exist.")

    def require_expression(self, name: str) -> dict[str, Any]:
        """A saved LF-tag expression; EntityNotFoundException when there is none."""
        if name not in self.expressions:
            raise AwsError("EntityNotFoundException", f"LF-Tag expression {name} does not exist.")
        return self.expressions[name]

    def forget(self, *place: str) -> None:
        """Drop the grants, filters and LF-tags of a database or table that is gone."""
        depth = len(place)

        def gone(target: Target) -> bool:
            return target.database is not None and target.parts[:depth] == place

        self.grants.forget(gone)
        with self.lock:
            self.filters = {key: one for key, one in self.filters.items() if key[:depth] != place}
            self.tagged = {key: one for key, one in self.tagged.items() if key[:depth] != place}

    def registered(self, arn: str) -> dict[str, Any] | None:
        """The registered location that an S3 ARN lies in."""
        path = arn.rstrip("/")
        with self.lock:
            for known, location in self.locations.items():
                if path == known or path.startswith(known + "/"):
                    return location
        return None


def lake_of(call: Call) -> Lake:
    """The state that a request is about."""
    return call.runtime.state(Lake, call.account, call.region)
