"""The colours of the course: a figure, a table, a panel, a page and a workbook take them here.

The colours of segments are content and stand in ``catalog/grids``.
"""

WHITE = "#ffffff"

# --- What is read: panels, pages, the messages of an activity ---

TEXT = "#1f2328"
SOFT_TEXT = "#57606a"
PAPER = "#f7f7f5"
RULE = "#d0d7de"
FRAME = "#c9ccd1"
LINK = "#0b5394"

SUCCESS = "#1b7a3d"
REVIEW = "#8a5a00"
ERROR = "#a4262c"
QUIET = "#4a5568"
NOTICE = "#1a5fb4"

# --- The blues of the course, from dark to pale ---

HEAD = "#123a63"
TABLE_HEAD = "#23405f"
MAIN = "#2b5c8a"
METER = "#4477aa"
BAR = "#6b9ac9"
MIDDLE = "#7fa8d1"
SOFT = "#b9cbe0"
LEVEL = "#dce6f1"
TRACK = "#dfe5ec"
STRIPE = "#eef3f8"
PALE = "#f2f6fb"

# --- What figures and workbooks have besides ---

BLACK = "#000000"
INK = "#111111"
EDGE = "#444444"
NEUTRAL = "#8a8f98"
GRID = "#dddddd"
ACCENT = "#c2410c"
LOSS = "#efb79d"
GRAY_CELL = "#f2f4f7"
INPUT_CELL = "#fff8dc"
WARNING_CELL = "#fbe3d6"
