"""Write ``data/orsenne`` and the tables of ``data/README.md`` again."""

from pathlib import Path

from .dictionary import update_readme
from .files import generate, write_files

DATA = Path(__file__).parents[3] / "data"

if __name__ == "__main__":
    frames = generate()
    write_files(frames, DATA / "orsenne")
    update_readme(DATA / "README.md", frames)
