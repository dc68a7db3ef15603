"""Random traffic of a shop: what its application may do to orders, in many transactions."""

from __future__ import annotations

import random

import psycopg

KINDS = ("insert", "insert", "update", "update", "move", "delete")
MOST_IN_ONE_TRANSACTION = 30
FIRST_OWN_KEY = 1_000_000
EMPTY = (None, "", "O'Neill\\n", "€ 12")


class Traffic:
    """Changes of orders that follow from a seed; each touches exactly one order.

    The items of an order that moves or goes, move and go with it.
    """

    def __init__(self, shop: psycopg.Connection, seed: int) -> None:
        self._shop = shop
        self._random = random.Random(seed)
        self._next = FIRST_OWN_KEY
        self._keys = [row[0] for row in shop.execute("SELECT order_id FROM public.orders")]

    def change(self, number: int) -> None:
        """Insert, update, move to another key and delete: so many rows in all."""
        while number:
            many = min(number, self._random.randint(1, MOST_IN_ONE_TRANSACTION))
            with self._shop.transaction():
                for _ in range(many):
                    self._change_one(self._random.choice(KINDS))
            number -= many

    def _change_one(self, kind: str) -> None:
        if kind == "insert" or not self._keys:
            self._shop.execute(
                "INSERT INTO public.orders VALUES (%s, %s, %s, %s, %s, now(), clock_timestamp())",
                (self._new_key(), *self._values()),
            )
        elif kind == "update":
            self._shop.execute(
                "UPDATE public.orders SET user_id = %s, email = %s, total_amount = %s, "
                "status = %s, updated_at = clock_timestamp() WHERE order_id = %s",
                (*self._values(), self._random.choice(self._keys)),
            )
        elif kind == "move":
            old = self._take_key()
            self._shop.execute(
                "UPDATE public.orders SET order_id = %s WHERE order_id = %s",
                (self._new_key(), old),
            )
        else:
            self._shop.execute("DELETE FROM public.orders WHERE order_id = %s", (self._take_key(),))

    def _values(self) -> tuple[int, str | None, float, str | None]:
        chance = self._random
        email = chance.choice((*EMPTY, f"customer{chance.randrange(99)}@example.com"))
        return chance.randrange(10**9), email, chance.randrange(10**8) / 100, chance.choice(EMPTY)

    def _new_key(self) -> int:
        """A key: mostly one that was never there, sometimes one that was deleted."""
        self._next += 1
        self._keys.append(self._next)
        return self._next

    def _take_key(self) -> int:
        return self._keys.pop(self._random.randrange(len(self._keys)))
