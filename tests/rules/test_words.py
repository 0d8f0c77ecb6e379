"""Where none of a pattern's words stands, the pattern matches nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logverdict.pattern import Pattern, compile_pattern
from logverdict.rulebook import built_in_ruleset
from logverdict.rulebook.words import Words, sought_in, words_of

SOURCES = (
    "usage limit|rate limit", r"(?i)kelvin|stra(?:ß|ss)e", r"(?i:Sk)y \d+", r"a{2}b+", r"(?:red|blue) sky",
    r"x?red(?:der)?", r"(?i)\bje n.ai pas é", "[?\uff1f]\\s*", r"[Kk]ey|\[\]", r"(?s)one.two",
    r"re\x64|\Qa.b\E", r"^(?:ab|cd)+$", "(?i)[a-c]\u017f|\u01c6", r"\pLred", "ΣΑΣ|(?i)σας",
)  # fmt: skip
PIECES = st.sampled_from([
    "usage", "limit", " ", "rate", "K", "\u212a", "elvin", "stra", "ß", "SS", "e", "\u017fk", "sk", "Y 7",
    "a", "bb", "red", "blue", " sky", "JE N'AI PAS É", "é", "?", "\uff1f", "[]", "ey", "one", "two", "\n",
    "der", "a.b", "cd", "ǆ", "ǅ", "ΣΑΣ", "σας", "\ud800", "\0", "İ",
])  # fmt: skip
PATTERNS = [compile_pattern(source, ignore_case=ignores) for source in SOURCES for ignores in (False, True)]
WORDS = {pattern: words_of(pattern) for pattern in PATTERNS}


def has_all(way: tuple[Words, ...], text: str) -> bool:
    return all(any(word in text for word in words) for words in way)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_match_holds_one_of_each_set_of_words_once_folded(text: str) -> None:
    # Texts with lone surrogates are never folded.
    folded = text.replace("\ud800", "").casefold()
    for pattern, ways in WORDS.items():
        if ways and "\ud800" not in text and pattern.matches(text):
            assert any(has_all(way, folded) for way in ways), pattern.source


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("usage limit|rate limits", [[("usage limit",)], [("rate limits",)]]),
        (r"(?i)\bCould not (?:find|see) it", [[("could not ",), ("find", "see"), (" it",)]]),
        (r"(read (?:the|a) manual|a.b man)", [[(" manual",), ("read ",)], [("b man",)]]),
        ("[?\uff1f]", [[("?", "\uff1f")]]),
        (r"\d+|word", []),
        (r"a|word", []),
        ("(?:word)?", []),
        (r"\pL{3}", []),
    ],
)
def test_words_are_all_that_cannot_be_missing(source: str, ways: list[list[tuple[str, ...]]]) -> None:
    assert [sorted(way) for way in words_of(compile_pattern(source))] == [sorted(way) for way in ways]


def test_a_pattern_that_another_engine_could_not_read_has_no_words() -> None:
    assert words_of(Pattern("(?=look)around")) == ()


def test_nearly_all_built_in_patterns_are_known_by_words() -> None:
    found = sought_in(built_in_ruleset())
    looked_for = [pattern for pattern, places in found.items() if places]
    assert sum(bool(words_of(pattern)) for pattern in looked_for) > 0.9 * len(looked_for)
