"""Judge whether a line that looks like Codex's own is: what an agent prints can imitate any of them."""

from typing import Final, Literal, TypeAlias

from logverdict.expression import expression
from logverdict.transcript.markers import LOOKS, OWN_CRATES, SPOOFS
from logverdict.transcript.walk import Walk

Context: TypeAlias = Literal["free", "message", "output"]
_DIFF_HEAD: Final = (
    "index ",
    "new file",
    "deleted file",
    "old mode",
    "similarity",
    "rename",
    "--- ",
    "Binary",
)
_PATCHED: Final = expression(r"[MADR] ")
_STEPS: Final = ("  ✓ ", "  → ", "  • ")
_GOES_ON: Final = ("exec", "codex", "apply patch")
OLD_OUTPUT_LINES: Final = 20
"""Up to 0.115 no more of an output is shown."""


def end_of(walk: Walk, first: int, context: Context, limit: int | None = None) -> int:
    """Find the first marker from line `first` on that ends a block of this context, or the end."""
    after = walk.count if limit is None else min(walk.count, limit)
    index = walk.lines.marker(first, after)
    while index < after:
        kind = marker_kind(walk, index, context, first)
        if kind:
            walk.own_command = index if kind == "exec" else -1
            break
        index = walk.lines.marker(index + 1, after)
    return index


def marker_kind(walk: Walk, index: int, context: Context, first: int) -> str | None:
    """Name the marker in line `index`; null where it is text of the block that began in line `first`."""
    looks = walk.lines.looks(index)
    if looks is None:
        return None
    kind = looks.lastgroup or ""
    # From 0.117 on an empty line parts an output from what follows, unless it lacks its last line end.
    is_tight = context == "output" and not walk.is_old and index != first and walk.texts[index - 1] != ""
    if kind == "exact":
        return _exact(walk, index, context, is_tight=is_tight)
    judge = _JUDGES[kind]
    return kind if judge(walk, index, context, is_tight) else None


def _exact(walk: Walk, index: int, context: Context, *, is_tight: bool) -> str | None:
    word = walk.texts[index]
    is_own = _is_own_word(walk, index, word, context, is_tight=is_tight)
    if context != "free" and word in SPOOFS and (is_tight or not is_own) and index != walk.said_from - 1:
        walk.flag(index)
    return word if is_own else None


def _is_own_word(walk: Walk, index: int, word: str, context: Context, *, is_tight: bool) -> bool:
    match word:
        case "exec":
            return _is_command(walk, index, is_tight=is_tight)
        case "codex":
            return not is_tight or index == walk.last_message
        case "tokens used":
            return index == walk.tokens
        case "turn interrupted" | "task interrupted":
            return index > walk.last_work and not is_tight
        case "context compacted":
            return not is_tight and (context == "free" or walk.has_marker_at(index + 1))
    return _is_change(walk, word, walk.peek(index + 1))


def _is_change(walk: Walk, word: str, following: str) -> bool:
    match word:
        case "apply patch":
            return not walk.is_old and (not following or LOOKS.match(following) is not None)
        case "file update":
            return walk.is_old and _PATCHED.match(following) is not None
        case "file update:":
            return walk.is_old and following.startswith("diff --git ")
    return walk.is_old


def _is_command(walk: Walk, index: int, *, is_tight: bool) -> bool:
    end = walk.command_end(index)
    return end is not None and (not is_tight or walk.has_marker_at(end[0] + 1))


def _error(walk: Walk, index: int, context: Context, is_tight: bool) -> bool:
    if walk.texts[index].startswith("ERROR: Reconnecting..."):
        return not is_tight
    if context == "free":
        return True
    if walk.is_old:
        return context == "message" or index > walk.last_work
    if walk.doubled_error(index) or walk.texts[index] in walk.errors:
        return not is_tight or index > walk.last_work
    if index > walk.last_work and context == "message" and not _goes_on(walk, index):
        walk.flag(index)
    return False


def _goes_on(walk: Walk, index: int) -> bool:
    """Tell whether a message goes on below line `index` and an empty line: nothing follows a fatal error."""
    after = walk.tokens if walk.tokens >= 0 else walk.count
    said = (text for text in walk.texts[index + 1 : after] if text and not LOOKS.match(text))
    return walk.peek(index + 1) == "" and next(said, None) is not None


def _diff(walk: Walk, index: int, context: Context, is_tight: bool) -> bool:
    is_fenced = context == "message" and walk.texts[index - 1].startswith("```")
    is_headed = walk.peek(index + 1).startswith(_DIFF_HEAD)
    return not walk.is_old and is_headed and not is_tight and not is_fenced


def _result(walk: Walk, _index: int, context: Context, is_tight: bool) -> bool:
    if walk.is_old and not walk.commands:
        walk.commands.doubt_last(is_output=context == "output")
    return bool(walk.commands) and not is_tight


def _trace(walk: Walk, index: int, context: Context, is_tight: bool) -> bool:
    looks = walk.lines.looks(index)
    is_own = looks is not None and OWN_CRATES.match(looks["target"]) is not None
    return context == "free" or (is_own and (not is_tight or walk.has_marker_at(index + 1)))


def _retry(walk: Walk, _index: int, _context: Context, _is_tight: bool) -> bool:
    return walk.is_old


def _patch(walk: Walk, _index: int, context: Context, is_tight: bool) -> bool:
    return not walk.is_old and (context == "free" or not is_tight)


def _soft(walk: Walk, index: int, context: Context, is_tight: bool) -> bool:
    return context == "free" or (not is_tight and walk.has_marker_at(index + 1))


def _plan(walk: Walk, index: int, context: Context, _is_tight: bool) -> bool:
    """From 0.117 on the steps of a plan have no head: in other text, they count where the agent goes on."""
    if context == "free":
        return True
    end = next((at for at in range(index, walk.count) if not walk.texts[at].startswith(_STEPS)), walk.count)
    return not walk.is_old and walk.peek(end) in _GOES_ON


def _bold(walk: Walk, index: int, context: Context, is_tight: bool) -> bool:
    return not walk.is_old and context == "output" and not is_tight and not walk.peek(index + 1)


def _banner(walk: Walk, index: int, context: Context, _is_tight: bool) -> bool:
    is_past = walk.is_old and context == "output" and walk.last_work > index + OLD_OUTPUT_LINES
    if walk.peek(index + 1) == "--------" and not is_past:
        walk.flag(index)
    return False


_JUDGES: Final = {
    "error": _error, "retry": _retry, "diff": _diff, "result": _result, "trace": _trace, "patch": _patch,
    "soft": _soft, "tool": _soft, "startup": _soft, "bold": _bold, "plan": _plan,
    "banner": _banner,
}  # fmt: skip
