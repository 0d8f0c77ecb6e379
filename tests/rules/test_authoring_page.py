"""The page for rule authors keeps its word: its pack is one that lint has nothing to say of."""

import re
from pathlib import Path

from logverdict.authoring.lint import lint
from logverdict.rulebook import packaged_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "authoring.md"


def test_the_pack_on_the_page_for_authors_is_sound(tmp_path: Path) -> None:
    (pack,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "own.yaml").write_text(pack)
    assert lint([tmp_path], [packaged_rules()]) == ()
