"""The statements of one account and region: kept for a day, found by whoever may see them."""

from __future__ import annotations

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

from sandbox.call import Call
from sandbox.clock import Clock
from sandbox.errors import AwsError
from sandbox.identity import Principal
from sandbox.runtime import Runtime
from sandbox.services.redshift_data.connection import invalid
from sandbox.services.redshift_data.sessions import Sessions
from sandbox.services.redshift_data.statement import Statement

RESULTS_KEPT = datetime.timedelta(hours=24)
TOKENS_KEPT = datetime.timedelta(hours=8)
MOST_ACTIVE = 500
AT_ONCE = 40


class Ledger:
    """Hold `changed` around every look at a statement's progress and every change of it."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime, self.account, self.region = runtime, account, region
        self.changed = threading.Condition(threading.RLock())
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="redshift-data")
        self.sessions = Sessions(runtime.clock, self.changed)
        self._statements: dict[str, Statement] = {}
        self._tokens: dict[tuple[str, str], tuple[str, Statement]] = {}
        runtime.on_stop(self._stop)

    def add(self, statement: Statement) -> None:
        """Keep a new statement.

        Raises ActiveStatementsExceededException when too many have not ended.
        """
        self._forget_old()
        active = sum(not each.ended for each in self._statements.values())
        if active >= MOST_ACTIVE:
            message = f"The number of active statements exceeds the limit of {MOST_ACTIVE}."
            raise AwsError("ActiveStatementsExceededException", message)
        self._statements[statement.id] = statement

    def known(self, principal: Principal, token: str, request: str) -> Statement | None:
        """The statement that a principal's client token stands for, within eight hours.

        Raises ValidationException when the token came with another request.
        """
        first, statement = self._tokens.get((principal.iam_arn, token), ("", None))
        if statement is None or Clock.now() - statement.created > TOKENS_KEPT:
            return None
        if first != request:
            raise invalid(f"The ClientToken {token} was used with a request of other parameters.")
        return statement

    def remember(self, token: str, request: str, statement: Statement) -> None:
        """Let a client token stand for a statement."""
        self._tokens[statement.principal.iam_arn, token] = (request, statement)

    def visible(self, principal: Principal) -> list[Statement]:
        """The statements that a principal may see, the newest first."""
        self._forget_old()
        found = self._statements.values()
        return [each for each in found if each.principal.iam_arn == principal.iam_arn][::-1]

    def find(self, principal: Principal, identifier: str) -> tuple[Statement, int]:
        """A statement and the number of its query, 0 for the whole.

        Raises ResourceNotFoundException for one that is not there, is too old, or was run by
        another user or role.
        """
        self._forget_old()
        whole, _, number = identifier.partition(":")
        statement = self._statements.get(whole)
        if (
            statement is None
            or statement.principal.iam_arn != principal.iam_arn
            or int(number or 0) > len(statement.queries)
            or (number and not statement.batch)
        ):
            raise AwsError(
                "ResourceNotFoundException", "Query does not exist.", ResourceId=identifier
            )
        return statement, int(number or 0)

    def statement(self, identifier: str) -> Statement | None:
        """A statement by its identifier, whoever ran it; None when there is none such."""
        return self._statements.get(identifier.partition(":")[0])

    def wait(self, statement: Statement, seconds: int) -> None:
        """Wait until a statement has ended, so long at most."""
        self.changed.wait_for(lambda: statement.ended, timeout=seconds)

    def _forget_old(self) -> None:
        oldest = Clock.now() - RESULTS_KEPT
        for identifier, statement in list(self._statements.items()):
            if statement.created > oldest:
                break
            if statement.ended:
                del self._statements[identifier]
        for key, (_, statement) in list(self._tokens.items()):
            if Clock.now() - statement.created > TOKENS_KEPT:
                del self._tokens[key]

    def _stop(self) -> None:
        with self.changed:
            self.sessions.close_all()
        for statement in self._statements.values():
            statement.cancelled.set()
        self.pool.shutdown(wait=False, cancel_futures=True)


def ledger_of(call: Call) -> Ledger:
    """The ledger of the account and region that a request goes to."""
    return call.runtime.state(Ledger, call.account, call.region)
