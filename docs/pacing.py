"""How long a chapter takes to read, by count; writes it into the chapters.

Prose at 150 words a minute, code at 10 lines a minute. What is left out: the words for those who
cannot see a figure, proofs and answers behind dropdowns, questions, exercises and further reading.
Play comes on top: about two minutes for each live figure.

    python docs/pacing.py           says the times
    python docs/pacing.py --write   and writes them into the chapters
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
WORDS_A_MINUTE, LINES_A_MINUTE, PLAY = 150, 10, 2
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.M | re.S)
SETTINGS = re.compile(r"\A---\n(.*?)^---\n", re.M | re.S)
FOLDED = re.compile(r"^(:{3,})\{dropdown\}.*?^\1$", re.M | re.S)
CLAIM = re.compile(r"About \d+ minutes to read and play")
GUIDE = ROOT / "chapters" / "teach.md"


class Pace(NamedTuple):
    """Words of prose, lines of code and live figures of a text."""

    words: int
    lines: int
    figures: int

    @property
    def reading(self) -> int:
        """Minutes without play."""
        return round(self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE)

    @property
    def minutes(self) -> int:
        """Minutes with play, to the next five."""
        exact = self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE + PLAY * self.figures
        return 5 * max(1, round(exact / 5))


def chapters() -> list[Path]:
    """Return the chapters, in order."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    files = [c["file"] for part in parts if part.get("numbered") for c in part["chapters"]]
    return [ROOT / f"{file}.md" for file in files]


def pace(text: str) -> Pace:
    r"""Count what is read in the text of a chapter.

    >>> cell = "```{code-cell} ipython3\nx = 1\n\ny = 2\n```\n"
    >>> pace(f"---\na: 1\n---\n# Two words\n{cell}And *three* more.\n## Check yourself\nNo.")
    Pace(words=5, lines=2, figures=0)
    """
    body = text.split("\n---\n", 1)[-1].split("\n## Check yourself\n")[0]
    lines = figures = 0
    captions = []

    def take(cell: re.Match) -> str:
        nonlocal lines, figures
        settings = SETTINGS.match(cell[1])
        code = SETTINGS.sub("", cell[1])
        if "remove-cell" in cell[1] or "remove-input" in cell[1]:
            return ""
        if settings:
            figure = yaml.safe_load(settings[1]).get("mystnb", {}).get("figure", {})
            captions.append(figure.get("caption", ""))
        figures += "live." in code and "Challenges" not in code
        lines += sum(
            bool(line.strip()) and not line.startswith(":tags:") for line in code.split("\n")
        )
        return ""

    prose = FOLDED.sub("", CELL.sub(take, body))
    prose = re.sub(r"^\(.*\)=$|^:+\{?.*$|^```.*$|^:\w+:.*$|^\|[-| ]+\|$", "", prose, flags=re.M)
    words = re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", prose + "\n".join(captions))
    return Pace(len(words), lines, figures)


def write(path: Path) -> None:
    """Write the time into a chapter, and into the table of the guide for teachers."""
    text = path.read_text(encoding="utf-8")
    minutes = pace(text).minutes
    path.write_text(CLAIM.sub(f"About {minutes} minutes to read and play", text, count=1), "utf-8")
    row = re.compile(rf"^(\| \{{doc\}}`/chapters/{path.stem}` \| )\d+", re.M)
    GUIDE.write_text(row.sub(rf"\g<1>{minutes}", GUIDE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    for path in chapters():
        if "--write" in sys.argv:
            write(path)
        count = pace(path.read_text(encoding="utf-8"))
        print(
            f"{path.stem:24} {count.words:5} words, {count.lines:4} lines, "
            f"{count.figures} figures: {count.reading:3} minutes, with play {count.minutes}"
        )
