"""An account that a good answer of the broker lacks."""

from dataclasses import replace

from risk_manager.domain.events import SnapshotTaken
from risk_manager.simulation.world import World


def test_account_that_a_good_answer_lacks_is_named_so(monkeypatch):
    world = World({"auth_loss_guard": {}}).start()
    deliver = world.deliver

    def without_row(event):
        deliver(replace(event, account=None) if isinstance(event, SnapshotTaken) else event)

    monkeypatch.setattr(world, "deliver", without_row)
    world.run(310)
    (text, *_) = [n.text for _, n in world.notices if n.subject == "account row"]
    assert "could not be read: the broker does not list it" in text
    assert world.locks() == []
