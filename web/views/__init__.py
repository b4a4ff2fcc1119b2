"""One blueprint per family of screens. A view asks the engine, puts the answer into a page, decides nothing itself."""

from flask import Flask

from web.views import (
    accounts,
    apply,
    casefile,
    draft_files,
    home,
    inbox,
    own_dossiers,
    pages,
    papers,
    procedures,
    tasks,
    tracking,
    verify,
)

_FOR_THE_PUBLIC = (accounts, apply, draft_files, home, own_dossiers, pages, papers, procedures, tracking, verify)
_FOR_OFFICIALS = (casefile, inbox, tasks)
PUBLIC = frozenset(module.blueprint.name for module in _FOR_THE_PUBLIC)


def register_views(app: Flask) -> None:
    """Put all pages under their addresses."""
    for module in (*_FOR_THE_PUBLIC, *_FOR_OFFICIALS):
        app.register_blueprint(module.blueprint)
