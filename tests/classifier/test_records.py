import copy
import dataclasses
import pickle
from typing import Any

import pytest
from logverdict.expression import expression
from logverdict.record import field, record, replace


@record(frozen=True, slots=True)
class Thing:
    """A record with all kinds of fields."""

    name: str
    size: int = 0
    parts: tuple[str, ...] = field(default_factory=tuple)
    at: int = field(default=0, compare=False)


@record(slots=True)
class Counter:
    """A record that changes."""

    count: int = 0
    seen: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.count += 1


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """The same as an ordinary dataclass."""

    name: str
    size: int = 0
    parts: tuple[str, ...] = dataclasses.field(default_factory=tuple)
    at: int = dataclasses.field(default=0, compare=False)


# A class that is called often gets another `__init__`: both must do the same.
@pytest.fixture(params=[0, 100], autouse=True)
def _calls(request: pytest.FixtureRequest) -> None:
    for _ in range(request.param):
        Thing("x")
        Counter()


def test_a_record_is_made_as_a_dataclass_is() -> None:
    for given in ({"name": "a"}, {"name": "a", "size": 2, "at": 3}, {"name": "b", "parts": ("c",)}):
        made, plain = Thing(**given), Plain(**given)
        assert repr(made) == repr(plain).replace("Plain", "Thing")
        assert dataclasses.asdict(made) == dataclasses.asdict(plain)
    assert Thing("a", 1, ("b",), 4) == Thing(name="a", size=1, parts=("b",))


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a", 1, (), 0, 5), {}), (("a",), {"name": "b"}), (("a",), {"other": 1})],
)
def test_wrong_arguments_are_refused(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Thing(*values, **named)


def test_records_are_equal_by_what_is_compared_and_by_class() -> None:
    assert Thing("a", at=1) == Thing("a", at=2)
    assert hash(Thing("a", at=1)) == hash(Thing("a", at=2))
    assert Thing("a") != Thing("b")
    assert Thing("a") != object()
    assert Counter(1) == Counter(1)
    with pytest.raises(TypeError):
        hash(Counter())


def test_a_frozen_record_cannot_be_changed_and_another_can() -> None:
    thing = Thing("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        thing.name = "b"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del thing.name
    with pytest.raises(AttributeError):
        thing.other = 1  # type: ignore[attr-defined]
    counter = Counter()
    counter.count = 7
    assert (counter.count, counter.seen, Counter().seen is counter.seen) == (7, [], False)


def test_records_are_replaced_copied_matched_and_described_as_dataclasses_are() -> None:
    thing = Thing("a", 1, ("b",), 2)
    assert replace(thing, size=5) == dataclasses.replace(thing, size=5) == Thing("a", 5, ("b",), 2)
    assert pickle.loads(pickle.dumps(thing)) == copy.deepcopy(thing) == thing  # noqa: S301  our own bytes
    assert [one.name for one in dataclasses.fields(Thing)] == [one.name for one in dataclasses.fields(Plain)]
    match thing:
        case Thing(name, size=size):
            assert (name, size) == ("a", 1)


def test_an_expression_is_compiled_when_it_is_first_used() -> None:
    lazy = expression(r"(?P<digit>\d)")
    found = lazy.search("a1")
    assert found is not None
    assert found["digit"] == "1"
    assert lazy.findall("12") == ["1", "2"]
    assert lazy.pattern == r"(?P<digit>\d)"
    assert lazy.sub("x", "1a") == "xa"
    assert expression(rb"\d").match(b"1") is not None
