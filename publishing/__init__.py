"""The course in other forms than pages: on paper, on a memory stick, on other systems.

Each module is a program: ``python -m publishing.pdf`` and so on; the Makefile has a name for each.
"""
