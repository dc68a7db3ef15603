"""Sessions of the Data API: a connection that is kept for the statements to come.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-calling-cli-list-sessions.html
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_SessionData.html
"""

from __future__ import annotations

import datetime
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.clock import Clock
from sandbox.engines.redshift import Batch, Runner
from sandbox.errors import AwsError
from sandbox.identity import Principal
from sandbox.services.redshift_data.connection import REACHABLE, Connection, invalid

if TYPE_CHECKING:
    from sandbox.services.redshift_data.statement import Statement

LONGEST = datetime.timedelta(hours=24)
MOST_OPEN = 500
"""Of a workgroup."""


@dataclass
class Session:
    """A connection of one principal's, busy with one statement at most.

    keep_alive are the seconds that it outlives its last statement.
    """

    principal: Principal
    connection: Connection
    keep_alive: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: datetime.datetime = field(default_factory=Clock.now)
    updated: datetime.datetime = field(default_factory=Clock.now)
    closed: bool = False
    statement: Statement | None = None  # the one that runs
    runner: Runner | None = field(default=None, repr=False)
    timer: threading.Timer | None = field(default=None, repr=False)

    @property
    def status(self) -> str:
        """AVAILABLE, BUSY or CLOSED."""
        if self.closed:
            return "CLOSED"
        return "BUSY" if self.statement else "AVAILABLE"

    @property
    def expires(self) -> datetime.datetime:
        """When it ends unless a statement comes; or when it did."""
        latest = self.created + LONGEST
        if self.closed:
            return self.updated
        if self.statement:
            return latest
        return min(self.updated + datetime.timedelta(seconds=self.keep_alive), latest)

    def run(self, batch: Batch, cancelled: threading.Event) -> None:
        """Run a batch in the session. Raises RedshiftError, also when the login fails."""
        if self.runner is None:
            self.runner = self.connection.open()
        self.runner.run(batch, cancelled)

    def members(self) -> dict[str, Any]:
        """What ListSessions tells."""
        running = {"CurrentStatementId": self.statement.id} if self.statement else {}
        return {
            "SessionId": self.id,
            "Status": self.status,
            "CreatedAt": self.created,
            "UpdatedAt": self.updated,
            "Database": self.connection.database,
            "DbUser": self.connection.user,
            "WorkgroupName": self.connection.workgroup_name,
            "SessionAliveSeconds": self.keep_alive,
            "SessionTtl": self.expires,
            **running,
        }


class Sessions:
    """The sessions of one account and region. Hold `changed` around every call."""

    def __init__(self, clock: Clock, changed: threading.Condition) -> None:
        self._clock, self._changed = clock, changed
        self._sessions: dict[str, Session] = {}

    def new(self, principal: Principal, connection: Connection, keep_alive: int) -> Session:
        """A session to begin a statement in.

        Raises ActiveSessionsExceededException when the workgroup has too many.
        """
        self._forget_old()
        workgroup = connection.workgroup
        there = [each for each in self._sessions.values() if each.connection.workgroup is workgroup]
        if sum(not each.closed for each in there) >= MOST_OPEN:
            message = f"The number of active sessions exceeds the limit of {MOST_OPEN}."
            raise AwsError("ActiveSessionsExceededException", message)
        return Session(principal, connection, keep_alive)

    def known(self, principal: Principal, identifier: str) -> Session:
        """A session that a principal's user or role made. Raises ValidationException."""
        session = self.session(identifier)
        if session is None or session.principal.iam_arn != principal.iam_arn:
            raise invalid(f"Session with Id: {identifier} is invalid.")
        return session

    def available(self, session: Session) -> Session:
        """The session, if a statement may begin in it. Raises ValidationException."""
        if not session.statement and session.connection.workgroup.status not in REACHABLE:
            self._close(session)
        if session.status != "AVAILABLE":
            raise invalid("Session is not available")
        return session

    def session(self, identifier: str) -> Session | None:
        """A session by its identifier, whoever made it."""
        self._forget_old()
        return self._sessions.get(identifier)

    def visible(self, principal: Principal) -> list[Session]:
        """The sessions that a principal's user or role made, the newest first."""
        self._forget_old()
        found = self._sessions.values()
        return [each for each in found if each.principal.iam_arn == principal.iam_arn][::-1]

    def begin(self, session: Session, statement: Statement) -> None:
        """Let a statement have the session, for as long as the session may last."""
        self._sessions[session.id] = session
        session.statement, session.updated = statement, Clock.now()
        self._until(session, session.expires)

    def end(self, session: Session) -> None:
        """The statement has ended: wait for the next, as long as the session is kept alive."""
        session.statement, session.updated = None, Clock.now()
        broken = session.runner is None or session.runner.broken
        if broken or session.expires <= session.updated:
            self._close(session)
        else:
            self._until(session, session.expires)

    def close_all(self) -> None:
        """Close every session that is idle, and let none that runs outlive its statement."""
        for session in self._sessions.values():
            self._over(session)

    def _until(self, session: Session, moment: datetime.datetime) -> None:
        if session.timer is not None:
            session.timer.cancel()
        seconds = (moment - Clock.now()).total_seconds()
        session.timer = self._clock.after(max(seconds, 0), lambda: self._ring(session, moment))

    def _ring(self, session: Session, moment: datetime.datetime) -> None:
        with self._changed:
            if session.expires == moment:
                self._over(session)

    def _over(self, session: Session) -> None:
        if session.statement is None:
            self._close(session)
        else:
            session.keep_alive = 0
            session.statement.cancelled.set()

    def _close(self, session: Session) -> None:
        if session.closed:
            return
        session.closed, session.updated = True, Clock.now()
        if session.timer is not None:
            session.timer.cancel()
        if session.runner is not None:
            session.runner.close()

    def _forget_old(self) -> None:
        oldest = Clock.now() - LONGEST
        for identifier, session in list(self._sessions.items()):
            if session.closed and session.created < oldest:
                del self._sessions[identifier]
