"""Every activity done as a learner would, with the mouse and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from support.axe import violations
from support.bets import check_bets_are_hidden
from support.browser import (
    CAPTURES,
    POLLING,
    RESTART,
    STATE,
    open_lesson,
    outputs_flaws,
    run_all,
    settle,
)

#: Of the page, in CSS pixels: a large screen, a small one, and 1400 × 900 at 200 % zoom.
SIZES = ((1400, 900), (1024, 700), (700, 450))
SET_THEME = "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})"
#: The height of JupyterLab's bars above and below a notebook, and some room, in CSS pixels.
CHROME = 250
#: How many controls of a kind are changed in one activity, and how many buttons are pressed.
EACH_KIND = 2
FIELDS = "input:not([type=file]):enabled, select:enabled, textarea:enabled"
COST_FIELDS = ".rfm-sheet tbody input, .rfm-sheet tbody select"
#: What fits the fields that do not take any text.
TEXTS = {"un identifiant": "C-0001", "jj/mm/aaaa": "30/11/2026"}
TEXT, OTHER_TEXT = "12", "13"
VERIFY = re.compile("^(Vérifier|Lire|Préparer|Ajouter)")
SAVED = re.compile(r"Enregistré (à|le) ")

#: What is cut, what lies on something else, and what is wider than its place. In a narrow page a
#: table may be, where it scrolls, and a list may cut the words that it shows whole once opened.
FLAWS = """root => {
    const flaws = [], slack = 1.5;
    const visible = one => one.getClientRects().length > 0
        && getComputedStyle(one).visibility !== 'hidden';
    const name = one => `${one.tagName.toLowerCase()} « ` + (one.value || one.placeholder
        || one.innerText || one.alt || one.className || '').toString().trim().slice(0, 60) + ' »';
    const find = selector => [...root.querySelectorAll(selector)].filter(visible);
    const pen = document.createElement('canvas').getContext('2d');
    for (const one of find('label, button, textarea, input:not([type=radio], [type=checkbox])')) {
        const long = one.tagName === 'INPUT' && one.value.length > 40;  // a learner's own words
        if (one.scrollWidth > one.clientWidth + slack && one.clientWidth && !long)
            flaws.push(`${name(one)} is ${one.scrollWidth - one.clientWidth} px too narrow`);
        if (one.tagName !== 'TEXTAREA' && one.scrollHeight > one.clientHeight + 3 * slack
            && one.clientHeight)
            flaws.push(`${name(one)} is ${one.scrollHeight - one.clientHeight} px too low`);
    }
    for (const one of find('select:not([multiple], [size])')) {
        const text = one.selectedOptions[0]?.textContent ?? '';
        pen.font = getComputedStyle(one).font;
        const lacking = pen.measureText(text).width + 20 - one.clientWidth;
        if (lacking > 0 && window.innerWidth >= 760)
            flaws.push(`select « ${text} » is ${Math.round(lacking)} px too narrow`);
    }
    for (const one of find('input[placeholder]').filter(one => !one.value)) {
        pen.font = getComputedStyle(one).font;
        const lacking = pen.measureText(one.placeholder).width + 8 - one.clientWidth;
        if (lacking > 0)
            flaws.push(`input « ${one.placeholder} » is ${Math.round(lacking)} px too narrow`);
    }
    const area = root.closest('.jp-OutputArea-output');
    const scrolls = one => window.innerWidth < 760 && one.querySelector('table')
        && getComputedStyle(one).overflowX === 'auto';
    const parts = find('.widget-html-content').filter(one => !scrolls(one));
    for (const one of [area, ...find('.widget-box'), ...parts])
        if (one.scrollWidth > one.clientWidth + slack)
            flaws.push(`${name(one)} is ${one.scrollWidth - one.clientWidth} px wider than shown`);
    const boxes = find('label, button, input, select, textarea, .widget-html-content, img')
        .map(one => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.width > 1 && box.height > 1);
    boxes.forEach(([one, a], rank) => {
        for (const [other, b] of boxes.slice(rank + 1)) {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > slack && high > slack && !one.contains(other) && !other.contains(one))
                flaws.push(`${name(one)} and ${name(other)} overlap`);
        }
    });
    return flaws;
}"""
#: The ranks and kinds of the first so many fields of each kind that can be seen; each is marked by
#: its rank, since what is changed in one may draw others.
CHOSEN = """(fields, most) => {
    const count = {}, groups = new Set();
    for (const one of document.querySelectorAll('[data-chosen]')) delete one.dataset.chosen;
    return fields.flatMap((field, rank) => {
        const kind = field.tagName === 'INPUT' ? field.type : field.tagName;
        const group = kind === 'radio' && field.name || rank;
        const seen = field.checkVisibility({visibilityProperty: true}) && field.offsetWidth;
        if (!seen || groups.has(group) || count[kind] === most) return [];
        count[kind] = (count[kind] ?? 0) + 1;
        groups.add(group);
        field.dataset.chosen = rank;
        return [[rank, kind]];
    });
}"""
#: Whether an activity shows other texts or pictures than before: something answers.
ANSWERS = f"""([root, before]) => {{
    const after = ({STATE})(root);
    return JSON.stringify([after.texts, after.pictures])
        !== JSON.stringify([before.texts, before.pictures]);
}}"""
#: Whether an activity shows anything else than before: it answers the keyboard.
CHANGED = f"([root, before]) => JSON.stringify(({STATE})(root)) !== JSON.stringify(before)"
#: Milliseconds, longer than the pause after which what was typed is acted on.
AFTER_A_PAUSE = 1000
RANK = "one => [...document.querySelectorAll('button, input, select, textarea')].indexOf(one)"


def next_option(field: Locator) -> str:
    """The option after the one that a list shows, the first after the last."""
    return str(
        field.evaluate("one => one.options[(one.selectedIndex + 1) % one.options.length].value")
    )


def new_text(field: Locator) -> str:
    """What to write in a text field."""
    text = OTHER_TEXT if field.input_value() == TEXT else TEXT
    return TEXTS.get(field.get_attribute("placeholder") or "", text)


def nudge(field: Locator) -> None:
    """Change a number by one step, upwards where there is room."""
    before = field.input_value()
    field.press("ArrowUp")
    if field.input_value() == before:
        field.press("ArrowDown")


def change(field: Locator, kind: str) -> None:
    """Give a field another value with the mouse and, for what is typed, the keyboard."""
    if kind in ("radio", "checkbox"):
        field.click()
    elif kind == "SELECT":
        field.select_option(next_option(field))
    elif kind == "number":
        nudge(field)
        field.press("Tab")
    else:
        field.fill(new_text(field))
        field.press("Tab")


def change_by_keyboard(field: Locator, kind: str, end: str) -> None:
    """The same, the field having the focus, without the mouse; a key ends what is typed."""
    if kind in ("radio", "checkbox"):
        field.press("Space")
    elif kind == "button":
        field.press("Enter")
    elif kind == "SELECT":
        before = field.input_value()
        field.press("ArrowDown")
        if field.input_value() == before:
            field.press("ArrowUp")
    elif kind == "number":
        nudge(field)
        field.press(end)
    else:
        field.press("Control+a")
        field.press_sequentially(new_text(field))
        if kind != "TEXTAREA":
            field.press(end)


def fields_to_change(activity: Locator) -> list[tuple[Locator, str]]:
    """The first fields of each kind that are shown, one of each group of radio buttons.

    Where there are cost lines, those of the lines alone: the others would show another action.
    """
    lines = activity.locator(COST_FIELDS)
    fields = lines if lines.count() else activity.locator(FIELDS)
    chosen = fields.evaluate_all(CHOSEN, EACH_KIND)
    return [(activity.locator(f"[data-chosen='{rank}']"), kind) for rank, kind in chosen]


def verify_buttons(activity: Locator) -> list[Locator]:
    """The first buttons that judge an answer."""
    found = activity.get_by_role("button").filter(has_text=VERIFY).all()
    return [one for one in found if one.is_visible()][:EACH_KIND]


def do_with_mouse(activity: Locator) -> None:
    """Change the fields of an activity, then have the answers judged."""
    change_fields(activity)
    lines = activity.locator(COST_FIELDS).count()
    for each in verify_buttons(activity):
        each.click()
        settle(activity.page)
    if activity.locator(COST_FIELDS).count() > lines:
        change_fields(activity)


def change_fields(activity: Locator) -> None:
    """Change the first fields of each kind, as long as they are shown."""
    for field, kind in fields_to_change(activity):
        if field.is_visible():
            change(field, kind)
            settle(activity.page)


def do_with_keyboard(activity: Locator) -> None:
    """The same with the keyboard alone: Tab goes from one to the next, Enter or Space acts."""
    page = activity.page
    page.wait_for_function("() => document.hasFocus()")
    buttons = verify_buttons(activity)
    end = "Tab" if buttons else "Enter"  # Enter would judge already, and the button change nothing
    wanted = [*fields_to_change(activity), *((one, "button") for one in buttons)]
    wanted.sort(key=lambda one: one[0].evaluate(RANK))
    wanted[0][0].focus()
    for each, kind in wanted:
        if not each.is_visible():
            continue
        reach(each)
        before = shown(activity)
        change_by_keyboard(each, kind, end)
        page.wait_for_function(CHANGED, arg=[activity.element_handle(), before], polling=POLLING)
        settle(page)


def reach(control: Locator) -> None:
    """Press Tab until a control has the focus; sixty times at most."""
    handle = control.element_handle()
    for _ in range(60):
        if control.page.evaluate("one => document.activeElement === one", handle):
            return
        control.page.keyboard.press("Tab")
    focused = control.page.evaluate("() => document.activeElement.outerHTML.slice(0, 300)")
    pytest.fail(f"Tab does not reach {control}; the focus is on {focused}")


def shown(activity: Locator) -> dict[str, Any]:
    """The values of the fields of an activity, its texts and its pictures."""
    return dict(activity.evaluate(STATE))


def flaws(page: Page, activities: list[Locator], lesson: str) -> list[str]:
    """What is cut or overlaps at each size; what was seen of it is kept in ``captures/``."""
    found: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        settle(page, 300)
        cut = {rank: lasting_flaws(activity) for rank, activity in enumerate(activities)}
        where = f"{lesson[:2]}, {width}×{height}, activity"
        found += [f"{where} {rank}: {flaw}" for rank, flaws in cut.items() for flaw in flaws]
        if any(cut.values()):
            keep_pictures(page, activities, f"{lesson[:2]}-{{}}-{width}.png")
    return found


def keep_pictures(page: Page, activities: list[Locator], name: str) -> None:
    """Keep a screenshot of each activity, on a page as high as the highest of them."""
    size = page.viewport_size
    assert size
    highest = max(activity.evaluate("one => one.offsetHeight") for activity in activities)
    page.set_viewport_size({"width": size["width"], "height": highest + CHROME})
    settle(page)
    for rank, activity in enumerate(activities):
        activity.screenshot(path=CAPTURES / "activities" / name.format(rank))


def lasting_flaws(activity: Locator) -> list[str]:
    """What is cut or overlaps once JupyterLab has laid out the page for its new size."""
    for _ in range(100):
        found: list[str] = activity.evaluate(FLAWS)
        if not found:
            break
        activity.page.wait_for_timeout(100)
    return found


def asking(panel: Locator) -> list[Locator]:
    """The activities that have fields; the others (an example project to read) keep nothing."""
    return [one for one in panel.locator(".rfm-activity").all() if one.locator(FIELDS).count()]


def check_found_again(page: Page, lab: str, lesson: str, *, reload: bool) -> None:
    """Read a lesson as it opens, do each activity, and find it as it was with a new kernel."""
    panel = open_lesson(page, lab, lesson)
    page.evaluate(SET_THEME, "JupyterLab Dark")
    settle(page, 300)
    assert violations(page) == []
    page.evaluate(SET_THEME, "JupyterLab Light")
    check_bets_are_hidden(page, lesson)
    run_all(page)
    settle(page, 400)
    assert outputs_flaws(panel) == []
    assert violations(page) == []
    activities = asking(panel)
    assert activities, "no activity"
    by_keyboard = len(activities) // 2
    for rank, activity in enumerate(activities):
        before = shown(activity)
        act: Callable[[Locator], None] = do_with_keyboard if rank == by_keyboard else do_with_mouse
        act(activity)
        after = shown(activity)
        where = f"{lesson}, activity {rank}"
        assert after["fields"] != before["fields"], f"{where}: no field changed"
        page.wait_for_function(ANSWERS, arg=[activity.element_handle(), before], polling=POLLING)
        activity.get_by_text(SAVED).first.wait_for()
    settle(page, AFTER_A_PAUSE)
    expected = [shown(activity) for activity in activities]
    assert flaws(page, activities, lesson) == []
    assert outputs_flaws(panel) == []

    page.evaluate(RESTART)
    if reload:
        panel = open_lesson(page, lab, lesson)
    run_all(page)
    settle(page, 400)
    found = [shown(activity) for activity in asking(panel)]
    assert [one["fields"] for one in found] == [one["fields"] for one in expected]
    assert [one["texts"] for one in found] == [one["texts"] for one in expected]
