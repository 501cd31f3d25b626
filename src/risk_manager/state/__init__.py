"""What we know: positions, orders, P&L, quotes, locks. Pure, except persistence."""
