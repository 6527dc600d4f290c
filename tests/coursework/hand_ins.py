"""A small course of people whose names are written in many ways, and what they hand in."""

import io
import json
import zipfile

from coursework import course as courses

ROSTER = """\
id,name,email,group,also
1001,Ada King Lovelace,ada@uni.example,Group A,
1002,"O’Brien, Zoë",zoe@uni.example,Group A,
1003,अदिति राव,aditi@uni.example,Group B,
1004,Nguyễn Thị Hoa,hoa@uni.example,Group B,
1005,王小明,wang@uni.example,Group B,
1006,Anne-Marie Curie,am@uni.example,Group C,
1007,José Núñez,jose@uni.example,Group C,Pepe
1008,Sam Lee,sam1@uni.example,Group C,
1009,Sam Lee,sam2@uni.example,Group C,
"""
TOML = """\
name = "Convolution"
roster = "roster.csv"
seed = "{seed}"
[assignments.discrete]
due = 2026-11-30T18:00:00+00:00
rules = "Work on your own."
"""


def notebook(*cells):
    """Return the bytes of a notebook with these cells."""
    code = [
        {"cell_type": "code", "metadata": {}, "source": c, "outputs": [], "execution_count": None}
        for c in cells or ("x = 1",)
    ]
    whole = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8")


def zipped(path, entries):
    """Write a zip of (name or ZipInfo, bytes) pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(name, data)
    return path


def bytes_of_zip(entries):
    """Return a zip as bytes."""
    return zipped(io.BytesIO(), entries).getvalue()


def small_course(folder):
    """Return a course that has been set up, with nothing collected."""
    folder.mkdir()
    (folder / "course.toml").write_text(TOML.format(seed="s" * 64), encoding="utf-8")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return courses.read(folder)
