"""The stories of the rules' pages: what they tell is what the engine and the venue did."""

import pytest

from tests.stories.play import play, sections_of
from tests.stories.story import Story, buy, limit, result, scene, sell

SCENES = (
    scene(buy("MNQ", 3), limit("ES", 1, "7500")),
    scene(result("ES", "-100")),
    scene(sell("MNQ", 3)),
)
LIMIT = """
daily_realized_loss:
  enabled: true
  limit: -{}
"""


def told(amount: int) -> list[tuple[str, ...]]:
    return [one.done for one in play(Story("", LIMIT.format(amount), SCENES))]


def test_a_limit_that_is_not_reached_tells_nothing():
    story = Story("", LIMIT.format(110), SCENES)
    assert [(one.done, one.shown) for one in play(story)] == [(("nothing",), ())] * 3


def test_a_limit_that_is_reached_tells_each_thing_once():
    done = told(100)
    assert done[0] == ("nothing",)
    assert done[1] == (
        "locks the account until 5:00 PM ET",
        "closes MNQ 3",
        "cancels the buy limit for 1 ES",
    )


def test_what_happens_is_told_in_the_words_of_its_doings():
    (first, *_) = play(Story("", LIMIT.format(100), SCENES))
    assert first.happened == "you buy 3 MNQ, you place a buy limit for 1 ES at 7500"


def test_every_telling_is_the_same():
    story = Story("", LIMIT.format(100), SCENES)
    assert play(story) == play(story)


def test_a_key_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="limt"):
        sections_of("max_contracts:\n  enabled: true\n  limt: 5\n")
