"""Other languages: the words of live figures go to translators and come back like the text.

Sphinx extracts and replaces what stands in the pages. What a live figure says is in its widget
state: labels of sliders and options of menus, and in the trait ``words`` of its view the sentences
that its script fills in. ``make gettext`` writes them into ``live.pot`` beside the other
catalogues; a build in another language (``-D language=ar``) takes them from ``live.po``. What
the modules of this folder say themselves goes the same way, a catalogue for each module.
"""

import gettext
import json
from collections.abc import Callable
from pathlib import Path

from babel.messages.extract import extract_from_file
from live_figures import STATE, embedded
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.builders.gettext import MsgOrigin

CATALOGUE = "live"
HERE = Path(__file__).parent
TEXTS = ("description", "tooltip", "placeholder")  # of the controls that a state holds
LISTS = ("_options_labels",)


def translate_state(state: dict, translate: Callable[[str], str]) -> None:
    """Replace all words in a widget state.

    >>> view = {"state": {"description": "kernel", "words": {"in": "input: {n}"}, "value": "edge"}}
    >>> translate_state({"state": {"1": view}}, str.upper)
    >>> view["state"]
    {'description': 'KERNEL', 'words': {'in': 'INPUT: {N}'}, 'value': 'edge'}
    """

    def said(text: object) -> object:
        return translate(text) if isinstance(text, str) and text.strip() else text

    for model in state["state"].values():
        traits = model["state"]
        traits.update({key: said(traits[key]) for key in TEXTS if key in traits})
        traits.update({key: [said(one) for one in traits[key]] for key in LISTS if key in traits})
        if isinstance(words := traits.get("words"), dict):
            traits["words"] = {key: said(text) for key, text in words.items()}


def _states(env):
    for page in sorted(env.found_docs):
        if saved := NbMetadataCollector.get_js_files(env, page).get(STATE):
            yield page, saved[1]


def speaking() -> dict[str, list[tuple[int, str]]]:
    """Return what the modules of this folder say, with its lines."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        said = [(line, text) for line, text, *_ in extract_from_file("python", path)]
        if said and "get_translation" in path.read_text(encoding="utf-8"):
            found[path.stem] = said
    return found


def load_catalogues(app, env, docnames):
    """Have the modules of this folder say their words in the language of the build.

    Only now has Sphinx compiled the catalogues.
    """
    for name in speaking():
        for folder in app.config.locale_dirs:
            app.add_message_catalog(name, str(Path(app.srcdir) / folder))


def extract(app, env):
    """Have the words of live figures and of this folder written into catalogues of their own."""
    if app.builder.name != "gettext":
        return
    for name, said in speaking().items():
        for line, text in said:
            origin = MsgOrigin(str(HERE / f"{name}.py"), line)
            app.builder.catalogs[name].add(text, origin)
    for page, saved in _states(env):
        origin = MsgOrigin(env.doc2path(page), 1)

        def keep(text: str, origin: MsgOrigin = origin) -> str:
            app.builder.catalogs[CATALOGUE].add(text, origin)
            return text

        translate_state(json.loads(saved["body"]), keep)


def translate(app, env):
    """Put the words of the language into the figures of all pages."""
    folders = [Path(app.srcdir) / folder for folder in app.config.locale_dirs]
    for folder in folders:
        if gettext.find(CATALOGUE, folder, [app.config.language]):
            words = gettext.translation(CATALOGUE, folder, [app.config.language])
            for _, saved in _states(env):
                state = json.loads(saved["body"])
                translate_state(state, words.gettext)
                saved["body"] = embedded(state)


def setup(app):
    """Register with Sphinx."""
    app.connect("env-before-read-docs", load_catalogues)
    app.connect("env-updated", extract)
    app.connect("env-updated", translate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
