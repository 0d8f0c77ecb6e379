"""Rules ready to judge with, kept from one run of the program to the next in the user's cache folder.

Reading packs takes the libraries for YAML, for grammars and for schemas; judging a log takes none of them.
The cache is data, never code, and only a help: whatever is wrong with it, the packs are read.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from logverdict.rulebook.compiled import plain_ruleset
from logverdict.rulebook.kept import kept_file, kept_ruleset, key_of, sealed
from logverdict.rulebook.pack_folder import PackFolder
from logverdict.rulebook.rule import Ruleset

_MOST_KEPT: Final = 8


def prepared_ruleset(folders: Sequence[PackFolder], cache: Path) -> Ruleset:
    """Load all packs, or what the folder `cache` keeps of the very same ones, without what only people read.

    Raises:
        RuleError: with all the mistakes of all the files.
    """
    # The key is made before the packs are read: one that changes meanwhile has another key the next time.
    key = key_of([(str(folder.path), folder.origin, folder.without) for folder in folders])
    kept = kept_ruleset(str(cache), key) if key else None
    if kept is not None:
        return kept
    from logverdict.rulebook.loading import load_ruleset

    ruleset = load_ruleset(folders)
    if key:
        with suppress(OSError):
            _keep(cache, key, json.dumps(plain_ruleset(ruleset), separators=(",", ":")).encode())
    return ruleset


def _keep(cache: Path, key: bytes, content: bytes) -> None:
    import tempfile

    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".ruleset-", dir=cache)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(sealed(key, content))
        Path(temporary).replace(kept_file(str(cache), key))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    kept = sorted(cache.glob("ruleset-*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in kept[_MOST_KEPT:]:
        old.unlink(missing_ok=True)
