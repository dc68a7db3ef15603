"""A table is taken out of tables.yml, and out of access.yml, which may not name it then."""

from __future__ import annotations

import pytest
import yaml

from demo import lake
from tests.access.conftest import INVENTORY, Platform
from tests.access.doors import Caller, RefusedError
from tests.access.policies import SHIPPED, opened

TABLES = yaml.safe_load((INVENTORY / "group_vars/all/tables.yml").read_text())["tables"]
WITHOUT = {
    "tables": [table for table in TABLES if table["name"] != "customers"],
    "principals": [one for one in SHIPPED if "customers" not in one["tables"]],
}
"""The reader whose only table it was goes too; who reads all tables stays."""
REFUSED = r"Insufficient|TABLE_NOT_FOUND|AccessDenied"


@pytest.fixture
def left(platform: Platform):
    """The shipped files hold again afterwards, and open what they did before."""
    before = opened()
    yield
    platform.done("site", "--tags", "governance")
    assert opened() == before


@pytest.mark.usefixtures("left")
def test_who_read_a_table_that_left_reads_it_no_longer(platform: Platform) -> None:
    support, finance = Caller("support"), Caller("finance")
    sql = "SELECT customer_id FROM {}customers"
    assert support.athena(sql.format(""))
    assert finance.data_api(sql.format("analytics."))

    page = str(platform.folder / "left.html")
    found = platform.play("access_report", strict=True, report_file=page, **WITHOUT)
    assert found.exit_code != 0
    assert "role reader_finance reads customers of the warehouse" in found.output
    assert "-finance reads customers of the lake, and tables.yml doesn't have it" in found.output

    foretold = platform.done("site", "--tags", "governance", "--check", "--diff", **WITHOUT)
    for line in (f"SELECT on table {lake.DATABASE}.customers", '"analytics"."customers"'):
        assert line in foretold.output
    assert finance.data_api(sql.format("analytics."))

    platform.done("site", "--tags", "governance", **WITHOUT)
    with pytest.raises(RefusedError, match="permission denied"):
        finance.data_api(sql.format("analytics."))
    with pytest.raises(RefusedError, match=REFUSED):
        finance.athena(sql.format(""))
    for door, schema in ((support.data_api, "analytics."), (support.athena, "")):
        with pytest.raises(RefusedError):  # its role is gone
            door(sql.format(schema))
    assert finance.data_api("SELECT order_id FROM analytics.orders")
    afterwards = platform.done("access_report", report_file=page, **WITHOUT)
    assert "reads customers" not in afterwards.output
    again = platform.done("site", "--tags", "governance", **WITHOUT)
    assert again.recap["changed"] == 0
