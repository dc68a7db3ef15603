# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is granted in Lake Formation, explicitly, as far as the caller may see it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .errors import error_code
from .lakeformation_grants import Atom, atoms_of
from .lakeformation_resources import (
    CELLS_FILTER,
    LOCATION,
    TYPES,
    Thing,
    catalog_of,
    listing,
    read,
    table_of,
    write,
)

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]

MISSING = "EntityNotFoundException"
MOST_THREADS = 8
REQUESTS_A_THREAD = 10


class Listings:
    """Reads grants of one catalog: that of `catalog_id`, or of the caller's account.

    https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
    """

    def __init__(self, module: AnsibleAWSModule, api: Api, catalog_id: str | None) -> None:
        self.module = module
        self.api = api
        self.catalog_id = catalog_id
        self.unknown: set[str] = set()
        """Kinds of resources that were met and that are not known here."""

    def on_things(self, things: Iterable[Thing], with_filters: Iterable[Thing] = ()) -> set[Atom]:
        """What is granted on these things; one that is not there yet has no grants.

        Those of them that are `with_filters` are tables, with all their data cells filters.
        """
        wanted, tables = set(things), set(with_filters)
        apart = [thing for thing in sorted(wanted) if not _is_filter_of(thing, tables)]
        # Things that are listed by their type share a request.
        shared = {json.dumps(listing(thing, self.catalog_id)): thing for thing in apart}
        threads = min(MOST_THREADS, 1 + len(shared) // REQUESTS_A_THREAD)
        with ThreadPoolExecutor(threads) as pool:
            answers = list(
                pool.map(
                    lambda thing: self._on(thing, with_filters=thing in tables), shared.values()
                )
            )
        found: set[Atom] = set()
        for thing, entries in zip(shared.values(), answers, strict=True):
            by_type = "resource" not in listing(thing)
            found |= self._here(entries) if by_type else set().union(*map(atoms_of, entries))
        return {atom for atom in found if atom.thing in wanted or _is_filter_of(atom.thing, tables)}

    def on_everything(self) -> set[Atom]:
        """All that is granted in the catalog.

        AWS lists the grants of one principal on one resource only, so there is no narrower way
        to all that a principal holds.
        """
        return self._here(self._listed(catalog_id=self.catalog_id))

    def on_kind(self, kind: str) -> set[Atom]:
        """What is granted on all resources of a kind."""
        if kind not in TYPES:
            return {atom for atom in self.on_everything() if atom.thing.kind == kind}
        request = {"catalog_id": self.catalog_id}
        answers = (self._listed(resource_type=name, **request) for name in TYPES[kind])
        return set().union(*map(self._here, answers))

    def on_table_and_filters(self, table: Thing) -> set[Atom]:
        """What is granted on a table and on its data cells filters."""
        return self.on_things([table], with_filters=[table])

    def in_effect(self, principal: str, thing: Thing, parts: Iterable[str]) -> set[Atom]:
        """The grants that let a principal do something with a resource, also by wildcard or tag."""
        entries = self._known(
            thing,
            principal={"data_lake_principal_identifier": principal},
            resource=write(thing, parts, self.catalog_id),
        )
        return set().union(*map(atoms_of, entries))

    def _on(self, thing: Thing, *, with_filters: bool) -> list[Values]:
        more = {"include_related": "TRUE"} if with_filters else {}
        return self._known(thing, **listing(thing, self.catalog_id), **more)

    def _known(self, thing: Thing, **request: Any) -> list[Values]:
        """The entries of a request about a thing: none where it is not there."""
        try:
            return self._listed(**request)
        except AnsibleAWSError as error:
            if error_code(error) != MISSING and not self._is_unregistered(thing):
                raise
            return []

    def _listed(self, **request: Any) -> list[Values]:
        found = self.api.pages("ListPermissions", "principal_resource_permissions", **request)
        for entry in found:
            if read(entry["resource"]) is None:
                self.unknown.update(kind for kind, one in entry["resource"].items() if one)
        return found

    def _here(self, entries: list[Values]) -> set[Atom]:
        """The atoms of those entries that are about this catalog, not one that was shared."""
        here = (None, self._catalog)
        return set().union(*(atoms_of(e) for e in entries if catalog_of(e["resource"]) in here))

    @cached_property
    def _catalog(self) -> str:
        if self.catalog_id:
            return self.catalog_id
        caller = Api(self.module.client("sts"), "the caller").call("GetCallerIdentity")
        return str(caller["account"])

    def _is_unregistered(self, thing: Thing) -> bool:
        """Whether a thing is a location that isn't registered.

        Who is no administrator yet is denied its grants, where other things are not found.
        """
        return thing.kind == LOCATION and not self.api.maybe(
            "DescribeResource", missing=(MISSING,), resource_arn=thing.names[0]
        )


def _is_filter_of(thing: Thing, tables: Container[Thing]) -> bool:
    return thing.kind == CELLS_FILTER and table_of(thing) in tables
