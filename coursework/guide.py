"""The marking guide of an assignment, for those who mark and those who answer questions.

It is written from the assignment itself: solutions, points, and for each part what a student may be
told, which names the slip behind it. So it says what the tests say, and nothing else.
"""

from __future__ import annotations

import ast
import re

from coursework.assignment import SECRET, Assignment, Cell

Advice = dict[str, str]


def marking_guide(assignment: Assignment) -> str:
    """Return the guide as Markdown, in the order of the notebook."""
    title = assignment.cells[0].text.splitlines()[0].removeprefix("# ")
    total = sum(part.max_points for part in assignment.parts)
    lines = [f"# Marking guide: {title}", "", f"{total:g} points. Not for students.", ""]
    advice, helpers = read_advice(assignment), functions(assignment)
    titles = {part.id: part.title for part in assignment.parts}
    for cell in assignment.cells:
        if cell.type == "markdown" and (heading := re.search(r"^##+ .*$", cell.text, re.M)):
            lines += [heading[0], ""]
        if cell.by_hand:
            where = "The levels, with examples, stand in the notebook above the student's cell."
            lines += [f"**{titles[cell.id]}, {cell.points:g} points, by hand.** {where}", ""]
        elif cell.is_test:
            lines += part(cell, titles[cell.id], advice, helpers)
        elif cell.is_task and SECRET.search(cell.text):
            lines += ["A solution:", "", "```python", plain(cell.text), "```", ""]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Return a cell with its solution and without the markers around it."""
    return re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.M).strip()


def part(cell: Cell, title: str, advice: Advice, helpers: dict[str, str]) -> list[str]:
    """Return what there is to say about one part: a slip costs all of it, and nothing else."""
    said = [advice[name] for name in advice if name in words_reached(cell.text, helpers)]
    said += messages(cell.text)
    lines = [f"**{title}, {cell.points:g} points.** Who loses them may be told:", ""]
    return [*lines, *[f"- {text}" for text in dict.fromkeys(said)], ""]


def read_advice(assignment: Assignment) -> Advice:
    """Return the table of advice that the notebook carries: name of a slip -> what to say."""
    for cell in assignment.cells:
        for statement in ast.parse(cell.text).body if cell.id == "tools" else []:
            if isinstance(statement, ast.Assign) and statement.targets[0].id == "ADVICE":
                return ast.literal_eval(statement.value)
    return {}


def functions(assignment: Assignment) -> dict[str, str]:
    """Return the text of each function that tests may call, by name."""
    found = {}
    for cell in assignment.cells:
        if cell.for_the_marker:
            for statement in ast.parse(cell.text).body:
                if isinstance(statement, ast.FunctionDef):
                    found[statement.name] = ast.unparse(statement)
    return found


def words_reached(text: str, helpers: dict[str, str]) -> set[str]:
    """Return the words in a test and in all helpers that it calls."""
    reached: set[str] = set()
    ahead = set(re.findall(r"\w+", text))
    while ahead:
        reached |= ahead
        more = (helpers[name] for name in ahead if name in helpers)
        ahead = {word for helper in more for word in re.findall(r"\w+", helper)} - reached
    return reached


def messages(text: str) -> list[str]:
    """Return the messages of a test's own assertions, with dots for what they fill in."""
    found = []
    for node in ast.walk(ast.parse(text)):
        values = node.msg if isinstance(node, ast.Assert) else None
        pieces = values.values if isinstance(values, ast.JoinedStr) else [values]
        said = [p.value if isinstance(p, ast.Constant) else "..." for p in pieces if p is not None]
        if any(text != "..." for text in said):
            found.append("".join(said))
    return found
