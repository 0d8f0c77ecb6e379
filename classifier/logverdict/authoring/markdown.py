"""How the pages made from the packs name and link things."""


def anchor(heading: str) -> str:
    """Give the anchor that a heading with this id has on GitHub."""
    return heading.replace(".", "")


def linked(reference: str) -> str:
    """Turn `owner/repo#1` into a link; anything else stays as it is."""
    repo, mark, number = reference.partition("#")
    is_issue = mark and number.isdigit() and repo.count("/") == 1
    return f"[{reference}](https://github.com/{repo}/issues/{number})" if is_issue else reference
