"""Events and rows in the words a trader uses: `MNQ`, signed sizes, New York wall time."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.money import ZERO
from risk_manager.domain.orders import Order, OrderKind, OrderStatus, Side
from risk_manager.domain.positions import Position, Trade

NEW_YORK = ZoneInfo("America/New_York")
ACCOUNT = AccountId(123)
OTHER = AccountId(124)
CODES = {"ES": "EP", "NQ": "ENQ"}
"""Product codes inside contract ids, where they differ from the ticker."""
TICKS = {"ES": "12.5", "NQ": "5", "MES": "1.25", "MNQ": "0.5", "RTY": "5", "YM": "5"}
"""USD per tick; every product here has ticks of 0.25 points for simplicity."""

_numbers = count(1000)


def ny(text: str) -> datetime:
    """An instant (UTC) from New York wall time such as `2026-03-11 14:00` (a Wednesday)."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


NOW = ny("2026-03-11 14:00")


def cid(name: str) -> ContractId:
    """The contract id of `MNQ` (its March 2026 expiry) or of another expiry, `MNQ Z25`."""
    root, _, expiry = name.partition(" ")
    return ContractId(f"CON.F.US.{CODES.get(root, root)}.{expiry or 'H26'}")


def ticker(contract_id: ContractId) -> str:
    """The name `cid` was given."""
    *_, code, expiry = contract_id.split(".")
    root = next((ticker for ticker, other in CODES.items() if other == code), code)
    return root if expiry == "H26" else f"{root} {expiry}"


def contract(name: str) -> Contract:
    """A loaded contract."""
    root = name.partition(" ")[0]
    tick_value = Decimal(TICKS[root])
    return Contract(cid(name), f"{root}H6", root, Decimal("0.25"), tick_value)


def side_of(size: int) -> Side:
    """The side of a signed size; flat counts as long."""
    return Side.SELL if size < 0 else Side.BUY


def position(
    name: str,
    size: int,
    *,
    number: int | None = None,
    opened: datetime | None = NOW,
    average: str = "21000",
    account: AccountId = ACCOUNT,
) -> Position:
    """A position report; `size` is signed."""
    known = next(_numbers) if number is None else number
    price = Decimal(average)
    return Position(
        PositionId(known), account, cid(name), side_of(size), abs(size), price, opened
    )  # fmt: skip


def trade(
    name: str,
    size: int,
    *,
    at: datetime = NOW,
    pnl: str | None = None,
    number: int | None = None,
    order: int = 1,
    costs: tuple[str, str] = ("0", "0"),
    voided: bool = False,
    account: AccountId = ACCOUNT,
) -> Trade:
    """A fill; `size` is signed, `costs` are fees and commissions in USD."""
    return Trade(
        TradeId(next(_numbers) if number is None else number), account, cid(name), at,
        Decimal(21000), side_of(size), abs(size), OrderId(order),
        None if pnl is None else Decimal(pnl), ZERO + Decimal(costs[0]), Decimal(costs[1]), voided,
    )  # fmt: skip


def order(
    name: str,
    size: int,
    kind: OrderKind = OrderKind.LIMIT,
    *,
    status: OrderStatus = OrderStatus.OPEN,
    number: int | None = None,
    filled: int = 0,
    created: datetime | None = NOW,
    updated: datetime | None = None,
    parent: int | None = None,
    tag: str | None = None,
    account: AccountId = ACCOUNT,
) -> Order:
    """An order; `size` is signed."""
    return Order(
        OrderId(next(_numbers) if number is None else number), account, cid(name), status, kind,
        side_of(size), abs(size), filled, custom_tag=tag, created_at=created, updated_at=updated,
        parent_id=None if parent is None else OrderId(parent),
    )  # fmt: skip


def position_after(before: Position | None, done: Trade) -> Position:
    """The position report that follows a fill; a reopening or flip has a new id."""
    held = 0 if before is None else before.signed_size
    size = held + done.signed_size
    keep = before is not None and (size == 0 or held * size > 0)
    number = before.id if keep and before is not None else None
    opened = before.opened_at if keep and before is not None else done.at
    name = ticker(done.contract_id)
    return position(name, size, number=number, opened=opened, account=done.account_id)
