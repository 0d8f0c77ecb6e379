"""Patches and diffs of a human log."""

from typing import Final, cast

from logverdict.events import Event, Patch, PatchStatus, Place
from logverdict.expression import expression
from logverdict.record import replace
from logverdict.transcript.judge import end_of
from logverdict.transcript.walk import Walk

_OLD_END: Final = expression(r"apply_patch\(auto_approved=\w+\) exited (-?\d+) in [\d.hms ]+:?\Z")
_OLD_PATH: Final = expression(r"[MADR] (/.*|[A-Za-z]:\\.*)")
_PATH: Final = expression(r"(?:/|[A-Za-z]:[\\/])")
_DIFF_LINE: Final = expression(
    r"[ +\-@\\]|diff --git |index |new file|deleted file|old mode|new mode|similarity|rename|Binary"
)


def patch_begun(walk: Walk, index: int) -> int:
    """Read `apply patch`: its outcome stands on a line of its own, not always the next."""
    walk.commands.seal()
    walk.patch = len(walk.events)
    walk.events.append(Patch(walk.lines.place(index, index + 1), (), "in_progress"))
    return index + 1


def patch_ended(walk: Walk, index: int) -> int:
    """Read `patch: completed` and the paths after it."""
    status = cast("PatchStatus", walk.texts[index].removeprefix("patch: "))
    first = index + 1
    while first < walk.count and _PATH.match(walk.texts[first]):
        first += 1
    paths = tuple(walk.texts[index + 1 : first])
    end = end_of(walk, first, "free")
    output = walk.lines.paragraph(first, end)
    begun = walk.events[walk.patch] if walk.patch is not None else None
    event = Patch(walk.lines.place(index, end), paths, status, None if output.is_blank else output)
    if isinstance(begun, Patch) and walk.patch is not None:
        walk.events[walk.patch] = replace(event, at=begun.at)
        walk.patch = None
    else:
        walk.events.append(event)
    return end


def old_patch(walk: Walk, index: int) -> int:
    """Read `file update`, the new content, and up to 0.115 the result after it."""
    walk.commands.seal()
    paths: list[str] = []
    for line in range(index + 1, walk.count):
        text = walk.texts[line]
        if ended := _OLD_END.match(text):
            return _old_patch_ended(walk, index, line, tuple(paths), ended[1] == "0")
        if text in ("file update", "tokens used"):
            break
        if path := _OLD_PATH.match(text):
            paths.append(path[1])
    end = end_of(walk, index + 1, "free")
    walk.events.append(Patch(walk.lines.place(index, end), tuple(paths), "in_progress"))
    return end


def _old_patch_ended(walk: Walk, index: int, line: int, paths: tuple[str, ...], is_ok: bool) -> int:
    end = end_of(walk, line + 1, "free")
    output = walk.lines.paragraph(line + 1, end)
    status: PatchStatus = "completed" if is_ok else "failed"
    place: Place = walk.lines.place(index, end)
    event: Event = Patch(place, paths, status, None if output.is_blank else output)
    walk.events.append(event)
    return end


def diff(walk: Walk, index: int) -> int:
    """Pass over a diff: every line of it has a sign of its own in front, up to an empty line."""
    line = index + 1
    while line < walk.count and _DIFF_LINE.match(walk.texts[line]):
        line += 1
    while line < walk.count and not walk.texts[line]:
        line += 1
    return line
