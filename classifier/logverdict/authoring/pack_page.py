"""The reference of packs: their keys, their values, their patterns, and which rule wins."""

from collections.abc import Iterator, Mapping
from typing import Final

from logverdict.rulebook.grammar import DEEPEST_NESTING, LONGEST_CONDITION
from logverdict.rulebook.pack import MOST_PATTERNS, MOST_RULES
from logverdict.rulebook.rule_files import DEEPEST_FOLDER, LARGEST_FILE
from logverdict.rulebook.schema import ExampleItem, MetaItem
from logverdict.rulebook.written_pattern import LONGEST_PATTERN, MOST_GROUPS, MOST_REPETITIONS, MOST_STEPS

KEYS: Final[Mapping[str, str]] = {
    "id": "Names the rule, in all packs; small letters, digits and `_`, in parts joined by dots.",
    "question": "`ending`, `work` or `noise`.",
    "cause": "What the verdict calls it, from general to special; else the id.",
    "verdict": "`environmental`, `real` or `unknown`; noise has none, and no rule can say success.",
    "action": "What should happen next; noise has none.",
    "title": "A few words for people; stands for the message where that lacks a capture.",
    "when": "The condition on which the rule fires.",
    "unless": "A condition that keeps it from firing where it is true.",
    "message": "A sentence with `{name}` for what a pattern of `when` captured as `(?P<name>…)`.",
    "retry_at": "The same for the time at which to try again.",
    "explains": "Of noise: `failed_command`, `exit_code`; a success that it explains is environmental.",
    "overrides": "Ids of rules that lose where both fire. They must not lead back to the rule.",
    "replaces": "`true`: the rule takes the place of the one with its id in a source that is read earlier.",
    "why": "What happens, how it was found, what to do.",
    "codex": "Versions of Codex that it is for, `>=0.44, <0.148`; an unknown version counts as meant.",
    "references": "Issues (`owner/repo#1`) and links.",
    "examples": "At least one `log:` with `expect: match`, and a near miss with `expect: no match`.",
}
_VALUES: Final = (
    "| type | is written | compared by |",
    "|---|---|---|",
    "| flag | by its name alone, `not` before it | |",
    "| choice | as a word: `turn = failed`, or `turn failed` | `=` `!=` `in` `not in` |",
    "| text | in double quotes, or as a pattern: `model ~ /^gpt-/` | `=` `!=` `in` `not in` `~` |",
    "| number | `3`, `-1`, `0.5` | `=` `!=` `<` `<=` `>` `>=` `in` `not in` |",
    "| duration | with its unit: `90s`, `30m`, `1.5h`, `2d`, `250ms` | as a number |",
    "| version | `0.148`, `0.144.6`, `0.170.0-alpha.1`; missing parts count as 0 | as a number |",
)
_FILES: Final = (
    "`log` is the text of a log, `file` names one: from the folder of the pack, else from the working",
    "folder. A file that is not there fails its example; only what an installed distribution left in",
    "its checkout is passed over.",
)
_TIMES: Final = (
    "`retry_at` reads the words that Codex prints: `3:58 PM`, `Nov 23rd, 2026 2:13 AM`, and spans",
    "such as `1 hour` or `3 days 5 hours`, counted from the end of the run. Codex prints no zone: it",
    "is `utc_offset` of the run's sidecar, else the zone of the process that judges. A time without a",
    "date belongs to the day on which the run ended, also where it is past by then. What the rollout",
    "notes (`resets_at`) goes before every printed time.",
)
_WINS: Final = (
    "Within a question, a rule that is overridden by one that fired is out; then `real` goes before",
    "`environmental` before `unknown`; then the deeper cause. A tie between different actions is",
    "`rules.disagree`, for a person.",
)
_SOURCES: Final = (
    "Rules are read in this order, and each source may replace rules of those before it",
    "(`replaces: true`):",
    "",
    "1. the built-in packs;",
    "2. packs of installed distributions: entry point group `codexjob.rules`, its value a package",
    "   that holds `*.yaml` (it needs no Python); a broken one is told on standard error and left",
    "   out;",
    "3. your own: `rules/` in the user's configuration folder (`~/.config/codexjob/rules` on Linux);",
    '4. the project\'s: `rules = ["team-rules"]` in `codexjob.toml`, or in `[tool.codexjob]` of',
    "   pyproject.toml, the nearest above the working folder; folders count from the folder of the",
    "   file;",
    "5. `--rules DIR`, of every command that judges.",
    "",
    "Instead of a folder, `compat` names the built-in pack of the earlier wrapper's rules, which is",
    "off by default (a folder of that name is written `./compat`). What each of its rules gets wrong",
    "stands in [accuracy.md](accuracy.md). `codexjob rules list` shows where each rule comes from and",
    "what it replaces, and so do verdicts and explanations where it fired. Rules are trusted like a",
    "program: keep them where Codex may not write.",
    "",
    "A distribution with rules says in its pyproject.toml:",
    "",
    "```toml",
    '[project.entry-points."codexjob.rules"]',
    'team = "team_rules"  # the package whose folder holds the packs',
    "```",
)


def pack_page() -> Iterator[str]:
    """Yield the lines of the reference."""
    yield from ("## A pack", "")
    yield from _opening()
    yield from ("", "| key of a rule | meaning |", "|---|---|")
    yield from (f"| `{key}` | {meaning} |" for key, meaning in KEYS.items())
    yield from ("", "### An example", "")
    yield f"The keys are {_listed(ExampleItem.model_fields)}."
    yield from _FILES
    yield f"`meta` may say {_listed(MetaItem.model_fields)}."
    yield from ("", "### Values", "", *_VALUES, "", "### Patterns", "", *_patterns(), "")
    yield from ("### Times", "", *_TIMES, "", "### Which rule wins", "", *_WINS, "")
    yield from ("### Where rules come from", "", *_SOURCES, "")


def _opening() -> Iterator[str]:
    yield "A pack is a YAML file with `rules:`, a list, and `patterns:`, names for patterns that all packs"
    yield "may use as `${name}`. Its first line tells an editor where the schema is, which"
    yield "`codexjob rules schema` prints:"
    yield from ("", "```yaml", "# yaml-language-server: $schema=pack.schema.json", "```", "")
    yield f"A file has at most {LARGEST_FILE:,} bytes, {MOST_RULES:,} rules and {MOST_PATTERNS} named"
    yield f"patterns, and stands at most {DEEPEST_FOLDER} folders deep. It has no tags, anchors, aliases or"
    yield "second documents. A text with `: ` in it stands in quotes, or on the lines below `>-`."


def _patterns() -> Iterator[str]:
    yield "Patterns are of the [RE2 dialect](https://github.com/google/re2/wiki/Syntax): no look-around, no"
    yield "back-references. `^` and `$` match at the ends of lines, `(?i)` or the flag `i` ignores case."
    yield f"A condition has at most {LONGEST_CONDITION:,} characters and is nested at most {DEEPEST_NESTING}"
    yield f"levels deep; a pattern has at most {LONGEST_PATTERN:,} characters, {MOST_GROUPS} groups,"
    yield f"repetitions that count to {MOST_REPETITIONS:,}, and {MOST_STEPS:,} steps when it is compiled:"
    yield "RE2 is linear, but may take as many steps for every character of a log."


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)
