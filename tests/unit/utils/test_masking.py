"""No token, key or mail address survives on its way into a log."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.utils.masking import mask, masker

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl_-x"


@pytest.mark.parametrize(
    "text",
    [
        "wss://rtc.topstepx.com/hubs/user?access_token={}",
        "wss://host/hubs/user?id=1&access_token={}&x=1",
        "Authorization: Bearer {}",
        "authorization: bearer {}",
        '{{"userName": "t", "apiKey": "{}"}}',
        '{{"success":true,"token":"{}"}}',
        '{{"newToken" : "{}"}}',
        "{{'api_key': '{}'}}",
        'raw text "{{\\"token\\":\\"{}\\"}}"',
        "api_key={}",
        "RISK_API_KEY={}",
        "api-key: {}",
        "password={}",
    ],
)
@pytest.mark.parametrize("secret", [JWT, "q7Zk+91/abcDEF==", "0123456789abcdef"])
def test_secrets_behind_a_name(text, secret):
    """S115."""
    shown = mask(text.format(secret))
    assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize("text", ["token was {}", "got {} from login", "{}"])
def test_web_tokens_anywhere(text):
    assert JWT not in mask(text.format(JWT))


@pytest.mark.parametrize("mail", ["a.b+c@example.com", "trader%40example.co.uk"])
def test_mail_addresses(mail):
    shown = mask(f"login {mail} ok")
    assert "example" not in shown
    assert shown.startswith("login *** ok")


def test_ordinary_text_stays():
    text = "closed CON.F.US.MNQ.Z25 size 2 at 21000.25, token renewed, 3 tokens left, 12:00:00"
    assert mask(text) == text


def test_known_secrets_are_removed_in_every_spelling():
    clean = masker(["s3cr&t key=", "abc"])
    assert clean("x s3cr&t key= y") == "x *** y"
    assert clean("x s3cr%26t%20key%3D y") == "x *** y"
    assert clean("abc") == "abc"


@given(st.text(alphabet=st.characters(categories=["L", "N"], max_codepoint=127), min_size=16))
def test_any_key_in_a_login_body_is_masked(secret):
    body = json.dumps({"userName": "u", "apiKey": secret})
    assert secret not in mask(body)
    assert secret not in mask(repr(body))


@pytest.mark.timeout(20)
def test_a_long_word_takes_no_longer_than_its_letters():
    """A broker's message may hold anything; 200,000 letters once took half an hour."""
    word = "x" * 200_000
    assert mask(f"{word} me@example.com") == f"{word} ***"
