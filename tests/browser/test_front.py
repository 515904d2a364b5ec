"""What the course asks of JupyterLab's page (``sources/tools/lab.js``), on a learner's screen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell as code
from nbformat.v4 import new_markdown_cell as markdown
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute, expect
from support.browser import (
    ENGLISH,
    FAILURE,
    KERNEL_STATUS,
    LEAVE,
    LESSONS,
    POLLING,
    RESTART,
    STATE,
    choose,
    open_lesson,
    run_all,
    settle,
)
from support.course import NOTEBOOKS
from support.programs import requires

from rfm_helpers.questions.answers import AnswerStore

pytestmark = requires("chromium")

#: A short lesson with a long activity, one without a picture, and a long text after each.
LESSON = "essai.ipynb"
CELLS = ["from rfm_helpers import *", 'quiz("03_calcul_rfm")', "own_file_form()", "2 + 2"]
TEXT = "\n\n".join(["Lisez ce qui suit."] * 12)
ACTIVITIES = 2
#: What the last cell holds, what a learner makes of it, and what is said of that.
MISTAKES = [
    ("2 + 2", "load_six_customers()['montan']", "⚠ La colonne « montan » n’existe pas"),
    ("montan", "montan", "⚠ Le nom « montan »"),
    ("montan", "assert 0", "⚠ La cellule s’est arrêtée sur une erreur (AssertionError)"),
]
#: A widget that takes longer to start than the two seconds of anywidget.
SLOW = """from anywidget import AnyWidget
from traitlets import Unicode
class Slow(AnyWidget):
    _esm = '''await new Promise(done => setTimeout(done, 2500));
    export default {render: ({model, el}) => {
        const show = () => el.textContent = model.get("value");
        model.on("change:value", show);
        el.className = "slow";
        show();
    }}'''
    value = Unicode("avant").tag(sync=True)
slow = Slow()
slow"""
#: In CSS pixels: more than the place of a lesson on the screen, and than its width with the files.
LONG, WIDE = 650, 1200
PAUSED = "En pause. Exécutez cette cellule pour "
CURRENT = "window.jupyterapp.shell.currentWidget"
DIRTY = f"() => {CURRENT}.content.model.dirty"
SAVE = f"() => {CURRENT}.context.save()"
SHUT_DOWN = f"() => {CURRENT}.sessionContext.shutdown()"
KERNEL = f"() => {CURRENT}.sessionContext.session.kernel.id"
GONE = "id => fetch(`/api/kernels/${id}`).then(reply => reply.status === 404)"
#: End the kernel as the system does when memory runs out.
DIE = f"""() => {{
    const {{kernel}} = {CURRENT}.sessionContext.session;
    kernel.requestExecute({{code: "import os; os._exit(1)"}}).done.catch(() => {{}});
}}"""
#: Whether the kernel has written its own description into the notebook.
DESCRIBED = f"() => {CURRENT}.content.model.getMetadata('language_info')?.version"
#: The line above an activity.
LINE = "one => getComputedStyle(one, '::before').content"
#: Save by the keyboard's command while an automatic saving has written the file already.
SAVE_TWICE = f"""async () => {{
    const {{context}} = {CURRENT}, contents = window.jupyterapp.serviceManager.contents;
    const written = new Promise(resolve => contents.fileChanged.connect(
        (_, {{type}}) => type === 'save' && resolve()));
    const first = context.save();
    await written;
    const all = Promise.all([first, context.save()]).then(() => 'saved');
    const asked = new Promise(resolve => {{
        const look = () => document.querySelector('.jp-Dialog')
            ? resolve('asked') : requestAnimationFrame(look);
        look();
    }});
    return Promise.race([all, asked]);
}}"""
#: Make the cell that holds some text the current one, its source maybe another; give its rank.
GO_TO = f"""async ([text, source]) => {{
    const notebook = {CURRENT}.content;
    const rank = notebook.widgets.findIndex(
        cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().includes(text));
    if (source) notebook.widgets[rank].model.sharedModel.setSource(source);
    notebook.widgets[rank].model.executionCount = null;
    notebook.activeCellIndex = rank;
    notebook.deselectAll();
    notebook.mode = 'command';
    await notebook.scrollToItem(rank, 'center');
    notebook.activate();
    return rank;
}}"""
#: Whether the cell of a rank has been executed since then.
EXECUTED = f"rank => {CURRENT}.content.widgets[rank].model.executionCount"
#: How far below the top of the notebook, and above its bottom, the start of an element stands.
ROOM = f"""one => {{
    const frame = {CURRENT}.content.outerNode.getBoundingClientRect();
    const {{top}} = one.getBoundingClientRect();
    return Math.min(top - frame.top, frame.bottom - top);
}}"""


@pytest.fixture(scope="module")
def course(course: Path) -> Path:
    """The lessons, and a short one."""
    cells = [make(text) for text in CELLS for make, text in ((code, text), (markdown, TEXT))]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    lesson = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(lesson, course / "notebooks" / LESSON)
    return course


@pytest.fixture
def screen(page: Page) -> Page:
    """The screen of a small portable computer."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.set_default_timeout(40_000)
    return page


def at_rest(page: Page) -> None:
    """Wait until the kernel of the lesson is there and does nothing."""
    page.wait_for_function(f"() => ({KERNEL_STATUS})() === 'idle'", polling=POLLING)


def run_cell(page: Page, text: str, source: str = "") -> Locator:
    """Press Shift + Enter on the cell that holds a text; return its output."""
    rank = page.evaluate(GO_TO, [text, source])
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(EXECUTED, arg=rank, polling=POLLING)
    at_rest(page)
    settle(page, 400)
    return page.locator(f".jp-NotebookPanel:visible .jp-Cell >> nth={rank}").locator(
        ".jp-Cell-outputArea"
    )


def reload(page: Page) -> None:
    page.reload()
    page.locator(".jp-NotebookPanel:visible").wait_for()
    at_rest(page)


def restart(page: Page) -> None:
    page.evaluate(RESTART)


def shut_down(page: Page) -> None:
    page.evaluate(SHUT_DOWN)


def come_back_the_next_day(page: Page) -> None:
    page.evaluate(SAVE)
    kernel = page.evaluate(KERNEL)
    page.evaluate(SHUT_DOWN)
    page.wait_for_function(GONE, arg=kernel, polling=POLLING)
    reload(page)


def reload_before_saving(page: Page) -> None:
    reload(page)


LEFT = [restart, reload_before_saving, come_back_the_next_day, shut_down]


def test_an_activity_whose_kernel_is_gone_sleeps(screen: Page, lab: str) -> None:
    panel = open_lesson(screen, lab, LESSON)
    paused = panel.locator(".rfm-paused:visible")
    for leave in LEFT:
        run_all(screen)
        settle(screen, 400)
        assert panel.locator(".rfm-activity").count() == ACTIVITIES
        leave(screen)
        paused.nth(ACTIVITIES - 1).wait_for()
        assert paused.count() == ACTIVITIES, leave
        assert all(text.startswith(PAUSED) for text in paused.all_inner_texts())
        areas = panel.locator(".jp-OutputArea-output", has=paused)
        assert areas.locator("input, button, select, textarea").count() == 0
        assert panel.locator(".jupyter-widgets-disconnected").count() == 0
        assert not re.search("Error displaying|Loading widget", panel.inner_text())


def test_an_activity_that_the_kernel_still_has_is_alive_after_a_reload(
    screen: Page, lab: str
) -> None:
    panel = open_lesson(screen, lab, LESSON)
    run_all(screen)
    settle(screen, 400)
    screen.evaluate(SAVE)
    reload(screen)
    panel.locator(".rfm-activity").nth(ACTIVITIES - 1).wait_for()
    assert panel.locator(".rfm-paused").count() == 0
    before = panel.locator(".rfm-activity").first.evaluate(STATE)
    panel.get_by_role("button", name="Vérifier").first.click()
    settle(screen, 400)
    assert panel.locator(".rfm-activity").first.evaluate(STATE) != before


def test_an_activity_says_when_the_course_no_longer_answers(
    browser: BrowserContext, lab: str
) -> None:
    page = browser.new_page()  # its channels stay in hand as long as it lasts
    channels: list[WebSocketRoute] = []

    def relay(channel: WebSocketRoute) -> None:
        channels.append(channel)
        if len(channels) == 1:
            channel.connect_to_server()
        else:
            channel.close()

    page.route_web_socket(re.compile("/channels"), relay)
    open_lesson(page, lab, LESSON)
    run_cell(page, "import")
    activity = run_cell(page, "quiz").locator(".rfm-activity")
    assert activity.evaluate(LINE) == "none"
    channels[0].close()
    page.locator(".rfm-cut").wait_for()
    assert "JupyterLab ne répond plus" in activity.evaluate(LINE)
    assert activity.evaluate("one => getComputedStyle(one).pointerEvents") == "none"
    page.close()


def kinds(lesson: str) -> set[tuple[str, ...]]:
    """What JupyterLab could write otherwise in a lesson that it opens."""
    notebook = nbformat.read(NOTEBOOKS / lesson, nbformat.NO_CONVERT)
    whole = repr((notebook.nbformat, notebook.nbformat_minor, notebook.metadata))
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    fields = {
        (cell.cell_type, name, *(value if isinstance(value, dict) else ()))
        for cell in notebook.cells
        for name, value in cell.metadata.items()
    }
    return {(whole,), *fields, *((one.output_type, *one.get("data", ())) for one in outputs)}


def test_a_lesson_that_was_only_read_is_closed_without_a_question(screen: Page, lab: str) -> None:
    """Two lessons in which there is all that the others have."""
    opened = LESSONS[::13]
    assert set().union(*map(kinds, LESSONS)) == set().union(*map(kinds, opened))
    for lesson in opened:
        panel = open_lesson(screen, lab, lesson)
        screen.wait_for_function(DESCRIBED, polling=POLLING)
        assert not screen.evaluate(DIRTY), lesson
        kernel = screen.evaluate(KERNEL)
        screen.locator(".jp-mod-current .lm-TabBar-tabCloseIcon").click()
        panel.wait_for(state="detached")
        assert screen.locator(".jp-Dialog").count() == 0
        screen.wait_for_function(GONE, arg=kernel, polling=POLLING)


def test_the_first_lesson_opens_under_how_far_one_is(screen: Page, lab: str, course: Path) -> None:
    """The line stands on the first screen, leads to a lesson, and changes no notebook."""
    shutil.rmtree(course / "reponses", ignore_errors=True)
    panel = open_lesson(screen, lab, LESSONS[0])
    line = panel.locator(".rfm-progress")
    expect(line).to_contain_text("rien n’est encore commencé")
    screen.evaluate(LEAVE)
    AnswerStore("01_strategie", course / "reponses").update({"notes/x": "non"})
    panel = open_lesson(screen, lab, LESSONS[0])
    expect(line).to_contain_text("1 sur")
    assert line.evaluate(ROOM) >= 0
    assert not screen.evaluate(DIRTY)
    line.get_by_role("link").click()
    expect(screen.locator(".jp-mod-current .lm-TabBar-tabLabel")).to_have_text(LESSONS[1])


def test_what_to_read_again_is_a_click_away(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    run_cell(screen, "import")
    activity = run_cell(screen, "quiz")
    activity.get_by_label("B. Paul").check()
    activity.get_by_role("button", name="Vérifier").first.click()
    link = activity.get_by_role("link")
    section = link.inner_text().strip("« »\u00a0.")
    link.click()
    expect(screen.locator(".jp-mod-current .lm-TabBar-tabLabel")).to_have_text(LESSONS[3])
    heading = screen.locator(".jp-NotebookPanel:visible").get_by_role("heading", name=section)
    heading.wait_for()
    screen.wait_for_function(f"one => ({ROOM})(one) >= 0", arg=heading.element_handle())


def test_a_kernel_that_dies_says_so_in_french(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    screen.evaluate(DIE)
    dialog = screen.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Il va redémarrer automatiquement")
    assert not ENGLISH.search(dialog.inner_text())
    dialog.get_by_role("button").click()
    at_rest(screen)


def test_a_lesson_has_the_whole_width_until_files_are_asked_for(screen: Page, lab: str) -> None:
    screen.goto("about:blank")
    panel = open_lesson(screen, lab, LESSON)
    expect(screen.locator("#jp-main-statusbar")).to_contain_text("Cellule 1/")
    files = screen.locator("#filebrowser")
    files.wait_for(state="hidden")
    assert panel.evaluate("one => one.offsetWidth") > WIDE
    screen.keyboard.press("Control+b")
    files.wait_for(state="visible")
    files.locator(".jp-BreadCrumbs-home").click()
    folder = files.locator(".jp-DirListing-itemText", has_text="notebooks")
    expect(folder).to_be_visible()
    assert folder.evaluate("one => getComputedStyle(one, '::after').content") == '" (les leçons)"'
    screen.keyboard.press("Control+b")
    files.wait_for(state="hidden")


def test_saving_during_a_saving_asks_nothing(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    assert screen.evaluate(SAVE_TWICE) == "saved"
    assert screen.locator(".jp-Dialog").count() == 0


def test_a_long_activity_is_seen_from_its_start(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    run_cell(screen, "import")
    for _ in ("first", "again"):
        output = run_cell(screen, "quiz")
        assert output.evaluate("one => one.offsetHeight") > LONG
        assert output.get_by_text("Question 1").evaluate(ROOM) > 0


def test_after_an_error_its_hint_is_seen_and_the_rest_folded(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    run_cell(screen, "import")
    for text, source, sentence in MISTAKES:
        error = run_cell(screen, text, source).locator(FAILURE)
        assert error.inner_text().replace("\u00a0", " ").startswith(sentence)
        assert "Traceback" not in error.inner_text()
        assert error.evaluate("one => one.offsetHeight") < LONG / 4
        assert error.evaluate(ROOM) > 0
        error.get_by_text("Détails techniques").click()
        assert "Traceback" in error.inner_text()


def test_an_error_among_all_cells_is_found(screen: Page, lab: str) -> None:
    panel = open_lesson(screen, lab, LESSON)
    screen.evaluate(GO_TO, ["2 + 2", "1 / 0"])
    choose(screen, "Exécution", "Exécuter toutes les cellules")
    panel.locator(FAILURE).wait_for()
    settle(screen, 400)
    assert panel.locator(FAILURE).evaluate(ROOM) > 0


def test_a_widget_that_starts_slowly_still_hears_its_kernel(screen: Page, lab: str) -> None:
    open_lesson(screen, lab, LESSON)
    shown = run_cell(screen, "2 + 2", SLOW).locator(".slow")
    expect(shown).to_have_text("avant")
    run_cell(screen, "import *", "slow.value = 'après'")
    expect(shown).to_have_text("après")
