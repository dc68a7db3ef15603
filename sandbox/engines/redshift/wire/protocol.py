"""Messages of the PostgreSQL protocol, version 3, which Redshift speaks.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.engines.redshift.model import RedshiftError

SSL_REQUEST = 80877103
GSS_REQUEST = 80877104
CANCEL_REQUEST = 80877102
MAJOR_VERSION = 3
LARGEST_STARTUP = 10_000
LARGEST_MESSAGE = 64 * 1024 * 1024


class ProtocolError(Exception):
    """The client does not speak the protocol, or has gone."""


@dataclass(frozen=True)
class Field:
    """A column of a RowDescription. format is 0 for text, 1 for binary."""

    name: str
    table: int
    column: int
    type: int
    size: int
    modifier: int
    format: int = 0


class Stream:
    """A client's connection, message by message. Output is kept until flush()."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        # nothing is read ahead: what comes before a handshake is no part of what comes after it
        self._input: io.BufferedIOBase | io.RawIOBase = connection.makefile("rb", buffering=0)
        self._output = bytearray()

    @property
    def encrypted(self) -> bool:
        return isinstance(self._connection, ssl.SSLSocket)

    @property
    def peer(self) -> str:
        """The client's IP address."""
        return str(self._connection.getpeername()[0])

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._input.read(size - len(data))
            if not part:
                raise ProtocolError("the client has gone")
            data += part
        return data

    def shut(self) -> None:
        """Cut the client off, from any thread."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._input.close()
            self._connection.close()

    def startup(self) -> tuple[int, bytes]:
        """The first message: its code and body."""
        (length,) = struct.unpack("!I", self.exactly(4))
        if not 8 <= length <= LARGEST_STARTUP:
            raise ProtocolError("invalid length of startup packet")
        body = self.exactly(length - 4)
        (code,) = struct.unpack("!I", body[:4])
        if code not in (SSL_REQUEST, GSS_REQUEST):
            self._input = self._connection.makefile("rb")
        return code, body[4:]

    def message(self) -> tuple[bytes, bytes]:
        """The next message: its type and body."""
        head = self.exactly(5)
        (length,) = struct.unpack("!I", head[1:])
        if not 4 <= length <= LARGEST_MESSAGE:
            raise ProtocolError("invalid message length")
        return head[:1], self.exactly(length - 4)

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self._output += kind + struct.pack("!I", len(body) + 4) + body
        if len(self._output) > 1 << 20:
            self.flush()

    def refuse_encryption(self) -> None:
        self._connection.sendall(b"N")

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Answer SSLRequest with yes, and do the handshake. Raises OSError when it fails."""
        self._connection.sendall(b"S")
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._input = self._connection.makefile("rb", buffering=0)

    def flush(self) -> None:
        if self._output:
            self._connection.sendall(self._output)
            self._output.clear()

    def authentication(self, code: int) -> None:
        self.send(b"R", struct.pack("!I", code))

    def parameter(self, name: str, value: str) -> None:
        self.send(b"S", text(name) + text(value))

    def key(self, pid: int, secret: int) -> None:
        self.send(b"K", struct.pack("!II", pid, secret))

    def ready(self, state: bytes) -> None:
        """state: I idle, T in a transaction, E in a failed one."""
        self.send(b"Z", state)
        self.flush()

    def error(self, error: RedshiftError, severity: str = "ERROR") -> None:
        self._report(
            b"E",
            {
                "S": severity,
                "C": error.sqlstate,
                "M": error.message,
                "D": error.detail,
                "H": error.hint,
            },
        )

    def notice(self, message: str, severity: str = "INFO") -> None:
        self._report(b"N", {"S": severity, "C": "00000", "M": message})

    def _report(self, kind: bytes, fields: Mapping[str, str]) -> None:
        body = b"".join(key.encode() + text(value) for key, value in fields.items() if value)
        self.send(kind, body + b"\0")

    def row_description(self, fields: Sequence[Field]) -> None:
        body = struct.pack("!H", len(fields))
        for field in fields:
            body += text(field.name) + struct.pack(
                "!IhIhih",
                field.table,
                field.column,
                field.type,
                field.size,
                field.modifier,
                field.format,
            )
        self.send(b"T", body)

    def parameter_description(self, types: Sequence[int]) -> None:
        self.send(b"t", struct.pack(f"!H{len(types)}I", len(types), *types))

    def data_row(self, values: Sequence[bytes | None]) -> None:
        parts = [struct.pack("!H", len(values))]
        for value in values:
            if value is None:
                parts.append(b"\xff\xff\xff\xff")
            else:
                parts += (struct.pack("!I", len(value)), value)
        self.send(b"D", b"".join(parts))

    def complete(self, tag: str) -> None:
        self.send(b"C", text(tag))


class Body:
    """Reads a message's body."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def text(self) -> str:
        end = self._data.find(b"\0", self._position)
        if end < 0:
            raise ProtocolError("invalid string in message")
        value = self._data[self._position : end]
        self._position = end + 1
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise ProtocolError("invalid UTF-8 in message") from None

    def take(self, size: int) -> bytes:
        value = self._data[self._position : self._position + size]
        if len(value) < size:
            raise ProtocolError("message is too short")
        self._position += size
        return value

    def short(self) -> int:
        return int(struct.unpack("!h", self.take(2))[0])

    def long(self) -> int:
        return int(struct.unpack("!i", self.take(4))[0])

    def shorts(self) -> list[int]:
        return [self.short() for _ in range(self.short())]

    def longs(self) -> list[int]:
        return [self.long() & 0xFFFFFFFF for _ in range(self.short())]

    def values(self) -> list[bytes | None]:
        found: list[bytes | None] = []
        for _ in range(self.short()):
            size = self.long()
            found.append(None if size < 0 else self.take(size))
        return found


def text(value: str) -> bytes:
    return value.encode() + b"\0"
