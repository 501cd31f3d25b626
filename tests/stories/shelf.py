"""Every rule's stories, by section. A rule without one has no page, and the generator says so."""

from collections.abc import Mapping

from tests.stories import guards, pauses, pnl, sizes
from tests.stories.story import Story

STORIES: Mapping[str, tuple[Story, ...]] = {
    "max_contracts": sizes.MAX_CONTRACTS,
    "max_contracts_per_instrument": sizes.MAX_CONTRACTS_PER_INSTRUMENT,
    "daily_realized_loss": pnl.DAILY_REALIZED_LOSS,
    "daily_unrealized_loss": pnl.DAILY_UNREALIZED_LOSS,
    "max_unrealized_profit": pnl.MAX_UNREALIZED_PROFIT,
    "trade_frequency_limit": pauses.TRADE_FREQUENCY_LIMIT,
    "cooldown_after_loss": pauses.COOLDOWN_AFTER_LOSS,
    "no_stop_loss_grace": guards.NO_STOP_LOSS_GRACE,
    "session_block_outside": guards.SESSION_BLOCK_OUTSIDE,
    "auth_loss_guard": guards.AUTH_LOSS_GUARD,
    "symbol_blocks": sizes.SYMBOL_BLOCKS,
    "trade_management": guards.TRADE_MANAGEMENT,
    "daily_realized_profit": pnl.DAILY_REALIZED_PROFIT,
}
