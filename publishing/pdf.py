"""Make the printed book: LaTeX by Sphinx, a PDF file by XeLaTeX, and a look into its log.

The log decides: a character that no font has, a line that sticks out of its column, a reference
that leads nowhere fail the run, for a PDF file with such faults looks finished.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAPER = ROOT / "_build" / "paper"
NAME = "convolution-course"
PDF = ROOT / "_build" / f"{NAME}.pdf"
PACKAGES = (
    "latexmk texlive-xetex texlive-latex-extra texlive-fonts-recommended "
    "fonts-texgyre fonts-texgyre-math fonts-dejavu-core"
)
TOLERATED = 2.0  # points, less than a millimetre: nobody sees it
FAULTS = {
    "no font has a character": re.compile(r"Missing character: .*"),
    "something sticks out of its column": re.compile(
        r"Overfull \\hbox \((?P<points>[\d.]+)pt too wide\).*"
    ),
    "a reference leads nowhere": re.compile(
        r"LaTeX Warning: (?:Reference|Citation) .* undefined.*"
    ),
    "a label is given twice": re.compile(r"LaTeX Warning: Label .* multiply defined.*"),
}


def faults(log: str) -> list[str]:
    r"""Return what a reader would stumble over, as XeLaTeX's log tells it.

    >>> faults("Overfull \\hbox (1.5pt too wide) in paragraph\n[12]")
    []
    >>> faults("Missing character: There is no \u22c6 in font X!")
    ['no font has a character: Missing character: There is no \u22c6 in font X!']
    """
    found = []
    for name, pattern in FAULTS.items():
        for match in pattern.finditer(log):
            if float(match.groupdict().get("points") or TOLERATED + 1) > TOLERATED:
                found.append(f"{name}: {match[0]}")
    return found


def write_latex() -> None:
    """Have Sphinx write the book for LaTeX; warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-t", "paper"]
    folders = ["-d", ROOT / "_build" / "paper-doctrees", ROOT, PAPER]
    subprocess.run([*command, "-b", "latex", *folders], check=True, cwd=ROOT)


def typeset() -> str:
    """Run XeLaTeX as often as the references need; return the log."""
    fixed = {
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
    } | os.environ  # same text, same file
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{NAME}.tex"]
    env = {**fixed, "max_print_line": "1000"}  # or the log breaks its lines
    done = subprocess.run(
        command, cwd=PAPER, env=env, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        sys.exit(
            done.stdout.decode("utf-8", "replace")[-3000:] + f"\n{PAPER / NAME}.log says more."
        )
    return (PAPER / f"{NAME}.log").read_text(encoding="utf-8", errors="replace")


def main() -> None:
    """Make the PDF file, or say what is missing."""
    if missing := [program for program in ("latexmk", "xelatex") if not shutil.which(program)]:
        install = f"On Debian and Ubuntu:\n  apt-get install --no-install-recommends {PACKAGES}"
        sys.exit(f"The printed book needs {' and '.join(missing)}. {install}")
    write_latex()
    if found := faults(typeset()):
        sys.exit("The book would not print well:\n  " + "\n  ".join(found))
    shutil.copyfile(PAPER / PDF.name, PDF)
    print(f"The printed book: {PDF}")


if __name__ == "__main__":
    main()
