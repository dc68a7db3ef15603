"""The endpoint of a warehouse: psql and the drivers of Redshift connect here."""

from __future__ import annotations

import contextlib
import secrets
import socket
import ssl
import struct
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.model import RedshiftError, Storage
from sandbox.engines.redshift.session import Session
from sandbox.engines.redshift.wire import protocol
from sandbox.engines.redshift.wire.conversation import Conversation
from sandbox.engines.redshift.wire.protocol import ProtocolError, Stream

if TYPE_CHECKING:
    from sandbox.engines.redshift.warehouse import Warehouse

CLEARTEXT, OK = 3, 0
PARAMETERS = {
    "server_version": "8.0.2",
    "server_encoding": "UTF8",
    "client_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
    "integer_datetimes": "on",
}


@dataclass(frozen=True)
class Tls:
    """What a server presents itself with, and whether it refuses clear text at the moment."""

    context: Callable[[], ssl.SSLContext]
    required: Callable[[], bool]


class Server:
    """Listens until it is closed; each client has a thread and a session of its own.

    port is the port that it listens on, a free one when 0 was asked for.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        host: str,
        port: int,
        authenticate: Callable[[str, str], bool],
        storage_for: Callable[[str], Storage],
        tls: Tls | None = None,
    ) -> None:
        self._warehouse = warehouse
        self._authenticate = authenticate
        self._storage_for = storage_for
        self._tls = tls
        self._listener = socket.create_server((host, port))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._clients: set[Stream] = set()
        self._sessions: dict[tuple[int, int], Session] = {}
        self._thread = threading.Thread(
            target=self._accept, daemon=True, name=f"redshift {host}:{self.port}"
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening and cut off every client."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            clients, sessions = list(self._clients), list(self._sessions.values())
        for session in sessions:
            session.cancel()
        for client in clients:
            client.shut()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(Stream(client),), daemon=True).start()

    def _serve(self, client: Stream) -> None:
        with self._lock:
            self._clients.add(client)
        try:
            self._talk(client)
        except (ProtocolError, OSError):
            pass  # the client has gone, or is no client of this protocol
        except Exception:  # nobody waits for this thread: the log gets what is unexpected
            traceback.print_exc()
        finally:
            with self._lock:
                self._clients.discard(client)
            client.close()

    def _talk(self, stream: Stream) -> None:
        code, body = stream.startup()
        while code in (protocol.SSL_REQUEST, protocol.GSS_REQUEST):
            if self._tls is None or stream.encrypted or code == protocol.GSS_REQUEST:
                stream.refuse_encryption()
            else:
                stream.encrypt(self._tls.context())
            code, body = stream.startup()
        if code == protocol.CANCEL_REQUEST:
            self._cancel(body)
            return
        if code >> 16 != protocol.MAJOR_VERSION:
            raise ProtocolError("unsupported protocol version")
        settings = _settings(body)
        try:
            session = self._login(stream, settings)
        except RedshiftError as error:
            stream.error(error, "FATAL")
            stream.flush()
            return
        key = (session.backend.pid, secrets.randbits(31))
        with self._lock:
            self._sessions[key] = session
        try:
            self._welcome(stream, session, settings, key)
            Conversation(stream, session).run()
        finally:
            with self._lock:
                del self._sessions[key]
            session.close()

    def _login(self, stream: Stream, settings: dict[str, str]) -> Session:
        user = settings.get("user", "")
        database = settings.get("database") or user
        if self._tls is not None and self._tls.required() and not stream.encrypted:
            raise RedshiftError(
                f'no pg_hba.conf entry for host "::ffff:{stream.peer}", user "{user}",'
                f' database "{database}", SSL off',
                "28000",
            )
        stream.authentication(CLEARTEXT)
        stream.flush()
        kind, body = stream.message()
        if kind != b"p":
            raise ProtocolError("no password")
        password = body.rstrip(b"\0").decode(errors="replace")
        if not user or not self._authenticate(user, password):
            raise RedshiftError(f'password authentication failed for user "{user}"', "28P01")
        return self._warehouse.session(user, database, self._storage_for(user))

    def _welcome(
        self, stream: Stream, session: Session, settings: dict[str, str], key: tuple[int, int]
    ) -> None:
        stream.authentication(OK)
        for name, value in PARAMETERS.items():
            stream.parameter(name, value)
        stream.parameter("is_superuser", "on" if session.superuser else "off")
        stream.parameter("session_authorization", session.user)
        stream.parameter("application_name", settings.get("application_name", ""))
        stream.key(*key)

    def _cancel(self, body: bytes) -> None:
        if len(body) < 8:
            return
        key = struct.unpack("!II", body[:8])
        with self._lock:
            session = self._sessions.get((key[0], key[1]))
        if session is not None:
            session.cancel()


def _settings(body: bytes) -> dict[str, str]:
    """The settings of a startup message; those that only Redshift knows are simply not used."""
    parts = [part.decode(errors="replace") for part in body.split(b"\0")]
    return dict(zip(parts[::2], parts[1::2], strict=False))
