"""Wording, and what untrusted text may become."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.messages.block_kit import body, escaped, shown
from notifications.messages.message import Link, Mention, Message, Strong
from notifications.messages.plain_text import LONGEST, plain
from notifications.messages.review_request_message import (
    MessageContext,
    OpenRequest,
    local_time,
    reason_for,
    review_request_message,
)

NOW = datetime(2026, 3, 4, 13, 12, tzinfo=UTC)
CHANNEL = MessageContext(NOW, ZoneInfo("UTC"), personal=False)
PERSONAL = MessageContext(NOW, ZoneInfo("UTC"), personal=True)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def document(**changed: Any) -> dict[str, Any]:
    return {
        "repository": "acme/web",
        "number": 12,
        "url": "https://github.com/acme/web/pull/12",
        "title": "Fix the parser",
        "author": "heron",
        "base": "main",
        "ci": "success",
        "mergeable": "mergeable",
        "additions": 90,
        "deletions": 15,
        "reviews": [],
        **changed,
    }


def wren(by: str | None = "heron") -> OpenRequest:
    return OpenRequest("user", "wren", by, NOW)


PLATFORM = OpenRequest("team", "acme/platform", "heron", NOW)


def text_of(requests: list[OpenRequest], context: MessageContext = CHANNEL, **changed: Any) -> str:
    return body(review_request_message(document(**changed), requests, context))["text"]


HEAD = " – acme/web#12 Fix the parser"


@pytest.mark.parametrize(
    ("requests", "context", "text"),
    [
        ([wren()], PERSONAL, "Your turn: review requested by heron"),
        ([wren(None)], PERSONAL, "Your turn: review requested"),
        ([PLATFORM], PERSONAL, "Your turn: review requested from team platform"),
        ([wren(), PLATFORM], PERSONAL, "Your turn: review requested by heron, review requested from team platform"),
        ([wren()], CHANNEL, "wren: review requested by heron"),
        ([wren(None)], CHANNEL, "wren: review requested"),
        ([PLATFORM, PLATFORM], CHANNEL, "team acme/platform: review requested by heron"),
        ([wren(), OpenRequest("user", "finch", "lark", NOW), PLATFORM], CHANNEL,
         "wren, finch and team acme/platform: review requested by heron and lark"),
        ([OpenRequest("user", f"u{n}", "heron", NOW) for n in range(7)], CHANNEL,
         "u0, u1, u2, u3, u4 and 2 more: review requested by heron"),
        ([OpenRequest("user", "wren", "heron", NOW, "U0WREN")], CHANNEL, "wren: review requested by heron"),
    ],
)  # fmt: skip
def test_the_text_stands_alone(requests, context, text):
    assert text_of(requests, context) == text + HEAD


def test_the_card_says_what_one_decides_by():
    reviews = [{"state": "approved"}, {"state": "commented"}]
    said = document(ci="failure", mergeable="conflicting", reviews=reviews)
    context = MessageContext(NOW, ZoneInfo("UTC"), True, page="https://prs.example.org/pull-requests/acme/web/12")
    card = body(review_request_message(said, [wren()], context))
    title, lines, notes = card["blocks"]
    assert title["elements"][0]["elements"] == [
        {"type": "text", "text": "👀 "},
        {"type": "link", "url": "https://github.com/acme/web/pull/12", "text": "acme/web#12 Fix the parser"},
    ]
    assert lines["elements"][0]["elements"] == [
        {"type": "text", "text": "Your turn:", "style": {"bold": True}},
        {"type": "text", "text": " review requested by heron"},
        {"type": "text", "text": "\n"},
        {"type": "text", "text": "Waiting since 13:12 UTC"},
    ]
    assert [element["text"] for element in notes["elements"]] == [
        "checks failing · conflicts with main · size l (+90 −15) · 1 approval",
        "By heron. You are told because you watch acme/web and your review is open.",
        "<https://prs.example.org/pull-requests/acme/web/12|Open in prmonitor>",
    ]
    assert not card["unfurl_links"]


def test_in_a_channel_people_are_mentioned():
    requests = [OpenRequest("user", "wren", "heron", NOW, "U0WREN")]
    card = body(review_request_message(document(), requests, CHANNEL))
    assert card["blocks"][1]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U0WREN"}


def test_the_demo_says_so():
    assert text_of([wren()], MessageContext(NOW, ZoneInfo("UTC"), False, demo=True)).startswith("DEMO · ")


def test_a_deleted_author_and_an_empty_title_have_words():
    message = review_request_message(document(author=None, title="\u200b"), [wren()], CHANNEL)
    assert shown(message.text).endswith("acme/web#12 (no title)")
    assert shown(message.notes[1]).startswith("By a deleted account. ")


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (0, "14:12 CET"),
        (14, "00:12 CET"),
        (15, "Tue 23:12 CET"),
        (24 * 6, "Thu 14:12 CET"),
        (24 * 7, "2026-02-25 14:12 CET"),
    ],
)
def test_times_are_the_readers(ago, said):
    berlin = MessageContext(NOW, ZoneInfo("Europe/Berlin"), True)
    assert local_time(NOW - timedelta(hours=ago), berlin) == said


# Untrusted text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("<@U0BOSS> did it", "&lt;@U0BOSS&gt; did it"),
        ("<https://evil.example|acme/web#12>", "&lt;https://evil.example|acme/web#12&gt;"),
        ("R&D &lt; fun", "R&amp;D &amp;lt; fun"),
        ("a\r\n*Your turn:* b", "a *Your turn:* b"),
        ("\x1b[31mred\x07", "[31mred"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("half \ud83d a character", "half a character"),
        ("👩\u200d💻 and می\u200cخواهم", "👩\u200d💻 and می\u200cخواهم"),
        ("a" * 100_000, "a" * 149 + "…"),
        ("<" * 200, "&lt;" * 149 + "…"),
    ],
)
def test_titles_cannot_speak_slack(title, shown):
    assert text_of([wren()], title=title).split("acme/web#12 ", 1)[1] == shown.strip()


MARKS = "Rename _private_ *args* ~old~ `code` :fire: <T>"


def test_marks_in_a_title_are_shown_literally():
    card = body(review_request_message(document(title=MARKS), [wren()], PERSONAL))
    assert card["mrkdwn"] is False
    title = card["blocks"][0]
    assert title["type"] == "rich_text"
    assert title["elements"][0]["elements"][1]["text"] == f"acme/web#12 {MARKS}"
    [link] = [element for element in title["elements"][0]["elements"] if element["type"] == "link"]
    assert "style" not in link


def test_marks_in_small_print_are_shown_literally():
    branch = "release_1_ *x* :fire:"
    card = body(review_request_message(document(base=branch, mergeable="conflicting"), [wren()], PERSONAL))
    [note] = [element for element in card["blocks"][2]["elements"] if branch in element["text"]]
    assert (note["type"], note["emoji"]) == ("plain_text", False)


def test_logins_and_branches_are_not_trusted_either():
    requests = [OpenRequest("user", "<!here>", "<@U1>\n", NOW, slack_user_id="U1> <!channel")]
    message = review_request_message(
        document(author="<!channel>", base="<!x>", mergeable="conflicting"), requests, CHANNEL
    )
    card = body(message)
    assert "<!" not in str(card)
    assert "<@" not in str(card)


def test_an_address_that_is_no_web_page_is_no_link():
    line = (Link("javascript:alert(1)", "a"), Link("https://x/|a>b c&d", "b"))
    card = body(Message(line, line, (line,), (line,)))
    link = {"type": "link", "url": "https://x/%7Ca%3Eb%20c&d", "text": "b"}
    assert card["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "a"}, link]
    assert [element["text"] for element in card["blocks"][2]["elements"]] == ["a", "<https://x/%7Ca%3Eb%20c&amp;d|b>"]


@given(st.text(st.characters(), max_size=400))
def test_plain_text_is_one_short_harmless_line(text: str):
    line = plain(text)
    assert len(line) <= LONGEST
    assert line == line.strip()
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(line) & set(BIDI)
    assert plain(line) == line
    line.encode()


@given(st.text(alphabet=st.sampled_from(["e", "\u0301", "\u200d", "👩", " "]), min_size=140, max_size=170))
def test_a_cut_leaves_no_half_character(text: str):
    line = plain(text)
    assert len(line) <= LONGEST
    if line.endswith("…"):
        assert line[-2:-1] not in {"\u200d", " "}


@given(st.text(), st.text(), st.text())
def test_only_our_own_parts_are_markup(words: str, label: str, name: str):
    line = (words, Strong(words), Link("https://example.org/", label), Mention("U0WREN", name))
    card = body(Message(line, line, (line,), (line,)))
    elements = [element for block in card["blocks"] for element in texts_of(block)]
    for element in elements:
        if element["type"] == "mrkdwn":
            assert element["text"] == f"<https://example.org/|{escaped(label)}>"
        elif element["type"] == "text":
            assert element["text"].replace("\u2060", "") in {text.replace("\u2060", "") for text in (words, name, "\n")}
    assert not {"<!", "<@", "<#"} & {card["text"][at : at + 2] for at in range(len(card["text"]))}


def texts_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The innermost elements of a block."""
    found = block["elements"]
    return found[0]["elements"] if block["type"] == "rich_text" else found


def test_the_reason_is_told_in_the_words_everybody_reads():
    again = OpenRequest("user", "wren", "heron", NOW, reason="review requested again by heron")
    assert reason_for(again) == "review requested again by heron"
