"""How Sphinx makes a site of these pages: `sphinx-build -W -b dirhtml docs build/docs`. A link that leads nowhere is an error."""

project = "dsguard"
author = "The dsguard authors"
copyright = "The dsguard authors"  # noqa: A001
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "dsguard"
html_copy_source = False
exclude_patterns = ["README.md"]
