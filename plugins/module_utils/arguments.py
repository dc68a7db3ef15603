# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules share; their documentation is in doc_fragments."""

from __future__ import annotations

from typing import Any

Options = dict[str, dict[str, Any]]


def resource_options(
    *, states: tuple[str, ...] = ("present", "absent"), tags: bool = True, timeout: int = 0
) -> Options:
    """`state`, with `tags` also tags and purge_tags, with a `timeout` also wait and wait_timeout.

    `timeout` is the default of wait_timeout in seconds; 0 for resources that are made at once.
    """
    options: Options = {"state": {"type": "str", "choices": list(states), "default": "present"}}
    if tags:
        options["tags"] = {"type": "dict", "aliases": ["resource_tags"]}
        options["purge_tags"] = {"type": "bool", "default": True}
    if timeout:
        options["wait"] = {"type": "bool", "default": True}
        options["wait_timeout"] = {"type": "int", "default": timeout}
    return options
