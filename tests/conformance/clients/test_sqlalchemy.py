"""SQLAlchemy with its Redshift dialect: tables made, filled, asked and reflected."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy_redshift.dialect import SUPER

from tests.conformance.clients.warehouse import DATABASE, PASSWORD, USER, Endpoint


@pytest.fixture(scope="module", params=["psycopg2", "redshift_connector"])
def engine(request: pytest.FixtureRequest, endpoint: Endpoint) -> Iterator[sa.Engine]:
    """Each driver as the dialect sets it up: both verify the server and its name."""
    driver = request.param
    url = sa.URL.create(
        f"redshift+{driver}", USER, PASSWORD, endpoint.host, endpoint.port, DATABASE
    )
    trusted = {"sslrootcert": str(endpoint.authority)} if driver == "psycopg2" else {}
    made = sa.create_engine(url, connect_args=trusted)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in endpoint.trusted.items():
            patch.setenv(name, value)
        yield made
    made.dispose()


@pytest.fixture(scope="module")
def shop(engine: sa.Engine) -> sa.MetaData:
    """A schema with two tables of some rows, and a view."""
    shop = sa.MetaData(schema=f"shop_{engine.driver}")
    customers = sa.Table(
        "customers",
        shop,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("email", sa.String(320), unique=True, redshift_encode="zstd"),
    )
    orders = sa.Table(
        "orders",
        shop,
        sa.Column("number", sa.BigInteger, redshift_identity=(1, 1)),
        sa.Column("customer", sa.BigInteger, sa.ForeignKey(customers.c.id), nullable=False),
        sa.Column("total", sa.Numeric(12, 2), comment="in euros"),
        sa.Column("document", SUPER),
        sa.Column("sold_at", sa.DateTime, server_default=sa.text("sysdate")),
        comment="what was sold",
        redshift_diststyle="KEY",
        redshift_distkey="customer",
        redshift_interleaved_sortkey=["customer", "number"],
    )
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(shop.schema))
    shop.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            customers.insert(), [{"id": 1, "email": "a@x"}, {"id": 2, "email": None}]
        )
        connection.execute(
            orders.insert(), {"customer": 1, "total": Decimal("3.50"), "document": '{"a": 1}'}
        )
        connection.execute(
            orders.insert(), [{"customer": 1, "total": 2}, {"customer": 2, "total": 9}]
        )
        connection.execute(
            sa.text(
                f"create view {shop.schema}.emails as select email from {shop.schema}.customers"
            )
        )
    return shop


@pytest.fixture
def inspector(engine: sa.Engine) -> Any:
    return sa.inspect(engine)


def test_a_query_joins_and_groups(engine: sa.Engine, shop: sa.MetaData) -> None:
    customers, orders = (
        shop.tables[f"{shop.schema}.customers"],
        shop.tables[f"{shop.schema}.orders"],
    )
    total = sa.func.sum(orders.c.total).label("total")
    query = sa.select(customers.c.email, total).join(orders).group_by(customers.c.email)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(total).limit(5)).all()
    assert rows == [("a@x", Decimal("5.50")), (None, Decimal("9.00"))]


def test_tables_and_views_are_listed(inspector: Any, shop: sa.MetaData) -> None:
    assert shop.schema in inspector.get_schema_names()
    assert sorted(inspector.get_table_names(shop.schema)) == ["customers", "orders"]
    assert inspector.get_view_names(shop.schema) == ["emails"]
    assert "customers" in inspector.get_view_definition("emails", shop.schema)
    assert inspector.has_table("orders", shop.schema)
    assert not inspector.has_table("absent", shop.schema)


def test_keys_are_told_as_they_were_declared(inspector: Any, shop: sa.MetaData) -> None:
    key = inspector.get_pk_constraint("customers", shop.schema)
    assert key == {"constrained_columns": ["id"], "name": "customers_pkey"}
    (unique,) = inspector.get_unique_constraints("customers", shop.schema)
    assert unique["column_names"] == ["email"]
    (reference,) = inspector.get_foreign_keys("orders", shop.schema)
    assert reference["constrained_columns"] == ["customer"]
    assert (reference["referred_schema"], reference["referred_table"]) == (shop.schema, "customers")
    assert reference["referred_columns"] == ["id"]


def test_distribution_and_sort_keys_are_told(inspector: Any, shop: sa.MetaData) -> None:
    assert inspector.get_table_options("orders", shop.schema) == {
        "redshift_diststyle": "KEY",
        "redshift_distkey": "customer",
        "redshift_sortkey": None,
        "redshift_interleaved_sortkey": ("customer", "number"),
    }
    assert inspector.get_table_comment("orders", shop.schema) == {"text": "what was sold"}


def test_columns_are_told_with_types_defaults_and_encodings(
    inspector: Any, shop: sa.MetaData
) -> None:
    columns = {each["name"]: each for each in inspector.get_columns("orders", shop.schema)}
    assert str(columns["total"]["type"]) == "NUMERIC(12, 2)"
    assert columns["total"]["comment"] == "in euros"
    assert isinstance(columns["document"]["type"], SUPER)
    assert columns["sold_at"]["default"] == "sysdate"
    assert columns["number"]["default"].endswith(", 0, '1,1'::text)")
    assert (columns["customer"]["nullable"], columns["total"]["nullable"]) == (False, True)
    _, email = inspector.get_columns("customers", shop.schema)
    assert (str(email["type"]), email["info"]) == ("VARCHAR(320)", {"encode": "zstd"})


def test_a_reflected_table_makes_the_same_statement(engine: sa.Engine, shop: sa.MetaData) -> None:
    reflected = sa.Table("orders", sa.MetaData(), schema=shop.schema, autoload_with=engine)
    statement = str(sa.schema.CreateTable(reflected).compile(engine))
    assert "IDENTITY(1,1)" in statement
    assert "DISTSTYLE KEY DISTKEY (customer) INTERLEAVED SORTKEY (customer, number)" in statement


def test_what_postgresql_8_lacks_is_missing(engine: sa.Engine, shop: sa.MetaData) -> None:
    """The dialect's list of temporary tables asks for it, on AWS in vain too.

    https://github.com/open-metadata/OpenMetadata/pull/26411 says so of Redshift, and works round it.
    """
    with pytest.raises(sa.exc.ProgrammingError, match=r"pg_class\.relpersistence does not exist"):
        sa.MetaData(schema=shop.schema).reflect(engine)


def test_a_whole_schema_is_reflected_by_who_asks_for_no_temporary_tables(
    engine: sa.Engine, shop: sa.MetaData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What projects on SQLAlchemy 2 do on AWS: OpenMetadata's pull request 26411."""
    monkeypatch.setattr(engine.dialect, "get_temp_table_names", lambda *_, **__: [])
    monkeypatch.setattr(engine.dialect, "get_materialized_view_names", lambda *_, **__: [])
    for views, names in (
        (False, ["customers", "orders"]),
        (True, ["customers", "emails", "orders"]),
    ):
        reflected = sa.MetaData(schema=shop.schema)
        reflected.reflect(engine, views=views)
        assert sorted(table.name for table in reflected.tables.values()) == names
        customers = reflected.tables[f"{shop.schema}.customers"]
        orders = reflected.tables[f"{shop.schema}.orders"]
        (reference,) = orders.foreign_keys
        assert reference.column is customers.c.id
        assert [column.name for column in customers.primary_key] == ["id"]
        declared = {table.name: list(table.c.keys()) for table in shop.tables.values()}
        assert declared == {each.name: list(each.c.keys()) for each in (customers, orders)}
        with engine.connect() as connection:
            assert len(connection.execute(sa.select(orders)).all()) == 3


def test_a_schema_of_many_tables_is_reflected_without_a_schemas_name(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sa.MetaData()
    prefix = engine.driver
    parent = sa.Table(f"{prefix}_parent", made, sa.Column("id", sa.Integer, primary_key=True))
    for number in range(5):
        sa.Table(
            f"{prefix}_child_{number}",
            made,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("parent", sa.Integer, sa.ForeignKey(parent.c.id)),
            sa.Column("value", sa.Double),
        )
    made.create_all(engine)
    monkeypatch.setattr(engine.dialect, "get_temp_table_names", lambda *_, **__: [])
    reflected = sa.MetaData()
    reflected.reflect(engine, only=lambda name, _: name.startswith(prefix))
    assert sorted(reflected.tables) == sorted(made.tables)
    assert reflected.sorted_tables[0].name == f"{prefix}_parent"
    made.drop_all(engine)
