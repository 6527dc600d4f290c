"""Read programs without running them: which names they bind, and which words lead to an answer."""

from __future__ import annotations

import ast


def words_used(cells: list[str], name: str) -> set[str]:
    """Return the words in what defines `name`, and in all definitions that they lead to."""
    definitions: dict[str, set[str]] = {}
    for text in cells:
        try:
            statements = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # magics, or no Python at all
        for statement in statements:
            for bound in names_bound(statement):
                definitions.setdefault(bound, set()).update(
                    words(statement) - local_names(statement)
                )
    reached: set[str] = set()
    ahead = [name]
    while ahead:
        found = definitions.pop(ahead.pop(), set())
        reached |= found
        ahead += found
    return reached


def local_names(statement: ast.stmt) -> set[str]:
    """Return the names that belong to a function alone."""
    if not isinstance(statement, ast.FunctionDef):
        return set()
    arguments = {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    return arguments.union(*map(names_bound, statement.body))


def names_bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a cell binds."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    bound = {
        n.id
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    imports = [n for n in ast.walk(statement) if isinstance(n, (ast.Import, ast.ImportFrom))]
    return bound | {alias.asname or alias.name.split(".")[0] for i in imports for alias in i.names}


def words(tree: ast.AST) -> set[str]:
    """Return the names, attributes (with a dot) and loops in a piece of program."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(f".{node.attr}")
        elif isinstance(node, ast.alias):
            found |= {f".{part}" for part in node.name.split(".")}
        elif isinstance(node, (ast.For, ast.comprehension)):
            found.add("for")
        elif isinstance(node, ast.While):
            found.add("while")
    return found


def names_read(text: str, function: str = "") -> set[str]:
    """Return the names that a text, or one function in it, uses and does not give values to."""
    tree = ast.parse(text)
    chosen = [part for part in tree.body if not function or getattr(part, "name", "") == function]
    names = [node for part in chosen for node in ast.walk(part) if isinstance(node, ast.Name)]
    stored = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return {name.id for name in names} - stored
