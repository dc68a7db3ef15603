"""Stored procedures: errors, and how they stand to transactions.

The documentation's own examples are in redshift_corpus/procedure_transactions.yml.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, make_procedure, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("transactions")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with an empty table t of numbers."""
    name = desk.schema()
    desk.run(f"create table {name}.t (n int, note varchar(10))")
    return name


def call(desk: Desk, name: str) -> None:
    desk.run(f"call {name}()", transaction=False)


def numbers(desk: Desk, schema: str) -> list[int]:
    return [row[0] for row in desk.rows(f"select n from {schema}.t order by n")]


def test_an_error_rolls_the_call_back(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"begin insert into {t} values (1); commit; insert into {t} values (2); {{}} end"
    make_procedure(desk, f"{schema}.p", body.format("raise exception 'no %%';"))
    assert desk.error(f"call {schema}.p()", transaction=False).message == "no %"
    assert numbers(desk, schema) == [1]


def test_a_handler_keeps_its_own_work_and_throws_again(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    make_procedure(
        desk,
        f"{schema}.p",
        f"""
        begin
          begin
            insert into {t} values (1);
            insert into {t} values (1 / 0);
          exception when others then
            insert into {t} values (2, sqlstate);
          end;
          insert into {t} values (3);
        exception when others then
          insert into {t} values (4, sqlstate);
        end
        """,
    )
    error = desk.error(f"call {schema}.p()", transaction=False)
    assert error.message == "Divide by zero"
    assert desk.rows(f"select * from {t} order by n") == [(2, "22012"), (4, "22012")]


def test_a_handler_in_a_clients_transaction_cannot_write(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"""
        begin
          raise exception 'first';
        exception when others then
          raise info 'seen';
          insert into {t} values (1);
        end
    """
    make_procedure(desk, f"{schema}.p", body)
    assert desk.error(f"call {schema}.p()", transaction=True).sqlstate == "25P02"
    assert desk.error(f"call {schema}.p()", transaction=False).message == "first"
    assert numbers(desk, schema) == [1]


def test_an_error_of_a_continue_handler_leaves_its_block(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"""
        begin
          begin
            for i in 1..3 loop
              insert into {t} values (i);
              raise exception 'first';
            end loop;
          exception continue_handler when others then
            raise exception 'second';
          end;
        exception when others then
          insert into {t} values (9, sqlerrm);
        end
    """
    make_procedure(desk, f"{schema}.p", body, options="nonatomic")
    call(desk, f"{schema}.p")
    assert desk.rows(f"select * from {t} order by n") == [(1, None), (9, "second")]


def test_nonatomic_statements_commit_but_in_a_transaction(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"""
        begin
          insert into {t} values (1);
          start transaction;
          insert into {t} values (2);
          rollback;
          start transaction;
          insert into {t} values (3);
          commit;
          insert into {t} values (4);
          insert into {t} values (1 / 0);
        end
    """
    make_procedure(desk, f"{schema}.p", body, options="nonatomic")
    desk.error(f"call {schema}.p()", transaction=False)
    assert numbers(desk, schema) == [1, 3, 4]


def test_nonatomic_raise_throws_what_was_caught(desk: Desk, schema: str) -> None:
    body = "begin raise exception 'first'; exception when others then raise; end"
    make_procedure(desk, f"{schema}.p", body, options="nonatomic")
    assert desk.error(f"call {schema}.p()", transaction=False).message == "first"


def test_nested_calls_have_one_transaction_mode(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.inner_one", "begin null; end", options="nonatomic")
    make_procedure(desk, f"{schema}.p", f"begin call {schema}.inner_one(); end")
    assert "same transaction mode" in desk.error(f"call {schema}.p()").message


def test_a_loop_over_a_query_ends_with_its_transaction(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    desk.run(f"insert into {t} values (1), (2)")
    body = f"declare r record; begin for r in select n from {t} loop commit; end loop; end"
    make_procedure(desk, f"{schema}.p", body)
    error = desk.error(f"call {schema}.p()", transaction=False)
    assert (error.sqlstate, "does not exist" in error.message) == ("34000", True)
