"""The product table, its months and its money, for every row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.listing import Listing
from risk_manager.gateway_sim.products import products
from risk_manager.gateway_sim.start_prices import START_PRICES
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, START, Floor, dec

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"
TABLE = resources.files("risk_manager").joinpath("data/contracts.json").read_text("utf-8")
ROWS = json.loads(TABLE)["products"]
UNPRICED = {"EMD", "GMCD", "SR3", "GF"}


def test_table_has_51_observed_and_4_documented_products():
    sources = [row["source"] for row in ROWS]
    assert (sources.count("observed"), sources.count("documented")) == (51, 4)
    assert {row["root"] for row in ROWS if row["roundTurnUsd"] is None} == UNPRICED
    assert set(START_PRICES) == set(products())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["root"])
def test_one_tick_of_profit_and_a_round_turn_cost_what_the_table_says(row):
    exchange = Exchange(seed=1, start=datetime(2026, 9, 15, 15, tzinfo=UTC))
    contract = next(c for c in exchange.contracts() if c.root == row["root"])
    assert contract.point_value == dec(row["pointValue"])
    price = START_PRICES[contract.root]
    start = exchange.accounts()[0].balance
    exchange.fill_now(ACCOUNT, contract.id, BUY, 3, price)
    exchange.fill_now(ACCOUNT, contract.id, SELL, 3, price + contract.tick_size)
    closing, opening = exchange.trades(ACCOUNT)
    assert opening.profit_and_loss is None
    assert closing.profit_and_loss == 3 * dec(row["tickValue"])
    cost = closing.fees + closing.commissions + opening.fees + opening.commissions
    assert min(closing.fees, closing.commissions) > 0
    if row["root"] not in UNPRICED:
        assert cost == 3 * dec(row["roundTurnUsd"])
    assert exchange.accounts()[0].balance == start + 3 * dec(row["tickValue"]) - cost


@pytest.mark.parametrize(
    ("root", "day", "fee", "commission"),
    [
        ("MNQ", date(2026, 8, 19), "0.36", "0.25"),
        ("MES", date(2026, 8, 19), "0.36", "0.25"),
        ("MCLE", date(2026, 8, 19), "0.51", "0.25"),
        ("MCLE", date(2026, 10, 1), "0.61", "0.25"),
        ("EP", date(2026, 8, 19), "1.39", "0.50"),
    ],
)
def test_recorded_fees(root, day, fee, commission):
    product = products()[root]
    assert (product.fee(day), product.commission) == (dec(fee), dec(commission))


def test_recorded_trades_come_out_the_same():
    rows = json.loads(
        (FIXTURES / "rest-trade-search-response.json").read_text("utf-8"), parse_float=Decimal
    )["payload"]["trades"]
    exchange = Exchange(seed=1, start=datetime.fromisoformat(rows[-1]["creationTimestamp"]))
    for row in reversed(rows):
        exchange.advance_to(datetime.fromisoformat(row["creationTimestamp"]))
        side = BUY if row["side"] == 0 else SELL
        answer = exchange.fill_now(
            ACCOUNT, row["contractId"], side, row["size"], Decimal(row["price"])
        )
        assert answer.code == 0
    mine = exchange.trades(ACCOUNT)
    assert len(mine) == len(rows) == 4
    for trade, row in zip(mine, rows, strict=True):
        assert trade.profit_and_loss == row["profitAndLoss"]
        assert trade.fees == row["fees"]
        assert trade.created == datetime.fromisoformat(row["creationTimestamp"])
        assert (trade.side, trade.size, trade.voided) == (row["side"], row["size"], False)
    active = {contract.id for contract in exchange.contracts()}
    assert {row["contractId"] for row in rows} <= active


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 19), {"MNQ.U26", "MCLE.V26", "EP.U26"}),
        (date(2025, 7, 18), {"EP.U25", "ENQ.U25", "NQG.Q25", "NQM.U25"}),
        (date(2025, 4, 21), {"GMET.J25"}),
        (date(2026, 12, 13), {"EP.Z26"}),
        (date(2026, 12, 14), {"EP.H27"}),
        (date(2026, 12, 31), {"EP.H27", "CLE.G27", "GCE.G27", "USA.H27", "HE.G27", "ZSE.H27"}),
    ],
)
def test_front_months_that_are_recorded_or_plain(day, expected):
    active = {c.id.removeprefix("CON.F.US.") for c in Listing(day).active()}
    assert expected <= active
    assert len(active) == 55


def test_names_and_loose_search():
    listing = Listing(date(2025, 7, 18))
    found = {c.name: c for c in listing.search("nq")}
    assert set(found) == {"NQU5", "MNQU5", "QGQ5", "QMU5"}
    nq = found["NQU5"]
    assert (nq.id, nq.symbol_id) == ("CON.F.US.ENQ.U25", "F.US.ENQ")
    assert nq.description == "E-mini Nasdaq-100: September 2025"
    assert len(listing.search("")) == 20
    assert listing.search("no such thing") == []


def test_other_months_resolve_as_inactive_and_nonsense_does_not():
    exchange = Floor().exchange
    expired = exchange.contract("CON.F.US.MNQ.H24")
    assert expired is not None
    assert (expired.active, expired.tick_value, expired.name) == (False, dec("0.5"), "MNQH4")
    for unknown in ("CON.F.US.MNQ.F26", "CON.F.US.XXX.H26", "MNQ", ""):
        assert exchange.contract(unknown) is None
        assert exchange.quote(unknown) is None


def test_roll_moves_to_the_next_month_at_the_last_price():
    floor = Floor()
    floor.market(BUY)
    resting = floor.order(1, BUY, limit_price="19990")
    old, new = floor.exchange.roll("MNQ")
    assert (old.id, old.active) == (MNQ, False)
    assert (new.id, new.active) == ("CON.F.US.MNQ.H27", True)
    quote = floor.exchange.quote(new.id)
    assert quote is not None
    assert quote.last == dec("20000")
    assert new.id in {c.id for c in floor.exchange.contracts()}
    assert MNQ not in {c.id for c in floor.exchange.contracts()}
    assert floor.place(2, BUY).code == 9
    assert floor.net() == 1
    assert [o.id for o in floor.exchange.open_orders(ACCOUNT)] == [resting]
    with pytest.raises(KeyError):
        floor.exchange.roll("NOPE")
    assert floor.exchange.now > START
