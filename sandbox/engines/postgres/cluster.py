"""One PostgreSQL cluster: made, started, stopped, changed, removed."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from sandbox.engines.postgres import binaries, configuration, places, records
from sandbox.engines.postgres.account import Account, choose
from sandbox.engines.postgres.configuration import Value
from sandbox.engines.postgres.errors import PostgresError, from_os, from_output

START_SECONDS = 60.0
BUILTIN_LOCALES = 17  # the version that brought C.UTF-8 without help of the system
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)


class Cluster:
    """A cluster of the sandbox in a directory.

    host None means that it listens on its unix socket only. The password is the superuser's;
    every connection needs one. settings go over the sandbox's own; major asks for a PostgreSQL
    version, which is taken where this machine has it. Methods raise PostgresError.
    """

    def __init__(
        self,
        directory: Path | str,
        name: str,
        *,
        password: str,
        host: str | None = None,
        port: int = 5432,
        superuser: str = "postgres",
        settings: Mapping[str, Value] | None = None,
        major: int | None = None,
    ) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"a cluster's name is letters, digits, '.', '_' and '-', not {name!r}")
        self.name = name
        self.host = host
        self.port = port
        self.superuser = superuser
        self._password = password
        self._settings = dict(settings or {})
        self._directory = Path(directory).absolute()
        self._major = major
        self._account: Account | None = None
        self._home = self.socket_dir = self.data = Path()
        self._process: subprocess.Popen[Any] | None = None
        self._lock = threading.RLock()

    @property
    def log(self) -> Path:
        """The server's log file."""
        return places.clusters(self._directory) / f"{self.name}.log"

    @property
    def running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def create(self) -> None:
        """Make the data folder: UTF8, locale C, time zone UTC."""
        with self._lock, self._files():
            clusters = places.clusters(self._directory)
            clusters.mkdir(parents=True, exist_ok=True)
            install = binaries.find(self._major)
            account = choose(install, self._directory)
            self._home = account.home / self.name
            self.data = self._home / "data"
            self.socket_dir = places.socket_directory(self._directory, self._home, self.name)
            if self._home.exists():
                raise PostgresError(f"There is a cluster in {self._home} already.")
            self._account = account
            self._record(None)
            account.make_folder(self._home)
            if self.socket_dir != self._home:
                places.remove(self.socket_dir)
                account.make_folder(self.socket_dir)
            self._initialise(account, install.major)

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        with self._lock, self._files():
            account = self._made()
            if self.running:
                return
            self._write_settings(account)
            beginning = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as log:
                self._process = account.spawn(log, "postgres", "-D", self.data)
            self._record(self._process.pid)
            self._await_ready(self._process, beginning)

    def stop(self) -> None:
        """Stop the server: clients are cut off, transactions rolled back; then harder."""
        with self._lock:
            process = self._process
            if process is None:
                return
            for number, patience in records.ESCALATION:
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
                    break
            else:
                raise PostgresError(f"PostgreSQL (process {process.pid}) does not end.")
            self._process = None
            self._record(None)

    def restart(self, settings: Mapping[str, Value] | None = None) -> None:
        """Stop and start, with these settings in place of the earlier ones if given."""
        with self._lock:
            self.stop()
            if settings is not None:
                self._settings = dict(settings)
            self.start()

    def reload(self, settings: Mapping[str, Value]) -> None:
        """Replace the settings and apply those that need no restart."""
        with self._lock, self._files():
            self._settings = dict(settings)
            if self.running:
                self._write_settings(self._made())
                with self.connect() as connection:
                    connection.execute("select pg_reload_conf()")

    def remove(self) -> None:
        """Stop the server and remove all files of the cluster."""
        with self._lock:
            self.stop()
            if self._account is None:
                return
            places.remove(self._home)
            places.remove(self.socket_dir)
            self.log.unlink(missing_ok=True)
            records.forget(self._directory, self.name)
            self._account = None

    def dsn(
        self,
        database: str = "postgres",
        user: str | None = None,
        password: str | None = None,
        **options: Any,
    ) -> str:
        """A libpq connection string; without a user, the superuser's with its password."""
        if user is None:
            user, password = self.superuser, self._password
        address = self.host or str(self.socket_dir)
        parts: dict[str, Any] = {"host": address, "port": self.port, "dbname": database}
        return make_conninfo("", **(parts | {"user": user, "password": password} | options))

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the superuser through the unix socket, in autocommit mode."""
        dsn = self.dsn(database, host=str(self.socket_dir), application_name="rdsadmin")
        try:
            return psycopg.connect(dsn, autocommit=True)
        except psycopg.OperationalError as error:
            raise PostgresError(f"Cluster {self.name}: {str(error).splitlines()[-1]}") from None

    def _made(self) -> Account:
        if self._account is None:
            raise PostgresError(f"Cluster {self.name} has not been made, or is removed.")
        return self._account

    def _files(self) -> contextlib.AbstractContextManager[None]:
        return _translated(f"Cluster {self.name}", self._directory)

    def _initialise(self, account: Account, major: int) -> None:
        locale = ["--locale=C"]
        if major >= BUILTIN_LOCALES:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        secret = self._home / "password"
        account.write_file(secret, self._password)
        try:
            made = account.run(
                "initdb",
                *("-D", str(self.data), "-U", self.superuser, "-E", "UTF8", *locale),
                *("--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-instructions"),
            )
        finally:
            secret.unlink(missing_ok=True)
        if made.returncode:
            raise from_output(f"Cluster {self.name} cannot be made", made.stdout, self._home)
        account.write_file(self.data / "pg_hba.conf", configuration.CLIENT_AUTHENTICATION)
        main = self.data / "postgresql.conf"
        account.write_file(main, main.read_text() + configuration.INCLUDE)

    def _write_settings(self, account: Account) -> None:
        where = configuration.listening(self.host, self.port, self.socket_dir)
        settings = configuration.BASE | self._settings | where
        account.write_file(self.data / configuration.FILE, configuration.text(settings))

    def _await_ready(self, process: subprocess.Popen[Any], beginning: int) -> None:
        limit = time.monotonic() + START_SECONDS
        while not self._is_ready(process.pid):
            if process.poll() is not None:
                self._process = None
                self._record(None)
                with self.log.open("rb") as log:
                    log.seek(beginning)
                    said = log.read().decode(errors="replace")
                raise from_output(f"Cluster {self.name} does not start", said, self._home)
            if time.monotonic() > limit:
                self.stop()
                raise PostgresError(f"Cluster {self.name} is not ready: see {self.log}.")
            time.sleep(records.POLL)

    def _is_ready(self, pid: int) -> bool:
        """Whether postmaster.pid says so, and is this process's own."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _record(self, pid: int | None) -> None:
        folders = dict.fromkeys(str(path) for path in (self._home, self.socket_dir))
        records.Record(self.name, pid, str(self.data), list(folders)).write(self._directory)


@contextlib.contextmanager
def _translated(what: str, directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise from_os(what, error, directory) from None
