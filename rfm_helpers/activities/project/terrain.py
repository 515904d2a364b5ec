"""The customers that a final project works on, the learner's own file among them."""

from __future__ import annotations

from rfm_helpers.activities.data.own_orders import own_orders
from rfm_helpers.analysis.project.model import HOUSE
from rfm_helpers.analysis.project.terrain import COURSE_TERRAINS, OWN, Terrain
from rfm_helpers.errors import CourseError

NO_COPY = (
    "Votre fichier n’est pas encore là : choisissez-le ci-dessous, préparez-le, puis cliquez sur "
    "« Voir mes scores et mes segments »."
)


def load_terrain(name: str) -> Terrain:
    """The customers of a terrain; the house's as long as none is chosen.

    Args:
        name: as `Project.terrain` names it, or nothing.

    Raises:
        CourseError: no copy of an own file on this computer, or one that cannot be read.

    >>> load_terrain("").months
    24
    """
    if name == OWN:
        return _own()
    return COURSE_TERRAINS.get(name, COURSE_TERRAINS[HOUSE])()


def _own() -> Terrain:
    own = own_orders()
    if own is None:
        raise CourseError(NO_COPY)
    files = {} if own.people is None else {"people": own.people}
    return Terrain(OWN, own.orders, own.as_of, files)
