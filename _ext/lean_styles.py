"""Style sheets with only those rules that some page can use: less than half of the theme's."""

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING_OR_BRACKET = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]", re.DOTALL)
_NESTED = ("@media", "@supports", "@layer", "@container")
# What such a part of a selector names need not be on the page, or only one of it.
_ALTERNATIVES = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")


def words_of(text: str) -> set[str]:
    """Return all words of a page or script: every class that it can give to something.

    >>> sorted(words_of('<p class="two-words">'))
    ['class', 'p', 'two-words']
    """
    return set(re.findall(r"[\w-]+", text))


def rules(style: str) -> Iterator[tuple[str, str | None]]:
    """Yield selector and body of each outermost rule; statements without a body have None.

    >>> list(rules('@charset "{";@media print{a{top:0}}'))
    [('@charset "{";', None), ('@media print', 'a{top:0}')]
    """
    depth = start = opening = 0
    for match in _STRING_OR_BRACKET.finditer(style):
        if match[0] == "{":
            opening = match.start() if depth == 0 else opening
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                yield style[start:opening].strip(), style[opening + 1 : match.start()]
                start = match.end()
        elif match[0] == ";" and depth == 0:
            yield style[start : match.end()].strip(), None
            start = match.end()


def usable(selector: str, words: set[str]) -> bool:
    """Return whether all classes that a selector asks for are among the words.

    >>> usable("p.seen:not(.unseen)", {"seen"}), usable(".seen .unseen", {"seen"})
    (True, False)
    """
    return "\\" in selector or words.issuperset(
        _CLASS.findall(_ALTERNATIVES.sub("", selector)),
    )


def trim(style: str, words: set[str]) -> str:
    """Return the style sheet without comments and without rules for classes that nobody has.

    >>> trim(".a,.b{top:0}@media print{.b{top:1px}}@font-face{src:url(f)}", {"a"})
    '.a{top:0}@font-face{src:url(f)}'
    """
    kept = []
    for selector, body in rules(_COMMENT.sub("", style)):
        if body is None:
            kept.append(selector)
        elif selector.startswith(_NESTED):
            inner = trim(body, words)
            kept.append(f"{selector}{{{inner}}}" if inner else "")
        else:
            parts = [selector] if selector.startswith("@") else _COMMA.split(selector)
            usable_parts = ",".join(part.strip() for part in parts if usable(part, words))
            kept.append(f"{usable_parts}{{{body}}}" if usable_parts else "")
    return "".join(kept)
