"""Calculations and activities of the RFM course.

Every name that a lesson uses is offered here and loads when it is first used; ``__init__.pyi``
lists them.
"""

import os

import lazy_loader

# What Arrow and Polars have freed goes back to the system at once: 80 MB of a lesson's kernel. They
# ask when they are loaded, so a notebook imports this package before pandas, which loads Arrow.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
