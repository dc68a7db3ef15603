# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database of the Glue Data Catalog."""

from __future__ import annotations

from typing import Any

from .compare import subset, text
from .glue import CONFLICT, NAME_RULE, texts, wrong_names
from .resource import Resource
from .settings import Setting, Values

WRITABLE = ("description", "location_uri", "parameters", "target_database", "federated_database")


def grants_of(database: Values) -> list[Values]:
    """The default permissions of an answer as the option takes them."""
    return [
        {
            "principal": (grant.get("principal") or {}).get("data_lake_principal_identifier"),
            "permissions": grant.get("permissions") or [],
        }
        for grant in database.get("create_table_default_permissions") or []
    ]


def same_grants(wanted: list[Values], current: list[Values]) -> tuple[Any, Any]:
    """Compare default permissions; their order is of no meaning."""

    def ordered(grants: list[Values]) -> list[Values]:
        stable = [{**grant, "permissions": sorted(grant["permissions"])} for grant in grants]
        return sorted(stable, key=lambda grant: str(grant["principal"]))

    return ordered(current), ordered(wanted)


class Database(Resource):
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html"""

    service = "glue"
    kind = "Glue database"
    result = "database"
    name_key = "name"
    missing_codes = ("EntityNotFoundException",)
    settings = (
        Setting("description", compare=text),
        Setting("location_uri", compare=text),
        Setting("parameters", read=lambda database: database.get("parameters") or {}),
        Setting("create_table_default_permissions", compare=same_grants),
        Setting("target_database", compare=subset, immutable=True),
    )

    def validate(self) -> None:
        if wrong_names([self.name]):
            raise self.refuse(f"name must be {NAME_RULE}")

    def find(self) -> Values | None:
        answer = self.api.maybe("GetDatabase", missing=self.missing_codes, name=self.name)
        if answer is None:
            return None
        found = answer["database"]
        grants = {"create_table_default_permissions": grants_of(found)}
        return {**found, **grants, "database_arn": self.arn({})}

    def wanted(self, given: Values, current: Values | None) -> Values:
        if "parameters" in given:
            had = (current or {}).get("parameters") or {}
            given = {**given, "parameters": {**had, **texts(given["parameters"])}}
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call("CreateDatabase", database_input=self.input(wanted), tags=tags)

    def update(self, changes: Values, current: Values) -> None:
        # The call replaces the whole database, so what there is goes along.
        kept = {key: current.get(key) for key in (*WRITABLE, "create_table_default_permissions")}
        self.api.call(
            "UpdateDatabase",
            retry=CONFLICT,
            name=self.name,
            database_input=self.input(kept | changes),
        )

    def input(self, values: Values) -> Values:
        """Options as the API's DatabaseInput."""
        # The call replaces all, so what is left out is emptied.
        request = {"name": self.name, **{key: one for key, one in values.items() if one != ""}}
        if values.get("create_table_default_permissions") is not None:
            request["create_table_default_permissions"] = [
                {
                    "principal": {"data_lake_principal_identifier": grant["principal"]},
                    "permissions": grant["permissions"],
                }
                for grant in values["create_table_default_permissions"]
            ]
        return request

    def delete(self, current: Values) -> None:
        self.api.call("DeleteDatabase", retry=CONFLICT, name=self.name)

    def arn(self, current: Values) -> str:
        return self.build_arn(f"database/{self.name}")
