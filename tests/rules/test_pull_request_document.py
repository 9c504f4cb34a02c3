"""A stored document, and its turns read without the rest of it."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.rules.pull_request_document import build_document, turns_in
from monitor.rules.snapshot import Label
from tests.builders import T0, snapshot

TEXTS = st.text() | st.sampled_from(('"turn":[1]', '\\"turn":', '","turn":[', '"turn":\\'))


@example('"turn":[1]', '\\"turn":[2]', "x")
@given(TEXTS, TEXTS, TEXTS)
def test_the_turns_are_found_whatever_texts_stand_before_and_after_them(title: str, label: str, reason: str) -> None:
    seen = snapshot(title=title, head=label, labels=(Label(label, "d73a4a"),))
    turn = [{"login": label, "reason": reason}, {"login": None, "reason": title}]
    document = build_document(
        "acme/web", "https://github.com/acme/web", seen, (), as_of=T0, turn=turn, code_owners=[{"pattern": label}]
    )
    assert turns_in(document) == json.loads(document)["turn"] == turn


def test_nothing_but_the_turns_is_parsed() -> None:
    assert turns_in('{"title":no JSON,"turn":[{"login":"wren"}],"waits_for":nor this}') == [{"login": "wren"}]


def test_nobodys_turn_is_an_empty_list() -> None:
    assert turns_in(build_document("acme/web", "https://github.com/acme/web", snapshot(), (), as_of=T0)) == []
