"""Where rules come from besides the built-in ones, and the ruleset that all of them make together."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from logverdict.errors import Mistake, RuleError
from logverdict.record import record
from logverdict.rulebook import OFF_BY_DEFAULT, PackFolder, Ruleset, optional_pack

from codexjob.errors import UsageError
from codexjob.installed_packs import installed_packs
from codexjob.say import say
from codexjob.settings import Settings, expanded, find_settings
from codexjob.visible import visible


@record(frozen=True, slots=True)
class RuleSources:
    """Folders of packs in the order in which they are read: each may replace rules of those before it.

    `troubles` are installed packs that cannot be used, and why.
    """

    folders: tuple[PackFolder, ...]
    troubles: tuple[str, ...]


def rule_sources(named: Sequence[str] = ()) -> RuleSources:
    """List all packs but the built-in ones: installed, the user's, the project's, those named by an option.

    Raises:
        UsageError: the settings of the project are wrong, or name a folder that is not there.
    """
    installed = tuple(installed_packs())
    folders = [one for one in installed if isinstance(one, PackFolder)]
    folders += [*_of_user(), *_of_project(), *map(_named, named)]
    return RuleSources(_once(folders), tuple(one for one in installed if isinstance(one, str)))


def chosen_ruleset(named: Sequence[str] | None = ()) -> Ruleset:
    """Load the built-in rules and all others; what is wrong with an installed pack is told on stderr.

    Raises:
        RuleError: a pack is wrong that is the user's own or the project's.
        UsageError: the settings of the project are wrong.
    """
    from logverdict.rulebook import built_in_ruleset

    found = rule_sources(named or ())
    for trouble in found.troubles:
        _tell(f"the rules of {trouble}; they are left out")
    folders = found.folders
    while True:
        try:
            return built_in_ruleset(folders)
        except RuleError as err:
            broken = {one: own for one in folders if one.is_installed and (own := _own(err, one))}
            if not broken:
                raise
            for one, mistakes in broken.items():
                _tell(f"the rules of {one.origin} are wrong ({len(mistakes)}) and left out: {mistakes[0]}")
            folders = tuple(one for one in folders if one not in broken)


def sources_beside(folders: Sequence[Path]) -> tuple[PackFolder, ...]:
    """List the packs used beside some folders: all others but those that lie in one of them or around it."""
    own = [_real(PackFolder(folder, "")) for folder in folders]
    return tuple(one for one in rule_sources().folders if not any(_overlap(_real(one), mine) for mine in own))


def _overlap(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _real(folder: PackFolder) -> Path:
    # `Path.resolve` raises for links that lead in a circle, which are told of later, by their name.
    return Path(os.path.realpath(str(folder.path)))


def _is_there(folder: Path) -> bool:
    with suppress(OSError):
        return folder.is_dir() or folder.is_file()
    return False


def user_folder() -> Path:
    """Name the folder of the user's own rules."""
    from platformdirs import user_config_path

    return user_config_path("codexjob") / "rules"


def _of_user() -> Iterator[PackFolder]:
    folder = user_folder()
    if _is_there(folder):
        yield PackFolder(folder, "your own rules")


def _of_project() -> Iterator[PackFolder]:
    settings = _settings_here()
    for one in settings.rules:
        if one.written in OFF_BY_DEFAULT:
            yield optional_pack(one.written)
        elif _is_there(one.folder):
            yield PackFolder(one.folder, f"{settings.file.name if settings.file else ''}: {one.written}")
        else:
            raise UsageError(f"{one.place}: there is no folder of rules {one.folder}")


def _named(written: str) -> PackFolder:
    if written in OFF_BY_DEFAULT:
        return optional_pack(written)
    return PackFolder(expanded(written), f"--rules {written}")


def _settings_here() -> Settings:
    try:
        return find_settings(Path.cwd())
    except FileNotFoundError:
        # The working folder was deleted: there is nothing above it.
        return Settings()


def _once(folders: Sequence[PackFolder]) -> tuple[PackFolder, ...]:
    """Leave out a folder that is named a second time: its rules would be said to be there twice."""
    known: dict[Path, PackFolder] = {}
    for folder in folders:
        known.setdefault(_real(folder), folder)
    return tuple(known.values())


def _own(err: RuleError, folder: PackFolder) -> list[Mistake]:
    return [one for one in err.mistakes if f"{one.file}/".startswith(f"{folder.path}/")]


def _tell(message: str) -> None:
    say(sys.stderr, f"codexjob: {visible(message)}\n")
