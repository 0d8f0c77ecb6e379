"""Rules ready to judge with, kept from one run of the program to the next in the user's cache folder.

Reading packs takes the libraries for YAML, for grammars and for schemas; judging a log takes none of them.
The cache is data, never code, and only a help: whatever is wrong with it, the packs are read.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from logverdict.cache_files import put
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
            content = json.dumps(plain_ruleset(ruleset), separators=(",", ":")).encode()
            put(kept_file(str(cache), key), sealed(key, content), _MOST_KEPT)
    return ruleset
