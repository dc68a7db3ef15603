"""The property: however changes arrive, the warehouse ends up as the source is.

A round is one random table with several lives beside each other, each with its own keys: each is
a case. What the warehouse must hold follows from the lives alone.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import Any

from sandbox.engines.redshift import RedshiftError
from tests.sandbox.load.engine import FIRST_SNAPSHOT, TARGET, TOMBSTONES, Engine
from tests.sandbox.load.landed_files import changes_file, load_file
from tests.sandbox.load.lives import Change, Life, Row, moment, told
from tests.sandbox.load.shapes import LIVES, MODES, NULL, random_shape

MOST_TRANSACTIONS = 6


class Round:
    """The cases of one number; the same number is the same round."""

    def __init__(self, engine: Engine, number: int, history: str = "") -> None:
        self._random = random.Random(number)
        self._engine = engine
        self.shape = random_shape(self._random, history or MODES[number % len(MODES)])
        engine.prepare(self.shape)
        self.lives = [Life(self._random, self.shape, place) for place in range(LIVES)]
        self._snapshot = self._fence = 0
        self._since: list[int] = []
        self._altered = self._followed = self._read_altered = False
        self._quiet = self._random.randint(0, 5)
        """So many times the source lives before it alters the table, if the end does not come first."""
        self._horizon = ""
        """Changes with earlier sequences are in the full load already."""
        self._arrived: list[Change] = []
        """What has been loaded since the last full load."""

    def run(self) -> None:
        """Load all that happens, with what may go wrong on the way."""
        chance = self._random
        self._live()
        self._full_load()
        if chance.random() < 0.6:
            self._live()
            before = [len(life.log) for life in self.lives]
            self._deliver(self._since, lost=chance.random() < 0.3)
            self._live()
            if chance.random() < 0.4:
                self._truncate()
            self._full_load()
            if chance.random() < 0.5:
                # what came before the full load is delivered after it once more
                self._since = [max(0, count - 6) for count in before]
        self._quiet = 0
        self._live()
        for life in self.lives:
            if chance.random() < 0.3:
                life.redeliver()
        self._deliver(self._since)
        self._follow()

    def check(self) -> None:
        """Raises AssertionError where the warehouse is not as the source is."""
        expected = {
            told(key): told(row)
            for life, since in zip(self.lives, self._since, strict=True)
            for key, row in self._kept(life, since)
        }
        found = self._engine.live()
        assert dict(found) == expected
        assert len(found) == len(expected), "a key stands there twice"
        if self.shape.history in ("append", "scd2"):
            self._check_changes()

    def _kept(self, life: Life, since: int) -> Iterator[tuple[Row, Row]]:
        """Rows as the warehouse keeps them: the full load has nothing of a column that was dropped."""
        changed = {change.key for change in life.log[since:]}
        gone = self.shape.dropped if self._read_altered else ()
        for key, row in life.rows.items():
            if key in changed:
                yield key, row
            else:
                columns = zip(self.shape.others, row, strict=True)
                yield key, tuple(NULL if column in gone else value for column, value in columns)

    def _check_changes(self) -> None:
        """Each change that was loaded since the last full load is kept, once."""
        appends = self.shape.history == "append"
        expected = set()
        for change in self._arrived:
            if change.before not in (None, change.key):
                expected.add(("D", told(change.before), None, change.sequence))
            values = None if change.op == "D" else told(change.values)
            op = change.op if appends or change.op == "D" else "V"
            expected.add((op, told(change.key), values, change.sequence))
        many = len(self.shape.key)
        newest = f"_seq LIKE '{FIRST_SNAPSHOT + self._snapshot}%' AND _seq NOT LIKE '%{'0' * 35}'"
        found = []
        columns = (*self.shape.key, *self.shape.others)
        op = "_op" if appends else "'V' AS op"
        for row in self._engine.texts(columns, f"{op}, SUBSTRING(_seq, 18)", newest):
            values = None if row[-2] == "D" else tuple(row[many:-2])
            found.append((row[-2], tuple(row[:many]), values, row[-1]))
        if not appends:
            for row in self._engine.texts(
                self.shape.key, "SUBSTRING(_seq, 18)", newest, TOMBSTONES
            ):
                found.append(("D", tuple(row[:many]), None, row[-1]))
        assert Counter(found) == Counter(expected)
        self._check_once()

    def _check_once(self) -> None:
        """No change is kept under two full loads either."""
        key = ", ".join(self._engine.columns[c.name.strip('"').lower()] for c in self.shape.key)
        for table in (TARGET, TOMBSTONES):
            assert not self._engine.run(
                [
                    f"SELECT {key} FROM {table} WHERE _seq NOT LIKE '%{'0' * 35}'"
                    f" GROUP BY {key}, SUBSTRING(_seq, 18) HAVING COUNT(*) > 1"
                ]
            )

    def _live(self) -> None:
        for life in self.lives:
            life.live(self._random.randint(0, MOST_TRANSACTIONS))
        if self.shape.is_altered and not self._altered:
            self._altered = self._quiet == 0
            self._quiet -= 1
            for life in self.lives:
                life.altered = self._altered
                life.live(self._random.randint(0, MOST_TRANSACTIONS))

    def _follow(self) -> None:
        """Contract and warehouse follow the source, at the latest for a file that needs it."""
        if self._altered and not self._followed:
            self._followed = True
            self._engine.follow()

    def _truncate(self) -> None:
        """The table is emptied, after the last change of any life."""
        clock = max(life.clock for life in self.lives) + 1
        for life in self.lives:
            life.truncate(clock)

    def _full_load(self) -> None:
        """Its rows are read in the midst of the changes that follow it in the files."""
        self._since = [len(life.log) for life in self.lives]
        self._horizon = moment(min(life.now() for life in self.lives))
        self._live()
        self._read_altered = self._altered
        rows = [row for life in self.lives for row in life.rows.items()]
        read = f"{max(life.now() for life in self.lives)}.000000"
        self._random.shuffle(rows)
        files = [
            self._engine.memory.land(load_file(self.shape, part, read, self._altered))
            for part in (rows[::2], rows[1::2])
            if part
        ]
        self._snapshot += 1
        self._arrived = []
        self._load(files, altered=self._altered, reload=True)

    def _deliver(self, since: list[int], *, lost: bool = False) -> None:
        """The changes since then, in files of random sizes, some twice, in any order."""
        chance = self._random
        parts: list[list[Change]] = []
        for life, start in zip(self.lives, since, strict=True):
            for _, shaped in groupby(life.log[start:], lambda change: change.altered):
                changes = list(shaped)
                while changes:
                    size = chance.randint(1, 6)
                    parts.append(changes[:size])
                    changes = changes[size:]
        if lost:
            parts = [part for part in parts if chance.random() < 0.7]
        chance.shuffle(parts)
        # the changes of several lives may share a file
        files: list[tuple[bool, str]] = []
        for altered in (False, True):
            own = [part for part in parts if part[0].altered == altered]
            for pair in zip_longest(own[::2], own[1::2], fillvalue=()):
                changes = [change for part in pair for change in part]
                files.append((altered, self._engine.memory.land(changes_file(self.shape, changes))))
                self._arrived += [one for one in changes if one.sequence >= self._horizon]
        files += chance.sample(files, min(2, len(files)))
        chance.shuffle(files)
        cut = chance.randint(0, len(files))
        for page in (files[:cut], files[cut:]):
            # the shapes of a page in the order in which they come first
            for altered in dict.fromkeys(altered for altered, _ in page):
                self._load([file for shape, file in page if shape == altered], altered=altered)

    def _load(self, files: list[str], *, altered: bool, reload: bool = False) -> None:
        """A load; before or after it another attempt at the same, which fails, comes late or repeats."""
        chance, engine = self._random, self._engine
        self._fence += 1
        if altered or chance.random() < 0.5:
            self._follow()
        now = {
            "altered": altered,
            "reload": reload,
            "snapshot": self._snapshot,
            "followed": self._horizon,
        }
        mishap = chance.choice(["", "", "", "", "fails", "late", "again"])
        if mishap == "fails":
            _refused(engine, files, fence=self._fence, fails_at=chance.randint(0, 30), **now)
        engine.load(files, fence=self._fence, **now)
        if mishap == "again":  # the cursor was lost
            engine.load(files, fence=self._fence + 1, **now)
            self._fence += 1
        if mishap == "late":  # left behind by an execution that was killed
            _refused(engine, files, fence=self._fence - 1, **now)
        # by a clock that was set back; scd2 has no trace of a full load that brought nothing new
        if reload and mishap and engine.has_rows_of(self._snapshot):
            _refused(engine, files, fence=self._fence, **now | {"snapshot": self._snapshot - 1})


def _refused(engine: Engine, files: list[str], **how: Any) -> None:
    with contextlib.suppress(RedshiftError):
        engine.load(files, **how)
        raise AssertionError("the transaction was not undone")
