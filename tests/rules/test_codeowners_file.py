"""CODEOWNERS: a table of what the format means, a slow matcher that must agree, and files that would take too long."""

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.rules.codeowners_file import CodeownersRules, TooComplex, owners_of_paths, parse
from monitor.rules.codeowners_file.line_parser import CodeownersRule
from monitor.rules.codeowners_file.path_owners import PATHS_SHOWN, TRUNCATED

# pattern, paths it owns, paths it does not
PATTERNS: list[tuple[str, str, str]] = [
    ("*", "a a/b a/b/c .hidden", ""),
    ("**", "a a/b a/b/c", ""),
    ("/**", "a a/b", ""),
    ("*.js", "a.js src/b.js .js src/x.js/inner.txt", "a.jsx js a.JS"),
    ("/*.js", "a.js a.js/inner.txt", "src/b.js"),
    ("*.", "a. src/b.", "a.b"),
    ("README.md", "README.md docs/README.md README.md/odd", "readme.md README.md.txt"),
    ("/README.md", "README.md", "docs/README.md"),
    ("/build/logs/", "build/logs/x build/logs/x/y", "build/logs build/log/x src/build/logs/x"),
    ("build/logs/", "build/logs/x build/logs/x/y", "src/build/logs/x build/logs"),
    ("build/logs", "build/logs build/logs/x", "src/build/logs build/logs2"),
    ("docs/*", "docs/start.md docs/.x", "docs/app/help.md docs other/docs/start.md"),
    ("/docs/*", "docs/start.md", "docs/app/help.md src/docs/start.md"),
    ("docs/**", "docs/start.md docs/app/help.md", "docs src/docs/start.md"),
    ("/docs/", "docs/start.md docs/app/help.md", "docs src/docs/start.md"),
    ("docs/", "docs/start.md src/docs/start.md src/docs/a/b", "docs src/docs mydocs/x"),
    ("apps/", "apps/x a/b/apps/x", "apps a/apps"),
    ("/a/ai/", "a/ai/x", "a/ai_events.py a/ai x/a/ai/y"),
    ("/a/*", "a/b", "a/b/c"),
    ("apps", "apps apps/x a/apps a/apps/x", "apps2 myapps a/apps.py"),
    ("/apps/github", "apps/github apps/github/x", "apps/gitlab apps/github2 x/apps/github"),
    ("**/logs", "logs logs/x build/logs build/logs/x a/b/c/logs/d", "build/logs2 mylogs"),
    ("**/logs/", "logs/x a/logs/x", "logs a/logs"),
    ("**/logs/**", "logs/x a/b/logs/x/y", "logs a/logs"),
    ("**/foo/bar", "foo/bar x/foo/bar x/y/foo/bar/z", "foo/x/bar foobar"),
    ("foo/**/bar", "foo/bar foo/a/bar foo/a/b/bar foo/a/bar/z", "bar foobar x/foo/bar foo/abar"),
    ("foo/**/", "foo/bar foo/bar/baz", "foo x/foo/bar"),
    ("foo/**/**/bar", "foo/bar foo/a/b/bar", "foo/a"),
    ("**/**/foo", "foo a/b/foo", "a/bfoo"),
    ("foo/**/bar/b*", "foo/bar/baz foo/x/bar/b foo/x/y/bar/bat/deep", "foo/bar foo/bar/qux foo/x/bar"),
    ("foo/*/baz", "foo/x/baz foo/x/baz/y", "foo/baz foo/x/y/baz"),
    ("/*/", "foo/bar foo/bar/baz", "foo"),
    ("*/", "foo/bar a/foo/bar", "foo"),
    ("/f*/", "foo/bar f/x", "foo bar/foo/x"),
    ("f*/", "foo/x a/foo/x", "foo a/foo b/x"),
    ("/*", "a .b", "a/b"),
    ("f*", "f foo foo/bar a/foo a/foo/b", "xfoo a/b"),
    ("*foo*", "foo xfoox a/xfoo foo.txt", "fo o fO O"),
    ("**/*bar*", "bar foo/rebar/x barrio", "foo"),
    ("a*b*c", "abc axbxc aabbcc abcbc", "ac ab acb xabc"),
    ("*a*a*", "aa xaxax aaa", "a xax"),
    ("a*a", "aa aba aaa", "a ab"),
    ("f?o", "foo fxo a/fao", "fo fooo f/o"),
    ("?", "a x/y a/bb", "ab ab/cd"),
    ("a?*", "ab abc a/bc/ab", "a x/a"),
    ("???.txt", "abc.txt a/xyz.txt", "ab.txt abcd.txt"),
    ("foo/?/bar", "foo/x/bar", "foo/xx/bar foo//bar"),
    ("a**b", "ab axb axxb", "a/b axbx"),
    ("**.js", "a.js b/c.js", "a.jsx"),
    ("foo**/bar", "foo/bar foox/bar", "foo/x/bar"),
    ("f\\*o", "f*o", "foo fo"),
    ("f\\?o", "f?o", "foo"),
    ("a\\\\b", "a\\b", "ab a/b"),
    ("\\*", "*", "a"),
    ("Docs/", "Docs/x", "docs/x"),
    ("ÄÖ/*.md", "ÄÖ/ü.md", "äö/ü.md"),
    ("a.b", "a.b", "axb"),
    ("a+(b)", "a+(b)", "aab"),
    ("a{b,c}", "a{b,c}", "ab ac"),
    ("/a//b", "", "a/b a//b"),
    ("//a", "", "a x/a"),
    ("/", "", "a a/b"),
    ("a#b", "a#b", "a"),
    ("@x", "@x a/@x", "x"),
]  # fmt: skip


WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "lambda",
    "sigma",
    "theta",
    "kappa",
    "omega",
    "zeta",
    "rho",
    "tau",
    "phi",
    "chi",
    "psi",
]


def rule_of(file: CodeownersRules, path: str) -> CodeownersRule | None:
    found = file.rules_of([path])[0]
    assert not isinstance(found, TooComplex)
    return found


@pytest.mark.parametrize(("pattern", "matching", "other"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_patterns(pattern: str, matching: str, other: str) -> None:
    file = parse(f"{pattern} @wren")
    for path in matching.split():
        assert rule_of(file, path) is not None, f"{pattern} should own {path}"
    for path in other.split():
        assert rule_of(file, path) is None, f"{pattern} should not own {path}"


def owners_of(text: str, path: str) -> list[str] | None:
    rule = rule_of(parse(text), path)
    return None if rule is None else list(rule.owners)


# text, path, owners (None: no rule matches)
FILES: list[tuple[str, str, str, list[str] | None]] = [
    ("the last match wins", "* @all\n*.js @js\n", "a/b.js", ["@js"]),
    ("the order is the file's, not how narrow it is", "*.js @js\n* @all\n", "a/b.js", ["@all"]),
    ("several owners", "*.go @a @org/team b@example.com\n", "x.go", ["@a", "@org/team", "b@example.com"]),
    ("a later line replaces, it does not add", "*.go @a\n*.go @b\n", "x.go", ["@b"]),
    ("without owners it is nobody's", "/apps/ @octo\n/apps/github\n", "apps/github/x", []),
    ("… and beside it somebody's", "/apps/ @octo\n/apps/github\n", "apps/x", ["@octo"]),
    ("… and a later one's again", "/apps/ @octo\n/apps/github\n/apps/github/docs/ @doc\n", "apps/github/docs/x", ["@doc"]),
    ("a comment", "# * @a\n", "x", None),
    ("an indented comment", "   # * @a\n", "x", None),
    ("a comment after owners", "*.js @js #and a reason\n", "x.js", ["@js"]),
    ("a comment that names somebody", "*.js @js # ask @bob\n", "x.js", ["@js"]),
    ("a comment instead of owners", "* @a\n*.js # nobody\n", "x.js", []),
    ("a comment right behind an owner", "*.js @js# why\n", "x.js", ["@js"]),
    ("tabs", "*.js\t\t@js\t@b\n", "x.js", ["@js", "@b"]),
    ("spaces around", "   *.js   @js   \n", "x.js", ["@js"]),
    ("Windows line ends", "* @a\r\n*.js @js\r\n", "x.js", ["@js"]),
    ("Windows line ends without owners", "* @a\r\n*.js\r\n", "x.js", []),
    ("a byte order mark", "\ufeff*.js @js\n", "x.js", ["@js"]),
    ("no line feed at the end", "*.js @js", "x.js", ["@js"]),
    ("an escaped space", "/my\\ docs/ @a\n", "my docs/x", ["@a"]),
    ("… is not the end of the pattern", "/my\\ docs/ @a\n", "my", None),
    ("negation is skipped", "* @a\n!*.js @b\n", "x.js", ["@a"]),
    ("a range is skipped", "* @a\n*.[jt]s @b\n", "x.js", ["@a"]),
    ("half a range is skipped, the rest is read", "[bar @b\n*.js @js\n", "x.js", ["@js"]),
    ("an escaped hash is skipped", "* @a\n\\#x @b\n", "#x", ["@a"]),
    ("an owner that is none skips the line", "* @a\n*.js js\n", "x.js", ["@a"]),
    ("… also beside a good one", "* @a\n*.js @b nobody\n", "x.js", ["@a"]),
    ("an owner of @ alone", "* @a\n*.js @\n", "x.js", ["@a"]),
    ("a team of a team", "* @a\n*.js @o/t/u\n", "x.js", ["@a"]),
    ("three stars are skipped", "* @a\n/a/***/b @b\n", "a/x/b", ["@a"]),
    ("an empty file", "", "x", None),
    ("blank lines", "\n\n \t\n", "x", None),
    ("a section of another vendor is no rule", "[Docs]\n*.md @a\n^[More] @b\n", "x.md", ["@a"]),
    ("a form feed is no line end", "*.js @js\f*.md @md\n", "x.md", None),
    ("a backslash at the end escapes nothing", "* @a\nfoo\\\n", "foo", ["@a"]),
    ("a pattern longer than any path", "* @a\n" + "x/" * 3000 + " @b\n", "x/x", ["@a"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "owners"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files(text: str, path: str, owners: list[str] | None) -> None:
    assert owners_of(text, path) == owners


def test_the_example_of_the_documentation_in_one_file() -> None:
    text = (
        "# comment\n*       @global1 @global2\n*.js    @js #inline\n*.go docs@example.com\n*.txt @octo/cats\n"
        "/build/logs/ @doctor\ndocs/*  docs@example.com\napps/ @octo\n/docs/ @doctor\n/scripts/ @doctor @octo\n**/logs @octo\n"
        "/apps/ @octo\n/apps/github\n"
    )
    file = parse(text)
    said = {path: rule and (rule.line, rule.pattern) for path in (
        "x.py", "x.js", "a/x.go", "build/logs/x", "docs/x", "docs/a/x", "src/apps/x", "scripts/x", "deep/logs/x", "apps/github/x",
    ) for rule in [rule_of(file, path)]}  # fmt: skip
    assert said == {
        "x.py": (2, "*"), "x.js": (3, "*.js"), "a/x.go": (4, "*.go"), "build/logs/x": (11, "**/logs"), "docs/x": (9, "/docs/"),
        "docs/a/x": (9, "/docs/"), "src/apps/x": (8, "apps/"), "scripts/x": (10, "/scripts/"), "deep/logs/x": (11, "**/logs"),
        "apps/github/x": (13, "/apps/github"),
    }  # fmt: skip


# A matcher so slow that it is obviously right: it tries everything.


def covers(pattern: str, path: str) -> bool:
    body = pattern.rstrip("/") if pattern.endswith("/") else pattern
    tied = "/" in body
    parts = body.removeprefix("/").split("/")
    names = path.split("/")
    starts = [names] if tied else [names[at:] for at in range(len(names))]
    if pattern.endswith("/"):
        return any(any(spans(parts, start[:size]) for size in range(len(start))) for start in starts)
    if parts[-1] in ("*", "**"):
        ways = [start for start in starts if spans(parts, start)]
        return bool(ways) and (
            parts[-1] == "*" or parts[:-1] != names[: len(parts[:-1])] or len(names) > len(parts) - 1
        )
    return any(any(spans(parts, start[:size]) for size in range(len(start) + 1)) for start in starts)


def spans(parts: list[str], names: list[str]) -> bool:
    if not parts:
        return not names
    if parts[0] == "**":
        if len(parts) == 1:
            return bool(names)
        return any(spans(parts[1:], names[at:]) for at in range(len(names) + 1))
    return bool(names) and fits(parts[0], names[0]) and spans(parts[1:], names[1:])


def fits(part: str, name: str) -> bool:
    if not part:
        return not name
    if part[0] == "*":
        return any(fits(part[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and part[0] in ("?", name[0]) and fits(part[1:], name[1:])


SEGMENT = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=4).filter(lambda text: "**" not in text))
PATTERN = st.builds(
    lambda lead, parts, trail: lead + "/".join(parts) + trail,
    st.sampled_from(["", "/"]),
    st.lists(SEGMENT, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
).filter(lambda pattern: not pattern.endswith("**/") and "**/**" not in pattern)
PATH = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


@given(PATTERN, st.lists(PATH, min_size=1, max_size=6))
@example("a/**", ["a", "a/b"])
@example("**/*", ["a", "a/b/c"])
@example("*b?*a", ["bba", "abab"])
def test_it_agrees_with_the_slow_matcher(pattern: str, paths: list[str]) -> None:
    rules = parse(f"{pattern} @wren").rules_of(paths)
    assert [rule is not None for rule in rules] == [covers(pattern, path) for path in paths]


@given(st.lists(PATTERN, max_size=12), st.lists(PATH, min_size=1, max_size=6))
def test_of_many_rules_the_last_that_covers_counts(patterns: list[str], paths: list[str]) -> None:
    file = parse("".join(f"{pattern} @o{at}\n" for at, pattern in enumerate(patterns)))
    for path, rule in zip(paths, file.rules_of(paths), strict=True):
        expected = [at for at, pattern in enumerate(patterns) if covers(pattern, path)]
        assert getattr(rule, "line", None) == (expected[-1] + 1 if expected else None)


@given(st.text(max_size=300), PATH)
def test_any_text_is_a_file(text: str, path: str) -> None:
    rule = rule_of(parse(text), path)
    assert rule is None or text.removeprefix("\ufeff").split("\n")[rule.line - 1].lstrip(" \t").startswith(rule.pattern)


# Files written to keep us busy

CHOICES = 2**15 if os.environ.get("PRMONITOR_SLOW") else 2**11
MANY = 120_000 if os.environ.get("PRMONITOR_SLOW") else 10_000
ORDINARY = [f"src/mod{at % 50}/sub{at % 7}/file{at}_name.test.ts" for at in range(1000)]
NESTED = ["/".join(["a"] * 15) + f"/{at}" for at in range(1000)]
APART = [f"{at}/" + "/".join(["a"] * 30) for at in range(1000)]
LONG = ["a" * 250 + str(at) for at in range(1000)]

HOSTILE: dict[str, tuple[Callable[[], str], list[str]]] = {
    "deep chains": (lambda: "**/a/" * 8 + "x @o\n" + "**/a/" * 400 + "x @o\n", APART),
    "many deep chains": (lambda: "".join(f"{'**/a/' * (at % 60 + 1)}x{at} @o\n" for at in range(9000)), APART),
    "stars": (lambda: "*a" * 8 + "b @o\n" + "*a" * 2000 + "b @o\n", LONG),
    "stars and question marks": (lambda: "*?a" * 60 + "b @o\n", LONG),
    "many stars": (lambda: "".join("*a" * (at % 90) + f"b{at} @o\n" for at in range(9000)), LONG),
    "literal": (lambda: "".join(f"/src/mod{at} @o\n" for at in range(MANY)), ORDINARY),
    "suffixes": (lambda: "".join(f"*.test{at}.ts @o\n" for at in range(MANY)), ORDINARY),
    "prefixes": (lambda: "".join(f"file{at}* @o\n" for at in range(MANY)), ORDINARY),
    "infixes": (lambda: "".join(f"*e{at}_* @o\n" for at in range(MANY)), ORDINARY),
    "question marks": (lambda: "".join(f"f?le{at}* @o\n" for at in range(MANY)), ORDINARY),
    "anywhere": (lambda: "".join(f"**/sub{at}/** @o\n" for at in range(MANY)), ORDINARY),
    "in the middle": (lambda: "".join(f"src/*/**/s*{at}/x @o\n" for at in range(MANY)), ORDINARY),
    "every choice of a and *": (lambda: "".join(f"/{_choice(at, '/')} @o\n" for at in range(CHOICES)), NESTED),
    "every choice within a name": (lambda: "".join(f"*{_choice(at, '*')}* @o\n" for at in range(CHOICES)), LONG),
    "one long name": (lambda: "*" + "x" * 4000 + "* @o\n", ["x" * 4000 + str(at) for at in range(1000)]),
    "deep paths": (lambda: "**/a/**/b @o\n", [str(at) + "/ab" * 1300 for at in range(1000)]),
}  # fmt: skip

EASY = {
    "stars",
    "literal",
    "suffixes",
    "prefixes",
    "infixes",
    "anywhere",
    "in the middle",
}  # many rules alone are no trouble


def _choice(at: int, between: str) -> str:
    return between.join("a" if at >> bit & 1 else "?" for bit in range(15))


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_at_most_100_ms_for_a_thousand_paths(name: str) -> None:
    make, paths = HOSTILE[name]
    file = parse(make())
    took: list[float] = []
    for _ in range(12):  # the fastest: what else runs on this machine is not the file's doing
        slowness = max(1.0, seconds_of_ten_milliseconds() / 0.01)
        began = time.thread_time()
        outcome = followed(file, paths)
        took.append((time.thread_time() - began) / slowness)
        if min(took) < 0.1:
            break
    assert outcome or name not in EASY
    assert min(took) < 0.1


def seconds_of_ten_milliseconds() -> float:
    """The seconds of work that takes 10 ms on the machine on which a step of the limit was measured (0.5 µs).

    On a slower machine, or beside a busy neighbour, more.
    """
    table, found = {str(number): number for number in range(1000)}, 0
    began = time.thread_time()
    for _ in range(200_000):
        found += table.get("5", 0)
    return time.thread_time() - began


def followed(file: CodeownersRules, paths: list[str]) -> bool:
    """Whether the rule of every path was found."""
    return not any(isinstance(rule, TooComplex) for rule in file.rules_of(paths))


NAMES = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "omicron",
    "sigma",
    "upsilon",
]
AREAS = [f"{one}-{two}" for one in NAMES for two in NAMES if one != two]


@pytest.mark.parametrize("count", [1, 200, 600, 900, 3000])
def test_every_path_keeps_its_owners_in_a_file_of_300_rules_with_wildcards_at_any_depth(count: int) -> None:
    lines = (
        f"**/*{area.replace('-', '*/**/*')}* @o/t{at % 12}\n/tests/**/*{area}*.json @o/t{at % 7}\n"
        for at, area in enumerate(AREAS[:150])
    )
    file = parse("* @o/core\n" + "".join(lines) + "/docs/ @o/docs\n*.md @o/docs\n**/generated/**\n")
    paths = [
        f"tests/snapshots/{AREAS[at % 180]}/{NAMES[at % 14]}/tests.contrib.{AREAS[at * 7 % 180]}.test_{at}.json"
        for at in range(count)
    ]
    assert all(isinstance(rule, CodeownersRule) and rule.owners for rule in file.rules_of(paths))
    assert "patterns" not in owners_of_paths(file, paths).note


def test_a_path_that_is_too_dear_is_unknown_alone() -> None:
    stars = "".join("*a" * at + "* @o\n" for at in range(3, 90))
    found = owners_of_paths(parse("*.md @o/docs\n" + stars), ["a" * 250, "x/readme.md", "y/readme.md"])
    assert [(owner["owner"], owner["paths"]) for owner in found.owners] == [("@o/docs", ["x/readme.md", "y/readme.md"])]
    assert found.note.startswith("For 1 of its changed files the patterns are too many or too complex")


def test_a_file_of_an_honest_monorepo_is_followed() -> None:
    lines = (
        f"/src/mod{at}/ @o/t{at}\n/src/mod{at}/**/*.test.ts @o/q\n**/sub{at % 10}/x?{at}*.ts @u\n" for at in range(2000)
    )
    rules = parse("* @o/all\n" + "".join(lines)).rules_of(ORDINARY * 3)
    assert {rule.owners for rule in rules if isinstance(rule, CodeownersRule)} == {("@o/q",)}


def test_all_of_300_rules_of_two_names_each_own_900_paths() -> None:
    """The shape of large real files: each rule looks for two names anywhere in a path."""
    names = [f"{first}-{second}" for first in WORDS for second in WORDS if first != second]
    rules = ["* @o/all"]
    for at, (first, second) in enumerate(name.split("-") for name in names[:150]):
        rules += [f"**/*{first}*/**/*{second}* @o/t{at % 12}", f"/tests/**/*{first}-{second}*.json @o/t{at % 7}"]
    paths = [
        f"tests/snapshots/{names[at % 200]}/{WORDS[at % 9]}/suite.{names[at * 7 % 200]}.case_{at}.json"
        for at in range(900)
    ]
    assert all(isinstance(rule, CodeownersRule) for rule in parse("\n".join(rules)).rules_of(paths))


def test_larger_than_github_loads() -> None:
    file = parse("* @wren\n" + "#" * 3_000_000)
    assert rule_of(file, "x") is None
    assert (
        owners_of_paths(file, ["x"]).note
        == "It is larger than 3 MB: GitHub does not load it, and nobody owns anything."
    )


@pytest.mark.slow
def test_more_rules_than_can_be_kept_are_said_to_be_too_many() -> None:
    assert "too many" in owners_of_paths(parse("a\n" * 250_001), ["a"]).note
    assert (
        "too many"
        in owners_of_paths(parse("".join(f"/{at}/b/c/d/e/f/g/h/i/j @o\n" for at in range(41_000))), ["a"]).note
    )


# What a pull request shows of it


def test_owners_come_with_their_rule_and_paths() -> None:
    file = parse("* @acme/all\n/db/ @wren @acme/data\n/db/old/\n*.md docs@example.com\n")
    paths = ["README.md", "db/a.sql", "db/b.sql", "db/old/c.sql", "x.py"]
    assert owners_of_paths(file, paths).owners == (
        {"owner": "@acme/all", "rule": "*", "line": 1, "paths": ["x.py"], "paths_total": 1},
        {"owner": "@wren", "rule": "/db/", "line": 2, "paths": ["db/a.sql", "db/b.sql"], "paths_total": 2},
        {"owner": "@acme/data", "rule": "/db/", "line": 2, "paths": ["db/a.sql", "db/b.sql"], "paths_total": 2},
        {"owner": "docs@example.com", "rule": "*.md", "line": 4, "paths": ["README.md"], "paths_total": 1},
    )


def test_many_paths_are_counted_and_twenty_shown() -> None:
    (entry,) = owners_of_paths(parse("* @wren"), [f"f{at}" for at in range(50)]).owners
    assert (len(entry["paths"]), entry["paths_total"]) == (PATHS_SHOWN, 50)


def test_a_cut_list_of_files_is_said_to_be_cut() -> None:
    assert owners_of_paths(parse("* @wren"), ["a"], truncated=True).note == TRUNCATED.format(count=1)


def test_an_owner_named_twice_in_a_rule_is_one_and_hundreds_are_cut() -> None:
    assert [entry["owner"] for entry in owners_of_paths(parse("* @wren @finch @wren"), ["a"]).owners] == [
        "@wren",
        "@finch",
    ]
    cut = owners_of_paths(parse("* " + " ".join(f"@o{at}" for at in range(150))), ["a"])
    assert len(cut.owners) == 100
    assert cut.note == "It has more code owners than are listed: 150 in all."


def test_where_entries_are_cut_every_owner_keeps_one() -> None:
    """150 rules of eleven teams, and one rule of another team at the end."""
    text = "".join(f"/{at} @o/t{at % 11}\n" for at in range(150)) + "/last @o/last\n"
    cut = owners_of_paths(parse(text), [*(str(at) for at in range(150)), "last"])
    assert len(cut.owners) == 100
    assert {owner["owner"] for owner in cut.owners} == {*(f"@o/t{at}" for at in range(11)), "@o/last"}


def test_a_file_that_names_nobody_needs_no_paths() -> None:
    assert not parse("# nobody\n/apps/\n").names_anybody
    assert parse("/apps/\n* @wren\n").names_anybody
