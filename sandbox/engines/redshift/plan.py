"""What the gate makes of a statement: the steps that carry it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.engines.redshift.model import RedshiftError

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session


class Rule(Enum):
    """How a statement stands to the transaction around it."""

    WITHIN = "within"
    ALONE = "alone"  # cannot run inside a transaction block
    INSIDE = "inside"  # runs in a transaction block only
    COMMITS = "commits"  # commits the transaction that it runs in
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"


CONTROL = frozenset({Rule.BEGIN, Rule.COMMIT, Rule.ROLLBACK})
NO_BLOCK = "25P01"  # no_active_sql_transaction


@dataclass(frozen=True)
class Query:
    """Run this SQL as the session's user; the result is the statement's when main is set."""

    sql: str
    main: bool = True


@dataclass(frozen=True)
class Internal:
    """Run this SQL with the engine's own rights, in the same transaction."""

    sql: str


# After what makes a superuser the owner of a view: see bootstrap/security.sql
DISOWN_VIEWS = Internal("SELECT pg_catalog.redshift_disown_views()")

FORGET_DROPPED = Internal("SELECT pg_catalog.redshift_forget_dropped()")


class Action(Protocol):
    """A step that needs more than SQL.

    It gives the number of rows affected, or a result of PostgreSQL's, where it has one.
    """

    def __call__(self, session: Session, /) -> Any: ...


Step = Query | Internal | Action


@dataclass(frozen=True)
class Plan:
    """A statement ready to run.

    tag is the command tag for clients of the wire protocol; PostgreSQL's own is used when it is
    empty. table is the table that the statement writes to, for error messages.
    """

    steps: list[Step]
    tag: str = ""
    rule: Rule = Rule.WITHIN
    table: str = ""
    mode: str = ""  # of the transaction that it begins
    text: str = ""  # of the statement, for the views that tell of the past
    described: str = ""  # a query with the columns of its result, where no step tells them

    @property
    def name(self) -> str:
        """How error messages call the statement."""
        return self.tag or self.text.split(maxsplit=1)[0].upper()

    @property
    def preparable(self) -> bool:
        """Whether PostgreSQL can prepare it for a client."""
        return self.rule in (Rule.WITHIN, Rule.INSIDE, Rule.COMMITS)

    @property
    def single(self) -> str | None:
        """The SQL, when one query is all there is to it."""
        if len(self.steps) == 1 and isinstance(self.steps[0], Query):
            return self.steps[0].sql
        return None


def outside_block(plan: Plan) -> RedshiftError:
    """The error of a statement that runs in a transaction block only."""
    return RedshiftError(f"{plan.name} may only be used in transaction blocks", NO_BLOCK)


class Outcome:
    """What carrying out a plan gave: a result of PostgreSQL's, or a number of rows affected."""

    def __init__(self) -> None:
        self.result: Any = None
        self.affected: int | None = None
        self.tag = ""  # where it is not the plan's
