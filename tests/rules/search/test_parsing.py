"""The search grammar: what texts mean, and the errors for texts that are not valid."""

from datetime import UTC, datetime, timedelta
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.search import ME, Clause, LoginOrTeam, SearchError, SearchQuery, SearchTerm, TimeSpan, parse
from monitor.rules.search.vocabulary import FIELDS, NARROWING

NOW = datetime(2026, 3, 2, 9, 30, 15, 250, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def one(text: str) -> SearchTerm:
    """The only term of a text."""
    (term,) = parse(text, NOW).terms
    return term


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("is:open", "is", "open"),
        ("IS:Draft", "is", "draft"),
        ("author:Heron", "author", LoginOrTeam("heron")),
        ("author:@me", "author", ME),
        ("author:@ME", "author", ME),
        ("author:renovate[bot]", "author", LoginOrTeam("renovate")),
        ("author:app/renovate", "author", LoginOrTeam("renovate")),
        ("assignee:wren", "assignee", LoginOrTeam("wren")),
        ("review-requested:@me", "review-requested", ME),
        ("user-review-requested:Wren", "user-review-requested", LoginOrTeam("wren")),
        ("team-review-requested:@me", "team-review-requested", ME),
        ("team-review-requested:Acme/Platform", "team-review-requested", LoginOrTeam("acme/platform")),
        ("reviewed-by:wren", "reviewed-by", LoginOrTeam("wren")),
        ("owner:acme/platform", "owner", LoginOrTeam("acme/platform")),
        ("owner:wren", "owner", LoginOrTeam("wren")),
        ("involves:@me", "involves", ME),
        ("repo:Acme/Web.js", "repo", "acme/web.js"),
        ("org:Acme", "org", "acme"),
        ("label:bug", "label", "bug"),
        ('label:"Good First Issue"', "label", "good first issue"),
        ('label:"say \\"hi\\""', "label", 'say "hi"'),
        ("label:“good first issue”", "label", "good first issue"),
        ("label:kind/bug:2", "label", "kind/bug:2"),
        ("base:Main", "base", "main"),
        ("head:feature/ÄRGER", "head", "feature/ärger"),
        ("ci:failure", "ci", "failure"),
        ("review:changes_requested", "review", "changes_requested"),
        ("turn:me", "turn", ME),
        ("turn:reviewers", "turn", "reviewers"),
        ("bot:true", "bot", True),
        ("snoozed:FALSE", "snoozed", False),
        ("size:XL", "size", "xl"),
        ("age:>3d", "age", TimeSpan(None, NOW - 3 * DAY)),
        ("age:>=3d", "age", TimeSpan(None, NOW - 3 * DAY + TICK)),
        ("age:<36h", "age", TimeSpan(NOW - 1.5 * DAY + TICK, None)),
        ("age:<=1w", "age", TimeSpan(NOW - 7 * DAY, None)),
        ("updated:>=2026-01-01", "updated", TimeSpan(datetime(2026, 1, 1, tzinfo=UTC), None)),
        ("updated:>2026-01-01", "updated", TimeSpan(datetime(2026, 1, 2, tzinfo=UTC), None)),
        ("updated:<2026-01-01", "updated", TimeSpan(None, datetime(2026, 1, 1, tzinfo=UTC))),
        ("updated:<=2026-01-01", "updated", TimeSpan(None, datetime(2026, 1, 2, tzinfo=UTC))),
        ("updated:2026-01-01", "updated", TimeSpan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))),
        ("updated:>=2026-01-01T12:30:00Z", "updated", TimeSpan(datetime(2026, 1, 1, 12, 30, tzinfo=UTC), None)),
        ("updated:<2026-01-01T12:30+02:00", "updated", TimeSpan(None, datetime(2026, 1, 1, 10, 30, tzinfo=UTC))),
        ("updated:@today", "updated", TimeSpan(TODAY, TODAY + DAY)),
        ("updated:>=@today-14d", "updated", TimeSpan(TODAY - 14 * DAY, None)),
        ("updated:<@today-2w", "updated", TimeSpan(None, TODAY - 14 * DAY)),
        ("#123", "#", 123),
        ("Retry", "title", "retry"),
        ('"Two Words"', "title", "two words"),
        ('"is:open"', "title", "is:open"),
        ('"#12"', "title", "#12"),
        ('"-minus"', "title", "-minus"),
        ('back\\slash', "title", "back\\slash"),
        ("STRASSE", "title", "strasse"),
        ("straße", "title", "strasse"),
        ("10:30", "title", "10:30"),
        ("feat(api):", "title", "feat(api):"),
        ("well-known", "title", "well-known"),
        ("50%_off", "title", "50%_off"),
    ],
)  # fmt: skip
def test_what_a_term_means(text, field, value):
    assert one(text) == SearchTerm(field, value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reveiw:", "No term “reveiw:”. Did you mean review:approved? Nothing was searched."),
        ("reveiw:waiting", "No term “reveiw:”. Did you mean review:waiting? Nothing was searched."),
        ("reveiw:soon", "No term “reveiw:”. Did you mean review:approved? Nothing was searched."),
        ("lable:bug", "No term “lable:”. Did you mean label:bug? Nothing was searched."),
        ("review_requested:wren", "No term “review_requested:”. Did you mean review-requested:wren?"),
        ("draft:true", "No term “draft:”. Did you mean is:draft?"),
        ("state:open", "No term “state:”. Did you mean is:open?"),
        ("feat: new", 'No term “feat:”. Did you mean "feat:", the words in a title?'),
        ("https://example.org", 'No term “https:”. Did you mean "https://example.org", the words in a title?'),
        ("is:opn", "No term “is:opn”: is: takes open, closed, merged, draft, queued or stacked. Did you mean is:open?"),
        ("is:", "No term “is:”: is: takes open, closed, merged, draft, queued or stacked. Did you mean is:open?"),
        ("is:queue", "Did you mean is:queued?"),
        ("is:merge-queue", "Did you mean is:queued?"),
        ("is:stack", "Did you mean is:stacked?"),
        ("is:Stackd", "Did you mean is:stacked?"),
        ("queued:true", "No term “queued:”. Did you mean is:queued?"),
        ("merge-queue:main", "No term “merge-queue:”. Did you mean is:queued?"),
        ("stack:12", "No term “stack:”. Did you mean is:stacked?"),
        ("user-review-requested:acme/web", "user-review-requested: takes a login, or @me."),
        ("is:pr", "No term “is:pr”: is: takes open, closed, merged, draft, queued or stacked. Did you mean is:open?"),
        ("ci:green", "Did you mean ci:success?"),
        ("review:required", "Did you mean review:waiting?"),
        ("turn:you", "turn: takes me, author, reviewers or none."),
        ("bot:yes", "Did you mean bot:true?"),
        ("size:huge", "size: takes xs, s, m, l or xl."),
        ("sort:upated", "Did you mean sort:updated?"),
        ("author:", "No term “author:”: author: takes a login, or @me. Did you mean author:@me?"),
        ("author:@mee", "author: takes a login, or @me. Did you mean author:@me?"),
        ("author:a/b", "author: takes a login, or @me."),
        ("team-review-requested:platform", "takes a team as organization/team, or @me for mine."),
        ("owner:@acme/platform", "owner: takes a login, a team as organization/team, or @me."),
        ("repo:web", "No term “repo:web”: repo: takes owner/name. Did you mean repo:owner/name?"),
        ("org:acme/web", "org: takes the owner of repositories."),
        ('label:""', "label: takes a label"),
        ("base:", "base: takes the name of a branch."),
        ("age:3d", "age: takes > or < and a number of h, d or w. Did you mean age:>3d?"),
        ("age:>3m", "age: takes > or < and a number of h, d or w."),
        ("age:>-3d", "age: takes > or < and a number of h, d or w."),
        ("age:>99999w", "age: takes > or < and a number of h, d or w."),
        ("updated:yesterday", "updated: takes a day like 2026-01-31"),
        ("updated:>=2026-02-30", "updated: takes a day like 2026-01-31"),
        ("updated:>=2026-02-03T10:00", "updated: takes a day like 2026-01-31"),
        ("updated:", "updated: takes a day like 2026-01-31"),
        ("updated:>0001-01-01", "updated: takes a day like 2026-01-31"),
        ("updated:>9999-12-31", "updated: takes a day like 2026-01-31"),
        ("#abc", 'No term “#abc”: # takes a number. Did you mean #123, or "#abc" in a title?'),
        ("#", "# takes a number."),
        ("#\u0663", "# takes a number."),
        ("-", "“-” takes something away, and nothing follows it. Did you mean -label:wip?"),
        ("--", "“--” takes something away, and nothing follows it."),
        ("--is:open", "“--is:open” is taken away twice. Did you mean -is:open?"),
        ('""', "has no words in it"),
        ('"open', "A quote is opened and not closed"),
        ('label:"open', "A quote is opened and not closed"),
        ("sort:age sort:size", "one order, not sort:age and sort:size."),
        ("-sort:age", "Did you mean sort:age?"),
        ("a " * 31, "31 terms; a search takes at most 30."),
        ("x" * 2001, "2001 characters; a search takes at most 2000."),
    ],
)  # fmt: skip
def test_what_means_nothing_is_named_and_the_nearest_is_offered(text, message):
    with pytest.raises(SearchError) as error:
        parse(text, NOW)
    assert message in str(error.value)
    assert str(error.value).endswith(". Nothing was searched.") or str(error.value).endswith("? Nothing was searched.")


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_example_and_every_choice_is_understood(field):
    for value in {field.example, *field.choices}:
        assert parse(f"{field.name}:{value}", NOW)


@pytest.mark.parametrize("name", ["repo", "org", "author", "assignee", "base", "head", "ci", "review", "is", "size"])
def test_either_of_two_will_do_where_there_is_only_one_of_it(name):
    values = {"repo": ("a/b", "c/d"), "ci": ("success", "failure"), "review": ("none", "approved"), "size": ("s", "m"),
              "is": ("open", "merged")}.get(name, ("one", "two"))  # fmt: skip
    query = parse(f"{name}:{values[0]} other {name}:{values[1]}", NOW)
    assert sorted(len(clause.terms) for clause in query.clauses) == [1, 2]


@pytest.mark.parametrize(
    "name", ["label", "owner", "involves", "review-requested", "user-review-requested", "reviewed-by"]
)
def test_both_of_two_must_hold_where_there_may_be_several(name):
    query = parse(f"{name}:one {name}:two", NOW)
    assert [len(clause.terms) for clause in query.clauses] == [1, 1]


def test_two_spans_are_a_range_and_two_numbers_a_choice():
    assert len(parse("age:>1d age:<3d", NOW).clauses) == 2
    assert len(parse("#1 #2", NOW).clauses) == 1


@pytest.mark.parametrize("narrowing", NARROWING)
def test_a_draft_or_queued_or_stacked_one_is_open_closed_or_merged_besides(narrowing):
    assert len(parse(f"is:open is:{narrowing}", NOW).clauses) == 2
    assert len(parse(f"is:open is:merged is:{narrowing}", NOW).clauses) == 2
    assert len(parse(f"is:{narrowing} is:{narrowing}", NOW).clauses) == 1


def test_what_narrows_all_holds_at_once():
    assert parse("is:draft is:queued is:stacked is:open is:closed", NOW).clauses == (
        Clause((SearchTerm("is", "draft"),)),
        Clause((SearchTerm("is", "queued"),)),
        Clause((SearchTerm("is", "stacked"),)),
        Clause((SearchTerm("is", "open"), SearchTerm("is", "closed"))),
    )


def test_what_is_taken_away_is_taken_away_each_for_itself():
    assert parse("-author:heron author:wren -author:@me -#3 -word", NOW).clauses == (
        Clause((SearchTerm("author", LoginOrTeam("heron")),), negated=True),
        Clause((SearchTerm("author", ME),), negated=True),
        Clause((SearchTerm("#", 3),), negated=True),
        Clause((SearchTerm("title", "word"),), negated=True),
        Clause((SearchTerm("author", LoginOrTeam("wren")),)),
    )


def test_nothing_is_a_query_without_conditions():
    assert parse("", NOW) == parse(" \t\n\x00 ", NOW) == SearchQuery()


@pytest.mark.parametrize(
    ("text", "state", "wanted"),
    [
        ("", None, "open"),
        ("is:draft", None, "open"),
        ("-is:draft", None, "open"),
        ("is:queued -is:stacked", None, "open"),
        ("is:merged", None, None),
        ("-is:open", None, None),
        ("is:open", "merged", "merged"),
        ("is:open", "all", None),
        ("", "closed", "closed"),
    ],
)
def test_open_ones_only_unless_something_else_is_said(text, state, wanted):
    query = parse(text, NOW)
    added = query.within(state).clauses[len(query.clauses) :]
    assert added == ((Clause((SearchTerm("is", wanted),)),) if wanted else ())


@pytest.mark.parametrize(
    ("text", "asks"), [("author:@me", True), ("-turn:me", True), ("turn:author", False), ("snoozed:true", False)]
)
def test_whether_it_needs_the_viewers_login(text, asks):
    assert parse(text, NOW).needs_viewer_login is asks


def test_whose_teams_matter():
    query = parse("owner:Wren owner:acme/web involves:heron author:finch -owner:lark owner:@me", NOW)
    assert query.logins == {"wren", "heron", "lark"}


SIGNS = st.sampled_from('abZ:-#"\\@>=< \n\x00\ud800é[]/.0129') | st.characters()
PIECES = st.sampled_from([f"{name}:" for name in FIELDS] + ["-", '"', "@me", "@today", ">", "2026-01-01", "#"])


@given(st.lists(PIECES | st.text(SIGNS, max_size=5), max_size=12).map("".join))
def test_any_text_is_understood_or_refused_with_a_sentence(text):
    said = ""
    try:
        query = parse(text, NOW)
    except SearchError as error:
        said = str(error)
    if said:
        assert said.endswith("Nothing was searched.")
        assert len(said) < 400
    else:
        assert query.clauses or "sort:" in text.lower() or all(category(sign)[0] in "CZ" for sign in text)
