"""Models of accounts.yaml: credentials and the accounts to guard."""

import ipaddress
from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    model_validator,
)

from risk_manager.config import json_forms as forms
from risk_manager.config.base import StrictModel, refuse
from risk_manager.config.values import PlainText, WallTime, ZoneName, plain_text


def _secret(value: object) -> SecretStr:
    return value if isinstance(value, SecretStr) else SecretStr(plain_text(value))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(value: object) -> str:
    text = plain_text(value).rstrip("/")
    try:
        url = HttpUrl(text)
    except ValidationError:
        url = None
    if url is None or url.host is None or url.username or url.query:
        raise refuse("not a gateway address", "write https://host/path without query or login")
    if url.scheme == "http" and not _is_loopback(url.host.strip("[]")):
        raise refuse("http is allowed on this machine only (loopback)", "write https://")
    return text


GatewayUrl = Annotated[str, BeforeValidator(_url), forms.GATEWAY_URL]
"""https, or http on loopback; the scheme also decides between wss and ws."""


class TopstepX(StrictModel):
    """Section `topstepx`: who logs in, and where."""

    username: PlainText = Field(description="Login name of the platform, not of an account.")
    api_key: Annotated[SecretStr, BeforeValidator(_secret), forms.TEXT] = Field(
        examples=["stored"], description='"stored", "${NAME}" in development, or the key itself.'
    )
    api_url: GatewayUrl = Field(
        default="https://api.topstepx.com", description="Address of the REST interface."
    )
    user_hub: GatewayUrl = Field(
        default="https://rtc.topstepx.com/hubs/user", description="Address of the account feed."
    )
    market_hub: GatewayUrl = Field(
        default="https://rtc.topstepx.com/hubs/market", description="Address of the price feed."
    )


class AccountSettings(StrictModel):
    """An account's own reset; it goes before every other source."""

    reset_time: WallTime | None = Field(
        default=None, description="Daily reset of this account, HH:MM."
    )
    timezone: ZoneName | None = Field(default=None, description="IANA zone of reset_time.")


class AccountEntry(StrictModel):
    """One account, by the venue's number, its name, or both; a name is resolved at start."""

    model_config = ConfigDict(json_schema_extra=forms.ID_OR_NAME)

    account_id: int | None = Field(default=None, gt=0, description="The venue's account number.")
    account_name: PlainText | None = Field(
        default=None, description="The account's name as the platform shows it."
    )
    enabled: bool = Field(default=True, description="false: not watched, and shown as such.")
    nickname: PlainText | None = Field(default=None, description="What the screens call it.")
    settings: AccountSettings = Field(
        default=AccountSettings(), description="The account's own daily reset."
    )
    rule_overrides: Mapping[str, object] = Field(
        default_factory=dict, description="Rule sections for this account, key by key."
    )

    @model_validator(mode="after")
    def _named(self) -> "AccountEntry":
        """Refuse an account without number and name."""
        if self.account_id is None and self.account_name is None:
            raise refuse("the account has neither number nor name", "add `account_id: 123`")
        return self

    @property
    def label(self) -> str:
        """Return what a person calls the account: nickname, name or number."""
        return self.nickname or self.account_name or str(self.account_id)


class AccountsFile(StrictModel):
    """accounts.yaml as a whole; it uses one of the two forms."""

    model_config = ConfigDict(json_schema_extra=forms.ONE_OR_SEVERAL)

    topstepx: TopstepX = Field(description="Who logs in, and where.")
    monitored_account: AccountEntry | None = Field(
        default=None, description="The account to guard, if it is one."
    )
    monitored_accounts: tuple[AccountEntry, ...] = Field(
        default=(), description="The accounts to guard, if they are several."
    )

    @property
    def entries(self) -> tuple[AccountEntry, ...]:
        """Return the accounts of whichever form the file uses."""
        single = (self.monitored_account,) if self.monitored_account else ()
        return single + self.monitored_accounts
