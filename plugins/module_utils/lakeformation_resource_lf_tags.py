# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give LF-tags to databases, tables and columns, and take them away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .errors import ResourceError, error_code
from .lakeformation_resources import DATABASE, TABLE, WITH_COLUMNS, Thing, read, text, write
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
Tags = dict[str, str]

MISSING = "EntityNotFoundException"
CONFLICT = "ConcurrentModificationException"
MOST_THREADS = 8
TABLES_A_THREAD = 10
TAGS = 50
"""LF-tags that a resource may have, and that one call may name."""
ADD, REMOVE = "AddLFTagsToResource", "RemoveLFTagsFromResource"


@dataclass(frozen=True, order=True)
class Place:
    """A database, a table, or one column of a table."""

    thing: Thing
    column: str = ""

    def __str__(self) -> str:
        return text(self.thing) + (f" ({self.column})" if self.column else "")


@dataclass
class Assigned:
    """The LF-tags of a place: its own, and those in effect, inherited ones among them."""

    own: Tags = field(default_factory=dict)
    effective: Tags = field(default_factory=dict)

    @property
    def inherited(self) -> Tags:
        return {key: value for key, value in self.effective.items() if key not in self.own}


class ResourceTags:
    """https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-assigning-tags.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.params: Values = module.params
        self.absent: bool = self.params["state"] == "absent"
        self.wanted = wanted_tags(self.params["assignments"])
        self.api = Api(module.client("lakeformation"), "the LF-tags of resources")

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._current()
        before = {place: assigned.own for place, assigned in current.items()}
        after = {place: self._aim(place, own) for place, own in before.items()}
        changed = before != after
        if changed and not self.module.check_mode:
            # What goes, goes first: fewer tags let nobody see more in between.
            gone = {place: _less(own, after[place]) for place, own in before.items()}
            self._write(REMOVE, gone)
            self._write(ADD, {place: _new(own, after[place]) for place, own in before.items()})
            current = self._wait(after)
        else:
            current = {p: Assigned(after[p], a.inherited | after[p]) for p, a in current.items()}
        result: Values = {"changed": changed, "assignments": [*map(_told, sorted(current.items()))]}
        if self.module._diff:
            result["diff"] = {"before": _shown(before), "after": _shown(after)}
        return result

    def _aim(self, place: Place, own: Tags) -> Tags:
        wanted = self.wanted[place]
        if self.absent:
            return {key: value for key, value in own.items() if key not in wanted}
        aim = dict(wanted) if self.params["purge_tags"] else {**own, **wanted}
        if len(aim) > TAGS:
            raise ResourceError(f"{place} would have {len(aim)} LF-tags: AWS allows {TAGS}")
        return aim

    def _current(self) -> dict[Place, Assigned]:
        tables: dict[tuple[Thing, bool], list[Place]] = {}
        for place in self.wanted:
            tables.setdefault((place.thing, bool(place.column)), []).append(place)
        threads = min(MOST_THREADS, 1 + len(tables) // TABLES_A_THREAD)
        with ThreadPoolExecutor(threads) as pool:
            answers = list(pool.map(self._read, tables.values()))
        return {place: assigned for answer in answers for place, assigned in answer.items()}

    def _read(self, places: list[Place]) -> dict[Place, Assigned]:
        """The tags of a database, of a table, or of columns of one table."""
        own, effective = self._answer(places, True), self._answer(places, False)
        return {
            place: Assigned(own.get(place.column, {}), effective.get(place.column, {}))
            for place in places
        }

    def _answer(self, places: list[Place], assigned: bool) -> dict[str, Tags]:
        """The tags by column, or under the empty text; none of what is not there (yet)."""
        thing, columns = places[0].thing, [place.column for place in places if place.column]
        try:
            answer = self.api.call(
                "GetResourceLFTags",
                resource=write(thing, columns, self.params["catalog_id"]),
                show_assigned_lf_tags=assigned,
            )
        except AnsibleAWSError as error:
            if error_code(error) != MISSING:
                raise
            return {}
        if columns:
            on_columns = answer.get("lf_tags_on_columns") or []
            return {column["name"].lower(): _tags(column["lf_tags"]) for column in on_columns}
        member = "lf_tag_on_database" if thing.kind == DATABASE else "lf_tags_on_table"
        return {"": _tags(answer.get(member) or [])}

    def _write(self, operation: str, tags: dict[Place, Tags]) -> None:
        """Columns of a table that are to get or lose the same are written together."""
        alike: dict[tuple[Thing, bool, tuple[tuple[str, str], ...]], list[str]] = {}
        for place, changes in sorted(tags.items()):
            if changes:
                key = (place.thing, bool(place.column), tuple(sorted(changes.items())))
                alike.setdefault(key, []).append(place.column)
        failed: list[str] = []
        for (thing, _of_columns, pairs), columns in alike.items():
            pending = dict(pairs)
            named = [column for column in columns if column]
            wait_until(
                partial(self._send, operation, thing, named, pending, failed),
                lambda refusals: not refusals,
                timeout=self.params["wait_timeout"],
                what=f"lakeformation:{operation}",
                state=lambda refusals: f"refused {'; '.join([*failed, *refusals])}",
            )
        if failed:
            raise ResourceError(f"lakeformation:{operation} failed for {'; '.join(failed)}")

    def _send(
        self, operation: str, thing: Thing, columns: list[str], pending: Tags, failed: list[str]
    ) -> list[str]:
        """Send the tags; `pending` keeps what is to be sent again. Returns why it is refused."""
        answer = self.api.call(
            operation,
            retry=(CONFLICT,),
            resource=write(thing, columns, self.params["catalog_id"]),
            lf_tags=[{"tag_key": key, "tag_values": [value]} for key, value in pending.items()],
        )
        sent = dict(pending)
        pending.clear()
        refusals = []
        for failure in answer.get("failures") or []:
            key, error = failure["lf_tag"]["tag_key"].lower(), failure["error"]
            what = f"{text(thing)} ({', '.join(columns)})" if columns else text(thing)
            message = f"{error['error_code']}: {error.get('error_message', '')}"
            reason = f"{key}={sent[key]} on {what}: {message}"
            if error["error_code"] == CONFLICT:
                pending[key] = sent[key]
                refusals.append(reason)
            else:
                failed.append(reason)
        return refusals

    def _wait(self, aim: dict[Place, Tags]) -> dict[Place, Assigned]:
        """Wait until the tags, which are read with a delay, are those that were written."""
        return wait_until(
            self._current,
            lambda current: {place: assigned.own for place, assigned in current.items()} == aim,
            timeout=self.params["wait_timeout"],
            what="Lake Formation to tell the LF-tags that were written",
            state=lambda _: "behind",
        )


def wanted_tags(assignments: list[Values]) -> dict[Place, Tags]:
    """The LF-tags by place, in lower case; ResourceError with all that is wrong in them."""
    problems: list[str] = []
    wanted: dict[Place, Tags] = {}
    for index, assignment in enumerate(assignments):
        where = f"assignments[{index}]"
        found = [where + problem for problem in _problems(assignment)]
        problems += found
        for place in [] if found else _places(assignment["resource"]):
            if place in wanted:
                problems.append(f"{where}.resource has {place}, as another assignment has")
            tags = assignment["lf_tags"].items()
            wanted[place] = {key.lower(): str(value).lower() for key, value in tags}
    if problems:
        raise ResourceError("; ".join(problems))
    return wanted


def _problems(assignment: Values) -> Iterator[str]:
    given = {kind: member for kind, member in assignment["resource"].items() if member is not None}
    if len(given) != 1:
        chosen = ", ".join(given) or "nothing"
        yield f".resource has {chosen}: it must have exactly one kind of resource"
    if (given.get(WITH_COLUMNS) or {}).get("column_names") == []:
        yield f".resource.{WITH_COLUMNS}.column_names is empty: name a column"
    if (given.get(TABLE) or {}).get("name") == "*":
        yield f".resource.{TABLE}.name is *: LF-tags are given to one table, or to the database"
    for key, value in assignment["lf_tags"].items():
        if isinstance(value, (list, dict)) or value is None or str(value) in ("", "*"):
            yield f".lf_tags.{key} is {value!r}: a resource has exactly one value of an LF-tag"
    keys = [key.lower() for key in assignment["lf_tags"]]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f".lf_tags has {key} twice: case does not matter"


def _places(resource: Values) -> list[Place]:
    found = read(resource)
    if found is None:
        raise AssertionError("_problems() refuses a resource of no kind")
    thing, columns = found
    return [Place(thing, column) for column in columns] or [Place(thing)]


def _tags(pairs: Iterable[Values]) -> Tags:
    return {pair["tag_key"].lower(): pair["tag_values"][0].lower() for pair in pairs}


def _less(own: Tags, aim: Tags) -> Tags:
    return {key: value for key, value in own.items() if key not in aim}


def _new(own: Tags, aim: Tags) -> Tags:
    return {key: value for key, value in aim.items() if own.get(key) != value}


def _told(entry: tuple[Place, Assigned]) -> Values:
    place, assigned = entry
    return {
        "resource": write(place.thing, [place.column] if place.column else []),
        "lf_tags": assigned.own,
        "inherited_lf_tags": assigned.inherited,
    }


def _shown(tags: dict[Place, Tags]) -> Values:
    return {str(place): dict(sorted(own.items())) for place, own in sorted(tags.items())}
