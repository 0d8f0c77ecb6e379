"""The recorded runs on disk: one archive a version of Codex, since records differ little and pack 40 to 1."""

import io
import lzma
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from codexjob.record.errors import RecordError
from codexjob.record.record import SUFFIXES, Part, Record, stem
from codexjob.record.scenario import Mode

LABELS: Final = "labels.jsonl"
_SUFFIX: Final = ".tar.xz"
_LARGEST_FILE: Final = 4 << 20
_LONGEST_FIRST: Final = sorted({s for suffixes in SUFFIXES.values() for s in suffixes.values()}, key=len)[
    ::-1
]


def labels_beside(runs: Path) -> Path:
    """Give the file of labels that belongs to a folder of runs."""
    return runs.absolute().with_name(LABELS)


@dataclass(slots=True)
class Store:
    """The runs below a folder; archives are read when a run of theirs is asked for, written by `save`."""

    folder: Path
    _files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    def parts(self, scenario: str, version: str, mode: Mode) -> Mapping[Part, bytes]:
        """Give the files of a stored run; nothing where it is not stored.

        Raises:
            RecordError: The archive cannot be read.
        """
        files = self._of(version)
        names = _names(scenario, version, mode)
        return {part: files[name] for part, name in names.items() if name in files}

    def put(self, record: Record) -> None:
        """Put a record in place of an earlier one.

        Raises:
            RecordError: The archive cannot be read.
        """
        files = self._of(record.version)
        for part, name in _names(record.scenario.name, record.version, record.mode).items():
            files.pop(name, None)
            if part in record.parts:
                files[name] = record.parts[part]
        self._changed.add(record.version)

    def keep_only(self, stems: Iterable[str], version: str) -> None:
        """Drop every run of a version that is none of `stems`.

        Raises:
            RecordError: The archive cannot be read.
        """
        kept = set(stems)
        files = self._of(version)
        dropped = [name for name in files if _stem_of(name) not in kept]
        for name in dropped:
            del files[name]
            self._changed.add(version)

    def save(self) -> None:
        """Write the archives that changed; the same runs always give the same bytes.

        Raises:
            RecordError: One cannot be written.
        """
        for version in sorted(self._changed):
            _write(self._path(version), self._files[version])
        self._changed.clear()

    def unpack(self, folder: Path) -> int:
        """Lay out all runs as plain files below `folder`, as the classifier reads them; give their number.

        Raises:
            RecordError: An archive cannot be read, or a file cannot be written.
        """
        versions = sorted(path.name.removesuffix(_SUFFIX) for path in self.folder.glob(f"*{_SUFFIX}"))
        files = {name: text for version in versions for name, text in self._of(version).items()}
        try:
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(text)
        except OSError as err:
            raise RecordError(f"cannot unpack the runs to {folder}: {err.strerror or err}") from err
        return len({_stem_of(name) for name in files})

    def _path(self, version: str) -> Path:
        return self.folder / f"{version}{_SUFFIX}"

    def _of(self, version: str) -> dict[str, bytes]:
        if version not in self._files:
            self._files[version] = _read(self._path(version))
        return self._files[version]


def _names(scenario: str, version: str, mode: Mode) -> dict[Part, str]:
    return {part: f"{stem(scenario, version, mode)}{suffix}" for part, suffix in SUFFIXES[mode].items()}


def _stem_of(name: str) -> str:
    for suffix in _LONGEST_FIRST:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _read(path: Path) -> dict[str, bytes]:
    if not path.exists():
        return {}
    try:
        with tarfile.open(path, "r:xz") as archive:
            return {member.name: _content(archive, member) for member in archive if _is_sound(member)}
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError) as err:
        raise RecordError(f"cannot read the runs in {path}: {err}") from err


def _is_sound(member: tarfile.TarInfo) -> bool:
    inside = not member.name.startswith("/") and ".." not in Path(member.name).parts
    return member.isfile() and inside and member.size <= _LARGEST_FILE


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    beside = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(beside, "w:xz", preset=9, format=tarfile.USTAR_FORMAT) as archive:
            for name in sorted(files):
                member = tarfile.TarInfo(name)
                member.size = len(files[name])
                archive.addfile(member, io.BytesIO(files[name]))
        beside.replace(path)
    except OSError as err:
        raise RecordError(f"cannot write {path}: {err.strerror or err}") from err
