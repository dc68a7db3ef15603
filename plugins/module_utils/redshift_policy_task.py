# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a task about policies of Redshift: read, plan, refuse, run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .errors import ResourceError
from .redshift_connection import Connection
from .redshift_policies import batches, size_faults

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
Ask = Callable[[list[str]], list[list[Values]]]
"""Returns the rows of each query."""
State = TypeVar("State")
Result_co = TypeVar("Result_co", covariant=True)


class Change(Protocol[Result_co]):
    """What leads to what is wanted: statements, in groups that are one transaction each."""

    @property
    def after(self) -> Result_co: ...

    def groups(self) -> list[list[str]]: ...


class Declaration(Protocol[State]):
    """What a task wants of some state of the database."""

    nothing: State

    def read(self, ask: Ask, database: str) -> State:
        """What there is."""

    def change(self, current: State) -> Change[State]: ...

    def lacking(self, current: State) -> list[str]:
        """What has to be there first, and isn't."""

    def view(self, state: State) -> Values:
        """The state in words, as far as the task decides it."""


def refuse(faults: list[str]) -> None:
    """Raises ResourceError with all that is wrong."""
    if faults:
        raise ResourceError("; ".join(dict.fromkeys(faults)))


def ensure(module: AnsibleAWSModule, declaration: Declaration[State]) -> Values:
    """Make it so, at the database that the module's options name; returns the module's result."""
    connection = Connection(module)
    try:
        current = declaration.read(connection.rows, module.params["database"])
    except AnsibleAWSError as error:
        if not connection.will_exist_later(error):
            raise
        current = declaration.nothing
    if not module.check_mode:  # there an earlier task would have made it
        refuse(declaration.lacking(current))
    change = declaration.change(current)
    groups = change.groups()
    refuse(list(size_faults(groups)))
    if not module.check_mode:
        for batch in batches(groups):
            connection.run(batch)
    result: Values = {"changed": bool(groups), "statements": [sql for one in groups for sql in one]}
    if module._diff:
        result["diff"] = {
            "before": declaration.view(current),
            "after": declaration.view(change.after),
        }
    return result
