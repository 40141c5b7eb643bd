"""``python -m kb``: the commands live with the web program, which composes all rooms."""

from importlib import import_module

import_module("webapp.cli").main()
