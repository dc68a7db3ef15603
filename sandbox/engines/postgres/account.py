"""As whom, and from where, PostgreSQL's programs run: they refuse to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sandbox.engines.postgres import namespace, places
from sandbox.engines.postgres.binaries import Install
from sandbox.engines.postgres.errors import PostgresError, from_os

UNPRIVILEGED = "nobody"
NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "doc", "man")


@dataclass(frozen=True)
class Account:
    """A way to run PostgreSQL's programs, and the folder that clusters can live in."""

    bin: Path
    home: Path
    uid: int | None = None  # run as this user instead of ourselves
    gid: int | None = None
    in_namespace: bool = False

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; its output and errors are in .stdout, as text."""
        return subprocess.run(
            self._command(program, arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._options(),
        )

    def spawn(self, log: IO[bytes], program: str, *arguments: str | Path) -> subprocess.Popen[Any]:
        """Start a server, away from the terminal's signals, that writes to a log."""
        return subprocess.Popen(
            self._command(program, arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **self._options(),
        )

    def make_folder(self, path: Path) -> None:
        """Make a folder that belongs to the account, and to nobody else."""
        path.mkdir(mode=0o700)
        self._give(path)

    def write_file(self, path: Path, text: str) -> None:
        """Write a file that only the account can read, whole or not at all."""
        unfinished = path.with_name(f"{path.name}.new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self._give(unfinished)
        unfinished.replace(path)

    def works(self) -> bool:
        """Whether PostgreSQL can be executed in this way."""
        try:
            return self.run("postgres", "--version").returncode == 0
        except OSError:
            return False

    def _give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _command(self, program: str, arguments: tuple[str | Path, ...]) -> list[str]:
        command = [str(self.bin / program), *(str(argument) for argument in arguments)]
        if self.in_namespace:
            return [sys.executable, "-I", "-S", namespace.__file__, *command]
        return command

    def _options(self) -> dict[str, Any]:
        keep = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        options: dict[str, Any] = {
            "cwd": "/",
            "env": environment | {"LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
        }
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options


def choose(install: Install, directory: Path) -> Account:
    """How to run this PostgreSQL with its data under the sandbox's directory.

    A normal user runs it as itself. Root runs it as nobody; where nobody may not enter, in a user
    namespace; where that is forbidden, as nobody with data, and if need be a copy of the
    programs, in the annex. Raises PostgresError when none of these works.
    """
    home = places.clusters(directory)
    ourselves = Account(install.bin, home)
    if os.geteuid() != 0:
        return ourselves
    nobody = _nobody(install, home)
    if nobody and places.enterable(home, nobody.uid or 0, nobody.gid or 0) and nobody.works():
        return nobody
    confined = Account(install.bin, home, in_namespace=True)
    if places.enterable(home, os.getuid(), os.getgid()) and confined.works():
        return confined
    if nobody:
        moved = _in_annex(install, directory, nobody)
        if moved.works():
            return moved
    raise PostgresError(
        "PostgreSQL cannot run as root, and this system lets root neither become the user"
        f" {UNPRIVILEGED} nor make a user namespace: run the sandbox as a normal user."
    )


def _nobody(install: Install, home: Path) -> Account | None:
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return None
    return Account(install.bin, home, uid=entry.pw_uid, gid=entry.pw_gid)


def _in_annex(install: Install, directory: Path, nobody: Account) -> Account:
    annex = places.make_annex(directory)
    if nobody.works():
        return Account(nobody.bin, annex, nobody.uid, nobody.gid)
    copy = annex / f"postgres-{install.major}"
    try:
        if not copy.exists():
            unfinished = annex / f"postgres-{install.major}-{os.getpid()}.new"
            for folder in install.folders:
                shutil.copytree(
                    folder,
                    unfinished / folder.relative_to(_common(install)),
                    symlinks=True,
                    ignore=NOT_NEEDED,
                )
            _open_to_all(unfinished)
            unfinished.rename(copy)
    except OSError as error:
        raise from_os(f"Cannot copy PostgreSQL to {annex}", error, annex) from None
    return Account(copy / install.bin.relative_to(_common(install)), annex, nobody.uid, nobody.gid)


def _common(install: Install) -> Path:
    return Path(os.path.commonpath([folder.parent for folder in install.folders]))


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        if path.is_file() and path.parent.name == "bin":
            path.chmod(0o755)
