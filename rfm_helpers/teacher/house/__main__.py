"""Write ``data/orsenne`` again, and the tables of the pages that describe it."""

from .dictionary import DICTIONARY, PLANTED_PAGE, update_page
from .files import generate, write_files

if __name__ == "__main__":
    frames = generate()
    write_files(frames, DICTIONARY.parent / "orsenne")
    for page in (DICTIONARY, PLANTED_PAGE):
        update_page(page, frames)
