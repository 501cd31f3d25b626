"""Endpoints of login, tokens and status, and the account list."""

from __future__ import annotations

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, envelope
from risk_manager.gateway_sim.sessions import LoginCode


def login_key(call: Call) -> Reply:
    """`Auth/loginKey`: a wrong name or key is code 3 without a text."""
    username, api_key = call.fields.text("userName"), call.fields.text("apiKey")
    token = call.sessions.login(username, api_key, call.venue.now())
    code = LoginCode.SUCCESS if token else LoginCode.INVALID_CREDENTIALS
    return envelope(code, token=token)


def login_app(call: Call) -> Reply:
    """`Auth/loginApp`: withdrawn from the documentation; no app is known here."""
    for name in ("userName", "password", "deviceId", "appId", "verifyKey"):
        call.fields.text(name)
    return envelope(LoginCode.APP_NOT_FOUND, token=None)


def validate(call: Call) -> Reply:
    """`Auth/validate`: a new token in `newToken`; the old one stays good."""
    return envelope(newToken=call.sessions.issue(call.venue.now()))


def logout(call: Call) -> Reply:
    """`Auth/logout`: ends this token."""
    call.sessions.end(call.token)
    return envelope()


def ping(_call: Call) -> Reply:
    """`Status/ping`: text; the body's form is undeclared."""
    return Reply(200, b"pong", "text/plain; charset=utf-8")


def search_accounts(call: Call) -> Reply:
    """`Account/search`: with `onlyActiveAccounts` those that are visible."""
    only_active = call.fields.flag("onlyActiveAccounts")
    found = [a for a in call.venue.run(lambda e: e.accounts()) if a.is_visible or not only_active]
    return envelope(accounts=[wire.account(call.style, item) for item in found])


ENDPOINTS = {
    "/api/Auth/loginKey": Endpoint(login_key, "token", needs_token=False),
    "/api/Auth/loginApp": Endpoint(login_app, "token", needs_token=False),
    "/api/Auth/validate": Endpoint(validate, "newToken"),
    "/api/Auth/logout": Endpoint(logout),
    "/api/Status/ping": Endpoint(ping, method="GET", needs_token=False),
    "/api/Account/search": Endpoint(search_accounts, "accounts"),
}
