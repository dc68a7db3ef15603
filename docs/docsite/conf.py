"""Sphinx configuration of `make docs`.

antsibull-docs writes a page for each module, filter and role; the guides are the Markdown files
of docs/. The build needs no network, so what those pages say about Ansible itself and about other
collections is linked by address instead of by a downloaded inventory.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

project = "modern_data.warehouse"
html_title = project
html_short_title = project
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_theme = "sphinx_ansible_theme"
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 3
nitpicky = True

ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
PLUGIN = re.compile(r"ansible_collections\.(\w+)\.(\w+)\.(\w+)")
PAGE_OF_PLUGIN = re.compile(r"collection/(\w+)_(?:module|filter|role)")


def link_to_ansible(
    app: Any, environment: Any, reference: Any, text: nodes.Node
) -> nodes.reference | None:
    """The address of a label that no page here has, or None where it is unknown."""
    label = reference["reftarget"]
    plugin = PLUGIN.fullmatch(label)
    page = "collections/{}/{}/{}.html".format(*plugin.groups()) if plugin else PAGES.get(label)
    if page is None:
        return None
    return nodes.reference("", "", text, internal=False, refuri=ANSIBLE + page)


def shorten_entry(app: Any, document: nodes.document) -> None:
    """Leave the plugin's own name to the sidebar, which cuts a long one off."""
    name = app.env.docname
    if page := PAGE_OF_PLUGIN.fullmatch(name):
        entry = next(iter(app.env.tocs[name].findall(nodes.reference)))
        entry[:] = [nodes.Text(page[1])]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", link_to_ansible)
    app.connect("doctree-read", shorten_entry, priority=900)  # after the contents are collected
