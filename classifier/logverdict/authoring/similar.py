"""Find the texts that look most like one: by TF-IDF where scikit-learn is installed, else by difflib."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

_LONGEST: Final = 400


def most_similar(text: str, others: Sequence[str], count: int) -> list[int]:
    """Give the indices of the `count` texts most like `text`, the nearest first."""
    if not others:
        return []
    shown, wanted = [other[:_LONGEST] for other in others], text[:_LONGEST]
    likeness = _by_terms(wanted, shown) or _by_blocks(wanted, shown)
    ranked = sorted(range(len(others)), key=lambda number: -likeness[number])
    return ranked[:count]


def _by_terms(text: str, others: Sequence[str]) -> list[float]:
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return []
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    try:
        known = vectorizer.fit_transform([*others, text])
    except ValueError:  # nothing but white space
        return []
    return [float(value) for value in (known[:-1] @ known[-1].T).toarray().ravel()]


def _by_blocks(text: str, others: Sequence[str]) -> list[float]:
    matcher = SequenceMatcher(a="", b=text, autojunk=False)
    likeness = []
    for other in others:
        matcher.set_seq1(other)
        likeness.append(matcher.quick_ratio())
    return likeness
