"""Which grammar reads a file: by its name, else by its first line. Each grammar is a wheel of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its name, and the grammar for it: a module and the function that hands it out."""

    name: str
    module: str
    function: str = "language"


_PYTHON: Final = Language("python", "tree_sitter_python")
_BASH: Final = Language("bash", "tree_sitter_bash")
_JAVASCRIPT: Final = Language("javascript", "tree_sitter_javascript")
_TYPESCRIPT: Final = Language("typescript", "tree_sitter_typescript", "language_typescript")
_TSX: Final = Language("tsx", "tree_sitter_typescript", "language_tsx")
_JSON: Final = Language("json", "tree_sitter_json")
_YAML: Final = Language("yaml", "tree_sitter_yaml")
_TOML: Final = Language("toml", "tree_sitter_toml")
_GO: Final = Language("go", "tree_sitter_go")
_RUST: Final = Language("rust", "tree_sitter_rust")
_JAVA: Final = Language("java", "tree_sitter_java")
C: Final = Language("c", "tree_sitter_c")
CPP: Final = Language("cpp", "tree_sitter_cpp")

LANGUAGES: Final[Mapping[str, Language]] = {
    ".py": _PYTHON, ".pyi": _PYTHON, ".pyw": _PYTHON,
    ".sh": _BASH, ".bash": _BASH, ".bats": _BASH,
    ".js": _JAVASCRIPT, ".mjs": _JAVASCRIPT, ".cjs": _JAVASCRIPT, ".jsx": _JAVASCRIPT,
    ".ts": _TYPESCRIPT, ".mts": _TYPESCRIPT, ".cts": _TYPESCRIPT, ".tsx": _TSX,
    ".json": _JSON, ".yaml": _YAML, ".yml": _YAML, ".toml": _TOML,
    ".go": _GO, ".rs": _RUST, ".java": _JAVA,
    ".c": C, ".h": C,
    ".cc": CPP, ".cpp": CPP, ".cxx": CPP, ".hh": CPP, ".hpp": CPP, ".hxx": CPP,
}  # fmt: skip
_BY_PROGRAM: Final = {
    b"python": _PYTHON, b"bash": _BASH, b"sh": _BASH, b"dash": _BASH, b"node": _JAVASCRIPT,
}  # fmt: skip
# Read by tools that take comments and trailing commas, which the grammar for JSON does not.
_LENIENT_JSON: Final = re.compile(r"tsconfig.*|jsconfig.*|\.eslintrc.*|devcontainer.*|\.babelrc.*")
_LENIENT_FOLDERS: Final = frozenset({".vscode", ".devcontainer", ".zed"})


def language_of(path: str, first_bytes: bytes) -> Language | None:
    """Name the language of a file; null where no grammar is known or the name promises a laxer dialect."""
    pure = PurePosixPath(path)
    known = LANGUAGES.get(pure.suffix.lower())
    if known is _JSON and (_LENIENT_JSON.fullmatch(pure.stem) or _LENIENT_FOLDERS & set(pure.parts)):
        return None
    if known is not None or pure.suffix:
        return known
    return _BY_PROGRAM.get(_interpreter(first_bytes))


def _interpreter(first_bytes: bytes) -> bytes:
    """Name the program of a `#!` line, without its folder and version; empty where there is none."""
    line = first_bytes.split(b"\n", 1)[0]
    words = line[2:].split() if line.startswith(b"#!") else []
    if words and words[0].rsplit(b"/", 1)[-1] == b"env":
        words = [word for word in words[1:] if not word.startswith(b"-") and b"=" not in word]
    return words[0].rsplit(b"/", 1)[-1].rstrip(b"0123456789.") if words else b""
