"""PostgreSQL's own kinds of columns, through Ibis: the answers that Arrow gives of the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import ibis
import pytest
from support.odd_inputs import DATES, READINGS, orders_kept, rows
from support.postgres import needs_postgres, server

from rfm_helpers import compare_dates, orders_until, rfm_table, score_rfm, window_orders
from rfm_helpers.analysis.migrations.moves import segment_moves
from rfm_helpers.errors import CourseError

KINDS = {
    "numeric": "client_id::varchar(10), commande_id::bigint, date_achat, montant::numeric(12, 3)",
    "free": "client_id::char(6), commande_id::smallint, date_achat::timestamp, montant::numeric",
    "zoned": "client_id, commande_id::text, (date_achat + time '23:30') at time zone 'UTC' "
    "as date_achat, montant::real",
}
LINES = """
create view ventes as
select 'C' || lpad((i * 7 % 13)::text, 2, '0') as client_id, i / 2 as commande_id,
       date '2023-01-01' + (i / 2 * 37 % 725)::int as date_achat,
       (10 + i % 13 * 7.005)::float8 as montant
from generate_series(0, 199) as i;
create view priced as select client_id, commande_id, date_achat, montant::numeric(12, 2)
from ventes;
create view money as select client_id, commande_id, date_achat, montant::money from priced;
create view uuid as select md5(client_id)::uuid as client_id, commande_id, date_achat, montant
from ventes;
"""
#: Days that PostgreSQL holds and no calendar does, in the kinds in which they stand: name → view.
OFF_CALENDAR = {
    f"{kind}_{place}": f"""
create view {kind}_{place} as select client_id, commande_id, montant,
(case when commande_id = 3 then '{day}' else date_achat::{kind} end)::{kind} as date_achat
from ventes;
"""
    for place, day in enumerate(("-infinity", "0044-03-15 BC", "20240-01-01", "infinity"))
    for kind in ("date", "timestamp", "timestamptz")
}


@pytest.fixture(scope="module")
def base() -> Iterator[Any]:
    views = [f"create view {name} as select {asked} from ventes;" for name, asked in KINDS.items()]
    script = "\n".join([LINES, *views, *OFF_CALENDAR.values()])
    with server(script) as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield ibis.postgres.connect(database=os.environ["PGDATABASE"])


@needs_postgres
@pytest.mark.parametrize("kind", KINDS)
def test_its_kinds_of_columns(base: Any, kind: str) -> None:
    sales = base.table(kind)
    here = sales.to_pyarrow()
    for use in (
        lambda opened: score_rfm(rfm_table(opened)),
        lambda opened: compare_dates(opened, DATES, 12, horizon_days=30),
        lambda opened: segment_moves(opened, *DATES),
        orders_kept(window_orders, "2024-12-31", 12),
    ):
        assert rows(use(sales)) == rows(use(here))


@needs_postgres
def test_its_ids_and_how_its_results_are_fetched(base: Any) -> None:
    """Integers that it divides would be decimals, which Arrow does not hold."""
    found = rfm_table(base.table("uuid")).to_pyarrow()
    expected = rfm_table(base.table("ventes")).to_pyarrow()
    amounts = ["recence", "frequence", "montant_total", "panier_moyen"]
    by_amount = [("montant_total", "ascending")]
    assert found.select(amounts).sort_by(by_amount) == expected.select(amounts).sort_by(by_amount)


@needs_postgres
def test_its_money(base: Any) -> None:
    money, priced = base.table("money"), base.table("priced")
    assert rows(rfm_table(money)) == rows(rfm_table(priced))
    for use in (orders_kept(orders_until, "2023-12-31"), orders_kept(window_orders, DATES[-1], 12)):
        assert rows(use(money)) == rows(use(priced)) != []


@needs_postgres
@pytest.mark.parametrize("view", OFF_CALENDAR)
def test_dates_off_the_calendar(base: Any, view: str) -> None:
    for use in READINGS:
        with pytest.raises(CourseError, match=r"date_achat.* 2 date\(s\) avant l’an 1,"):
            use(base.table(view))
