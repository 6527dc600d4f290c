"""The guide for teachers, word for word: its commands are typed, in its order, and all succeed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hand_ins import zipped
from test_cycle import work

from coursework import course as courses
from coursework import personal, tables
from coursework.assignment import load

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "chapters" / "teach.md").read_text(encoding="utf-8")
SECTION = GUIDE.split("## Set, collect, mark and return the coursework")[1].split("\n## ")[0]
BLOCKS = re.findall(r"```bash\n(.*?)```", SECTION, re.DOTALL)
PYTHON = ".venv-marking/bin/python"


def type_in(block, home):
    """Type a block of commands into a shell; our Python stands for the one just installed."""
    assert PYTHON in block
    text = block.replace(PYTHON, f"'{sys.executable}'")
    environment = os.environ | {"HOME": str(home)}
    done = subprocess.run(
        ["bash", "-euc", text], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    said = (done.stdout + done.stderr).decode("utf-8")
    assert done.returncode == 0, f"{block}\n{said}"
    return said


def hand_in(home):
    """Let Moodle's zip lie where the guide looks for it."""
    course = courses.read(home / "signals")
    salt = personal.salt(course.seed, "discrete")
    release = json.loads(course.release("discrete").read_text(encoding="utf-8"))
    solution = {cell.id: cell.text for cell in load("discrete", salt=salt).cells if cell.id}
    files = {
        f"Zoë O’Brien_{n}_assignsubmission_file_/discrete.ipynb": work(release, solution, "z1")
        for n in [71]
    }
    zipped(home / "Downloads" / "submissions.zip", files)


@pytest.mark.slow
def test_the_guide_can_be_typed_word_for_word(tmp_path):
    """From a list of participants to a page of feedback; installing is left out."""
    install, new, *rest = BLOCKS
    assert "pip install" in install and "coursework/requirements.txt" in install
    (tmp_path / "Downloads").mkdir()
    header = ["First name", "Last name", "ID number", "Email address"]
    people = [["Zoë", "O’Brien", "z1", "z@uni.example"], ["Ada", "Lovelace", "a1", ""]]
    tables.write(tmp_path / "Downloads" / "participants.csv", header, people)
    entered = tmp_path / "Downloads" / "discrete-review.csv"
    tables.write(entered, ["student", "part", "points", "comment"], [["z1", "", "", "Well done"]])
    for block in [new, *rest]:
        if " collect " in block:
            hand_in(tmp_path)
        type_in(block, tmp_path)
    folder = tmp_path / "signals" / "export" / "discrete"
    zoe, ada = tables.read(folder / "marks.csv")
    assert (zoe["total"], zoe["comment"], ada["status"]) == ("100", "Well done", "absent")
    assert "Well done" in (folder / "feedback" / "z1.html").read_text(encoding="utf-8")
    for name in ("moodle.csv", "canvas.csv", "feedback.zip", "../gradebook.db"):
        assert (folder / name).exists() and name.removeprefix("../") in SECTION


def test_the_guide_and_the_command_line_know_the_same_commands():
    """No command that the guide leaves out, none that there is not, no option of its own."""
    from coursework.__main__ import parser

    commands = next(a for a in parser()._actions if a.dest == "command").choices
    assert set(re.findall(r"-m coursework (\w+)", SECTION)) == set(commands)
    options = {o for one in commands.values() for a in one._actions for o in a.option_strings}
    said = set(re.findall(r"(?<=[`\s])--[a-z]+(?=[`\s])", re.sub(r"pip install .*", "", SECTION)))
    assert said <= options, said - options


def test_the_requirements_are_pinned_as_everywhere():
    """What marking needs has the versions of the book's environment, and is no more than that."""
    needed = (ROOT / "coursework" / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w-]+==\S+)$", needed, re.M)
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    known = {line.casefold() for line in constraints}
    known |= {line.casefold() for name in ("requirements.txt", "requirements-test.txt")
              for line in (ROOT / name).read_text(encoding="utf-8").splitlines()}  # fmt: skip
    assert len(pins) >= 5 and {pin.casefold() for pin in pins} <= known
    code = "import sys, coursework.__main__, coursework.grading; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert not loaded & {"convlib", "torch", "scipy", "matplotlib", "sphinx", "nbgrader"}
