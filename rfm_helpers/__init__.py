"""Calculations and activities of the RFM course.

Every name that a lesson uses is offered here and loads when it is first used; ``__init__.pyi``
lists them.
"""

import lazy_loader

from rfm_helpers.memory import spare_memory

spare_memory()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
