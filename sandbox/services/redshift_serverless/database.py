"""A namespace's database cluster, its logins, and the endpoint that a workgroup gives it."""

from __future__ import annotations

import datetime
import hmac
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from sandbox.clock import Clock
from sandbox.engines.redshift import Server, Storage, Tls, Warehouse
from sandbox.errors import AwsError


class Logins:
    """The passwords that a namespace's endpoint takes: the administrator's, temporary ones."""

    def __init__(self, admin_user: str, admin_password: str) -> None:
        self._lock = threading.Lock()
        self._temporary: dict[str, list[tuple[str, datetime.datetime]]] = {}
        self.set_admin(admin_user, admin_password)

    def set_admin(self, user: str, password: str) -> None:
        """Make this user and password the administrator's."""
        self.admin_user, self._admin_password = user, password

    def issue(self, user: str, seconds: int) -> tuple[str, datetime.datetime]:
        """A new password of a user, and when it expires."""
        password, expiration = secrets.token_urlsafe(48), _after(seconds)
        with self._lock:
            valid = [issued for issued in self._temporary.get(user, []) if issued[1] > Clock.now()]
            self._temporary[user] = [*valid, (password, expiration)]
        return password, expiration

    def admits(self, user: str, password: str) -> bool:
        """Whether this is a user's password at this time."""
        if user == self.admin_user:
            return _equal(password, self._admin_password)
        with self._lock:
            issued = self._temporary.get(user, [])
            now = Clock.now()
            return any(_equal(password, known) for known, until in issued if until > now)


class Database:
    """The cluster of one namespace, started in the background."""

    def __init__(
        self, directory: Path, *, cluster: str, name: str, logins: Logins, password: str
    ) -> None:
        self.name = name
        self.logins = logins
        self._warehouse = Warehouse(
            directory,
            name=cluster,
            admin_user=logins.admin_user,
            admin_password=password,
            database=name,
        )
        self._started: Future[Warehouse] = Future()
        self._change = threading.Lock()
        threading.Thread(target=self._start, daemon=True, name=f"redshift {cluster}").start()

    def warehouse(self) -> Warehouse:
        """The running cluster, waited for.

        Raises InternalServerException with the reason when it could not start.
        """
        try:
            return self._started.result()
        except Exception as error:
            message = f"The database of the namespace did not start: {error}"
            raise AwsError("InternalServerException", message) from error

    def admits(self, user: str, password: str) -> bool:
        """Whether a user logs in with this password: one given here, or one of its own."""
        if user == self.logins.admin_user:
            return self.logins.admits(user, password)
        return self.logins.admits(user, password) or self.warehouse().accepts(user, password)

    def set_admin(self, user: str, password: str) -> None:
        """Give the administrator another name and password."""
        with self._change:
            self.warehouse().set_admin(user, password)
            self.logins.set_admin(user, password)

    def stop(self) -> None:
        """Stop the cluster, once its start is over."""
        self._started.exception()
        self._warehouse.stop()

    def destroy(self) -> None:
        """Stop the cluster and remove its files."""
        self._started.exception()
        self._warehouse.destroy()

    def _start(self) -> None:
        try:
            self._warehouse.start()
        except Exception as error:  # told to whoever needs the cluster
            self._started.set_exception(error)
        else:
            self._started.set_result(self._warehouse)


class Endpoint:
    """A workgroup's server for clients of the wire protocol."""

    def __init__(
        self,
        database: Database,
        address: tuple[str, int],
        storage_for: Callable[[str], Storage],
        tls: Tls,
    ) -> None:
        host, port = address
        warehouse = database.warehouse()
        self._server: Server = warehouse.serve(host, port, database.admits, storage_for, tls)

    def close(self) -> None:
        """Serve no longer."""
        self._server.close()


def _after(seconds: int) -> datetime.datetime:
    return Clock.now() + datetime.timedelta(seconds=seconds)


def _equal(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
