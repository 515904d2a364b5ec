"""Questions: one definition for the learner's feedback and the teacher's marks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
