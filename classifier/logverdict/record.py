"""Frozen, slotted records that cost next to nothing to define.

`dataclasses` writes, compiles and runs the source of six methods for every class, 0.6 ms each as measured,
and judging one log takes eighty classes. These share their methods instead. For `match`, `==`, `hash`,
`repr`, pickling and the functions of `dataclasses` they are dataclasses.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import field, replace

_ABSENT: Final[Any] = object()
_OFTEN: Final = 200
"""Writing a fast `__init__` costs as much as so many calls of a slow one."""


class _Default:
    """What a field is where it is not given: a value, or what `factory` makes."""

    __slots__ = ("compare", "factory", "value")

    def __init__(self, value: Any, factory: Callable[[], Any] | None, *, compare: bool) -> None:
        self.value = value
        self.factory = factory
        self.compare = compare


def _field(*, default: Any = _ABSENT, default_factory: Any = None, compare: bool = True) -> Any:
    """Describe a field as `dataclasses.field` does."""
    return _Default(default, default_factory, compare=compare)


def _replace(one: Any, /, **changes: Any) -> Any:
    """Make a record like `one` with some fields changed."""
    cls = one.__class__
    values, places = _copying(cls)
    copied = [*values(one)]
    for name, value in changes.items():
        if name not in places:
            raise TypeError(f"{cls.__name__} takes no `{name}`")
        copied[places[name]] = value
    return cls(*copied)


@cache
def _copying(cls: type) -> tuple[Callable[[Any], tuple[Any, ...]], Mapping[str, int]]:
    """Give what reads all fields of a record, and their places."""
    names: tuple[str, ...] = vars(cls)["__match_args__"]
    read: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    places = {name: place for place, name in enumerate(names)}
    # Of a single name the value itself is read, not a row of one.
    return (read if len(names) > 1 else lambda one: (getattr(one, names[0]),)), places


def _record(*, frozen: bool = False, slots: bool, eq: bool = True, **more: bool) -> Callable[[type], type]:
    """Make a class a record, as `dataclass` does with the same arguments."""
    if not slots:
        raise TypeError("a record without slots is an ordinary dataclass")
    return lambda cls: _made(
        cls, is_frozen=frozen, is_compared=eq, has_weakref=more.get("weakref_slot", False)
    )


if not TYPE_CHECKING:
    record, field, replace = _record, _field, _replace


def _made(cls: type, *, is_frozen: bool, is_compared: bool, has_weakref: bool) -> type:
    space = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
    names = tuple(space.get("__annotations__", ()))
    given = {name: space.pop(name) for name in names if name in space}
    defaults = {
        name: one if isinstance(one, _Default) else _field(default=one) for name, one in given.items()
    }
    space |= {"__slots__": (*names, "__weakref__") if has_weakref else names, "__match_args__": names}
    space |= {"__dataclass_fields__": _FIELDS, "__record_defaults__": defaults, "__reduce__": _reduced}
    space.setdefault("__repr__", _shown)
    if is_compared:
        _compare(space, [name for name in names if name not in defaults or defaults[name].compare])
    if is_compared and not is_frozen:
        space["__hash__"] = None
    if is_frozen:
        space |= {"__setattr__": _refuse, "__delattr__": _refuse}
    made = type(cls)(cls.__name__, cls.__bases__, space)
    # Members of the new class take values past its `__setattr__`; they exist only now.
    type.__setattr__(made, "__init__", _init(made, names, defaults))
    return made


def _init(cls: type, names: tuple[str, ...], defaults: Mapping[str, _Default]) -> Callable[..., None]:
    """Make a slow `__init__` that costs nothing to make; called often, it is replaced by a fast one."""
    puts = [vars(cls)[name].__set__ for name in names]
    is_more = hasattr(cls, "__post_init__")
    left = _OFTEN

    def init(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            type.__setattr__(cls, "__init__", _written(cls, names, defaults))
        if named or len(values) != len(puts):
            values = _completed(cls, names, defaults, values, named)
        for put, value in zip(puts, values, strict=True):
            put(self, value)
        if is_more:
            self.__post_init__()

    return init


def _written(cls: type, names: tuple[str, ...], defaults: Mapping[str, _Default]) -> Callable[..., None]:
    known: dict[str, Any] = {f"_put_{name}": vars(cls)[name].__set__ for name in names}
    known |= {f"_default_{name}": default.factory or default.value for name, default in defaults.items()}
    known["_absent"] = _ABSENT
    given = [
        f"{name}={_given(name, defaults)}" if _is_optional(defaults.get(name)) else name for name in names
    ]
    lines = [f"def init(self, {', '.join(given)}):" if given else "def init(self):", " pass"]
    for name in names:
        if (default := defaults.get(name)) and default.factory:
            lines.append(f" if {name} is _absent: {name} = _default_{name}()")
        lines.append(f" _put_{name}(self, {name})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join(lines), known)  # noqa: S102  only names of fields, which are identifiers, stand in it
    written: Callable[..., None] = known["init"]
    return written


def _given(name: str, defaults: Mapping[str, _Default]) -> str:
    return "_absent" if defaults[name].factory else f"_default_{name}"


def _is_optional(default: _Default | None) -> bool:
    return default is not None and (default.factory is not None or default.value is not _ABSENT)


def _completed(
    cls: type,
    names: Sequence[str],
    defaults: Mapping[str, _Default],
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> tuple[Any, ...]:
    given = [*values]
    for name in names[len(values) :]:
        if name in named:
            given.append(named.pop(name))
            continue
        default = defaults.get(name)
        if default is None or not _is_optional(default):
            raise TypeError(f"{cls.__name__} needs `{name}`")
        given.append(default.factory() if default.factory else default.value)
    if named or len(given) != len(names):
        raise TypeError(f"{cls.__name__} takes {', '.join(names)}, each once")
    return tuple(given)


def _compare(space: dict[str, Any], names: Sequence[str]) -> None:
    key: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def is_equal(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    space.setdefault("__eq__", is_equal)
    space.setdefault("__hash__", lambda self: hash(key(self)))


def _shown(self: Any) -> str:
    said = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({said})"


def _reduced(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), tuple(getattr(self, name) for name in self.__match_args__)


def _refuse(self: Any, name: str, *_value: Any) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change `{name}` of a {type(self).__name__}: it is frozen")


class _Fields:
    """The description of a class that the functions of `dataclasses` ask for, made when one of them does."""

    def __get__(self, _one: object, owner: type) -> dict[str, Any]:
        return _described(owner)


_FIELDS: Final = _Fields()


@cache
def _described(owner: Any) -> dict[str, Any]:
    from dataclasses import MISSING, make_dataclass
    from dataclasses import field as described

    listed: list[Any] = []
    absent: Any = MISSING
    for name, kind in owner.__annotations__.items():
        default = owner.__record_defaults__.get(name) or _Default(_ABSENT, None, compare=True)
        value = absent if default.value is _ABSENT else default.value
        factory = default.factory or absent
        listed.append(
            (name, kind, described(default=value, default_factory=factory, compare=default.compare))
        )
    fields: dict[str, Any] = vars(make_dataclass(owner.__name__, listed))["__dataclass_fields__"]
    return fields


if TYPE_CHECKING:
    __all__ = ["field", "record", "replace"]
