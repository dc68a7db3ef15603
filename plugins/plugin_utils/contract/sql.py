# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rendering of the templates below sql/ into statements."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jinja2

from .identifiers import quote

TEMPLATES = Path(__file__).resolve().parents[3] / "sql"


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 (it is SQL)
    )


def qualified(schema: str, name: str) -> str:
    """Write `schema.name` for SQL."""
    return f"{quote(schema)}.{quote(name)}"


def render(template: str, **variables: Any) -> list[str]:
    """Render a template to its statements: without comments, without the closing semicolons."""
    rendered = _environment().get_template(template).render(**variables)
    found = []
    for chunk in re.split(r";\n", rendered + "\n"):
        lines = [line.rstrip() for line in chunk.splitlines() if line.strip()]
        sql = "\n".join(line for line in lines if not line.lstrip().startswith("--")).strip()
        if sql:
            found.append(sql)
    return found
