"""Names for the identifiers of the venue and of this product.

The venue's ids are opaque: account ids are int32, order and trade ids int64, contract ids text
such as `CON.F.US.EP.Z25` whose grammar is inferred from samples and never promised.
"""

from __future__ import annotations

from typing import NewType

AccountId = NewType("AccountId", int)
ContractId = NewType("ContractId", str)
OrderId = NewType("OrderId", int)
PositionId = NewType("PositionId", int)
TradeId = NewType("TradeId", int)
RuleId = NewType("RuleId", str)
"""`RULE-001` and so on; `GATE` for enforcement that an existing lock demands."""
RequestId = NewType("RequestId", int)
IntentId = NewType("IntentId", int)

GATE = RuleId("GATE")
ACCOUNT_SCOPE = "account"
"""Scope of a lock on the whole account; every other scope is a symbol root."""
