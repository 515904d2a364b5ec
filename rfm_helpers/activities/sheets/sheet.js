// A table that is typed in as in a spreadsheet: a native table of native fields, so that the
// keyboard, a screen reader and the page's zoom find what they know. `sheet.py` tells the traits.

const HELP = "Entrée : ligne suivante. Tab : case suivante. Ctrl + Z : annuler ; Ctrl + Y : "
  + "rétablir. Alt + ↑ ou ↓ : déplacer la ligne. Ctrl + D : la dupliquer. Un bloc copié d’un "
  + "tableur se colle dans la case de départ.";
const BUTTONS = [
  ["add", "Ajouter une ligne"], ["copy", "Dupliquer"], ["up", "Monter"], ["down", "Descendre"],
  ["drop", "Retirer"],
];
const plain = text => String(text).normalize("NFD").replace(/[\u0300-\u036f\s]/g, "").toLowerCase();
const several = (count, one, many) => `${count}\u00a0${count > 1 ? many : one}`;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A block as spreadsheets copy it: tabs, ends of lines, quotes around a cell that holds them.
export function readBlock(text) {
  const lines = [[""]];
  const put = character => lines.at(-1).push(lines.at(-1).pop() + character);
  let quoted = false;
  for (const [mark] of text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").matchAll(/""|[^]/g)) {
    const empty = lines.at(-1).at(-1) === "";
    if (mark === '""') put(quoted ? '"' : empty ? "" : mark);
    else if (mark === '"' && (quoted || empty)) quoted = !quoted;
    else if (quoted) put(mark === "\n" || mark === "\t" ? " " : mark);
    else if (mark === "\t") lines.at(-1).push("");
    else if (mark === "\n") lines.push([""]);
    else put(mark);
  }
  return lines.map(cells => cells.map(cell => cell.trim()));
}

// What a pasted text means in a column; nothing when it is not among the choices.
function meant(column, text) {
  if (!column.choices.length) return text;
  const wanted = plain(text);
  return column.choices.find(({label, value, also}) =>
    [label, value, ...also].some(said => plain(said) === wanted))?.value;
}

class Sheet {
  constructor(model, root) {
    Object.assign(this, {model, root, past: [], future: [], row: 0, column: 0, far: null, step: ""});
    this.known = model.get("value");
    this.of = model.get("of");
    this.serial = 0;
    this.build();
    this.hear();
    this.draw();
  }

  get columns() { return this.model.get("columns"); }
  get typed() { return this.columns.filter(column => !column.shown); }
  get fixed() { return this.model.get("fixed"); }
  // A table without rows shows one to begin with.
  get rows() {
    const rows = this.model.get("value");
    if (rows.length || this.fixed || !this.model.get("most")) return rows;
    return [this.first ??= this.blank()];
  }

  blank() {
    this.serial += 1;
    const id = `${this.model.get("of")}/n${Date.now().toString(36)}.${Math.random().toString(36).slice(2, 8)}.${this.serial}`;
    return {id, cells: {...this.model.get("blank")}};
  }

  isBlank({cells}) {
    return Object.entries(this.model.get("blank")).every(([name, value]) => cells[name] === value);
  }

  // --- what stands on the page ---------------------------------------------------------------

  build() {
    const heads = this.columns.map(({label, width}) =>
      make("th", {scope: "col", style: `width:${width}em;min-width:${width}em`}, label));
    const corner = make("th", {scope: "col", class: "rank"}, make("span", {class: "unseen"}, "Ligne"));
    this.table = make("table", {},
      make("caption", {class: "unseen"}, this.model.get("title")),
      make("thead", {}, make("tr", {}, corner, ...heads)));
    this.said = make("span", {role: "status", class: "said"});
    this.root.append(make("div", {class: "frame"}, this.table));
    if (this.fixed) return this.root.append(this.said);
    this.buttons = Object.fromEntries(BUTTONS.map(([name, label]) => {
      const one = make("button", {type: "button", class: "jupyter-button"}, label);
      one.dataset.lmSuppressShortcuts = "true";
      one.addEventListener("click", () => this[name]());
      return [name, one];
    }));
    this.root.append(
      make("div", {class: "tools"}, ...Object.values(this.buttons), this.said),
      make("p", {class: "help"}, HELP));
  }

  newBody(rank) {
    const cells = this.columns.map(column => make("td", {}, this.newField(column, rank)));
    const note = make("td", {colspan: cells.length + 1}, make("p"));
    this.table.append(make("tbody", {},
      make("tr", {}, make("th", {scope: "row", class: "rank"}, String(rank)), ...cells),
      make("tr", {class: "note", hidden: ""}, note)));
  }

  newField({name, label, hint, choices, shown}, rank) {
    const tag = shown ? "output" : choices.length ? "select" : "input";
    const field = make(tag, {"aria-label": `${label}, ligne ${rank}`});
    field.dataset.name = name;
    if (tag === "input") Object.assign(field, {type: "text", placeholder: hint, autocomplete: "off"});
    if (tag === "select") {
      field.dataset.lmSuppressShortcuts = "true";
      field.append(...choices.map(choice => make("option", {}, choice.label)));
    }
    return field;
  }

  field(row, name) {
    return this.table.tBodies[row]?.querySelector(`[data-name="${name}"]`);
  }

  draw() {
    const {rows, table} = this;
    while (table.tBodies.length < rows.length) this.newBody(table.tBodies.length + 1);
    while (table.tBodies.length > rows.length) table.tBodies[rows.length].remove();
    rows.forEach((row, rank) => this.fill(row.cells, rank));
    this.row = Math.max(0, Math.min(this.row, rows.length - 1));
    this.drawMarks();
    this.drawTools();
  }

  fill(cells, rank) {
    for (const {name, choices} of this.typed) {
      const field = this.field(rank, name), value = cells[name];
      if (choices.length) field.selectedIndex = choices.findIndex(one => one.value === value);
      else if (field.value !== String(value ?? "")) field.value = value ?? "";
    }
  }

  drawMarks() {
    const marks = this.model.get("marks");
    this.rows.forEach(({id}, rank) => this.drawMark(marks[id], rank));
  }

  drawMark({cells = {}, shown = {}, missing = [], reminder = "", note = ""} = {}, rank) {
    const line = this.table.tBodies[rank].querySelector(".note");
    const key = `${this.root.dataset.key}-${rank}`;
    for (const {name, shown: computed} of this.columns) {
      const field = this.field(rank, name);
      if (computed) field.textContent = shown[name] ?? "";
      else if (cells[name]) field.setAttribute("aria-describedby", `${key}-${name}`);
      else field.removeAttribute("aria-describedby");
      if (!computed) field.setAttribute("aria-invalid", String(Boolean(cells[name])));
      field.classList.toggle("missing", missing.includes(name));
    }
    line.querySelector("p").replaceChildren(
      ...(reminder ? [make("span", {class: "reminder"}, reminder, " ")] : []),
      ...Object.entries(cells).map(([name, text]) => make("span", {id: `${key}-${name}`}, text, " ")),
      ...(note ? [note] : []));
    line.hidden = !line.textContent;
    line.classList.toggle("later", Boolean(reminder) && !note && !Object.keys(cells).length);
  }

  drawTools() {
    if (this.fixed) return;
    const last = this.rows.length - 1;
    const off = {add: false, copy: last < 0, up: this.row < 1, down: this.row >= last, drop: last < 0};
    for (const [name, label] of BUTTONS.slice(1)) {
      this.buttons[name].disabled = off[name];
      this.buttons[name].setAttribute("aria-label", `${label} la ligne ${this.row + 1}`);
    }
    [...this.table.tBodies].forEach((body, rank) => body.classList.toggle("here", rank === this.row));
  }

  say(text) { this.said.textContent = text; }

  // --- what changes the rows -----------------------------------------------------------------

  set(rows, step = "", counted = "") {
    this.step = step;
    if (counted) this.model.set(counted, this.model.get(counted) + 1);
    this.model.set("value", rows);
    this.model.save_changes();
  }

  // Whoever changed them: this view, another one, or the kernel.
  changed() {
    const rows = this.model.get("value"), of = this.model.get("of");
    this.first = null;
    if (of !== this.of) [this.past, this.future, this.lastStep] = [[], [], ""];
    else if (rows !== this.known && !this.travelling) {
      if (!this.step || this.step !== this.lastStep) this.past.push(this.known);
      this.future = [];
      this.lastStep = this.step;
    }
    [this.known, this.of, this.step] = [rows, of, ""];
    this.draw();
  }

  travel(from, to) {
    if (!from.length) return;
    to.push(this.known);
    this.travelling = true;
    this.set(from.pop().map(({id, cells}) => ({id, cells})), "", "travelled");
    this.travelling = false;
    this.lastStep = "";
    this.go(this.row, this.column);
  }

  // Another table may show the same rows: of a row, only what was written here is to be taken.
  write(row, name, value) {
    const {id, cells, written = []} = this.rows[row];
    const changed = {id, cells: {...cells, [name]: value}, written: [...new Set([...written, name])]};
    this.set(this.rows.map(one => one.id === id ? changed : one), `${id}/${name}`);
  }

  hasRoom() {
    const room = this.rows.length < this.model.get("most");
    this.say(room ? "" : this.model.get("full"));
    return room;
  }

  insert(row, line, column) {
    if (!this.hasRoom()) return;
    this.set(this.rows.toSpliced(row, 0, line));
    this.go(row, column);
  }

  add() { this.insert(this.rows.length, this.blank(), 0); }

  copy() {
    this.insert(this.row + 1, {...this.blank(), cells: {...this.rows[this.row].cells}}, this.column);
  }

  drop() {
    this.say("");
    this.set(this.rows.toSpliced(this.row, 1));
    this.go(Math.min(this.row, this.rows.length - 1), this.column);
  }

  up() { this.move(-1); }
  down() { this.move(1); }

  move(by) {
    const to = this.row + by;
    if (this.fixed || to < 0 || to >= this.rows.length) return;
    const rows = [...this.rows];
    [rows[this.row], rows[to]] = [rows[to], rows[this.row]];
    this.set(rows);
    this.go(to, this.column);
  }

  // --- blocks --------------------------------------------------------------------------------

  get block() {
    const far = this.far ?? this;
    return {
      top: Math.min(this.row, far.row), bottom: Math.max(this.row, far.row),
      left: Math.min(this.column, far.column), right: Math.max(this.column, far.column),
    };
  }

  pick(far) {
    this.far = far && (far.row !== this.row || far.column !== this.column) ? far : null;
    const {top, bottom, left, right} = this.block;
    this.rows.forEach((_, row) => this.typed.forEach(({name}, column) => {
      const inside = row >= top && row <= bottom && column >= left && column <= right;
      this.field(row, name).classList.toggle("picked", Boolean(this.far) && inside);
    }));
  }

  text() {
    const {top, bottom, left, right} = this.block;
    const columns = this.typed.slice(left, right + 1);
    return this.rows.slice(top, bottom + 1).map(({cells}) => columns.map(({name, choices}) =>
      choices.find(({value}) => value === cells[name])?.label ?? cells[name]).join("\t")).join("\n");
  }

  clear() {
    const {top, bottom, left, right} = this.block;
    const blank = this.model.get("blank");
    const emptied = this.typed.slice(left, right + 1).map(({name}) => [name, blank[name]]);
    this.set(this.rows.map((one, rank) => rank < top || rank > bottom ? one
      : {id: one.id, cells: {...one.cells, ...Object.fromEntries(emptied)}}));
  }

  paste(text) {
    let lines = readBlock(text);
    const {top, left} = this.block;
    const columns = this.typed.slice(left);
    if (lines.length > 1 && lines[0].every((cell, rank) =>
      columns[rank] && plain(cell) === plain(columns[rank].label))) lines = lines.slice(1);
    const room = (this.fixed ? this.rows.length : this.model.get("most")) - top;
    const rows = [...this.rows], strange = new Set();
    lines.slice(0, room).forEach((cells, rank) => {
      const line = rows[top + rank] ?? this.blank();
      rows[top + rank] = {id: line.id, cells: {...line.cells, ...this.read(cells, columns, strange)}};
    });
    this.set(rows, "", "pasted");
    this.go(top, left);
    this.pick({row: Math.min(top + lines.length, top + room) - 1,
      column: Math.min(left + Math.max(...lines.map(cells => cells.length)), this.typed.length) - 1});
    this.sayPasted(lines.length - room, strange);
  }

  read(cells, columns, strange) {
    const found = {};
    cells.slice(0, columns.length).forEach((text, rank) => {
      const value = meant(columns[rank], text);
      if (value === undefined) strange.add(`«\u00a0${text}\u00a0»`);
      else found[columns[rank].name] = value;
    });
    return found;
  }

  sayPasted(left, strange) {
    const parts = [];
    if (left > 0) parts.push(`Il n’y avait plus de place pour ${several(left, "ligne", "lignes")} du bloc.`);
    if (strange.size) parts.push(`Hors des listes, et donc à choisir : ${[...strange].join(", ")}.`);
    this.say(parts.join(" "));
  }

  // --- the keyboard and the mouse ------------------------------------------------------------

  go(row, column) {
    const field = this.field(row, this.typed[column]?.name);
    if (!field) return;
    field.focus();
    field.select?.();
  }

  place(target) {
    const body = target.closest?.("tbody");
    const column = this.typed.findIndex(({name}) => name === target.dataset?.name);
    return body && column >= 0 ? {row: [...this.table.tBodies].indexOf(body), column} : null;
  }

  hear() {
    const on = (name, act) => this.table.addEventListener(name, event => {
      const place = this.place(event.target);
      if (place) act(event, place);
    });
    on("input", ({target}, {row}) => target.tagName === "INPUT" && this.write(row, target.dataset.name, target.value));
    on("change", ({target}, {row, column}) => target.tagName === "SELECT"
      && this.write(row, target.dataset.name, this.typed[column].choices[target.selectedIndex].value));
    on("focusin", ({target}, place) => this.enter(target, place));
    on("keydown", event => this.press(event));
    on("mousedown", (event, place) => event.shiftKey && this.stretch(event, place));
    on("mouseover", (event, place) => event.buttons === 1 && this.stretch(event, place));
    on("paste", event => this.takePaste(event));
    on("copy", event => this.giveBlock(event));
    on("cut", event => this.giveBlock(event) && this.clear());
    this.follow = {"change:value change:of": () => this.changed(), "change:marks": () => this.drawMarks(),
      "change:most": () => this.draw()};
    for (const [names, act] of Object.entries(this.follow)) this.model.on(names, act);
  }

  leave() {
    for (const [names, act] of Object.entries(this.follow)) this.model.off(names, act);
  }

  enter(field, place) {
    if (this.stretching) return;
    Object.assign(this, place);
    this.before = field.value;
    this.pick(null);
    this.drawTools();
  }

  stretch(event, place) {
    if (document.activeElement !== this.field(this.row, this.typed[this.column].name)) return;
    event.preventDefault();
    this.pick(place);
  }

  takePaste(event) {
    const text = event.clipboardData.getData("text/plain");
    const one = event.target.tagName === "INPUT" && !/[\t\r\n]/.test(text.replace(/[\r\n]+$/, ""));
    if (one && !this.far && !/[\r\n]+$/.test(text)) return;
    event.preventDefault();
    this.paste(text);
  }

  giveBlock(event) {
    if (!this.far && event.target.tagName === "INPUT") return false;
    event.preventDefault();
    event.clipboardData.setData("text/plain", this.text());
    return true;
  }

  press(event) {
    const {key, shiftKey, altKey, target} = event, control = event.ctrlKey || event.metaKey;
    const act = control ? this.withControl(key.toLowerCase(), shiftKey)
      : altKey ? this.withAlt(key, target)
      : this.alone(key, shiftKey, target);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  withControl(key, shift) {
    if (key === "z" && !shift) return () => this.travel(this.past, this.future);
    if (key === "y" || key === "z") return () => this.travel(this.future, this.past);
    return key === "d" && !this.fixed && (() => this.copy());
  }

  withAlt(key, {tagName}) {
    if (tagName === "SELECT") return null;  // Alt + ↓ opens a list
    return {ArrowUp: () => this.up(), ArrowDown: () => this.down()}[key];
  }

  alone(key, shift, field) {
    if (key === "Enter") return () => this.enterKey(shift ? -1 : 1);
    if (key === "Escape") return () => this.giveUp(field);
    if (key === "F2") return () => field.setSelectionRange?.(field.value.length, field.value.length);
    if (key === "Delete" && this.far) return () => this.clear();
    const [down, right] = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[key]
      ?? [0, 0];
    if (!down && !right) return null;
    if (shift) return (down || this.far) && (() => this.grow(down, right));
    return (down || this.atEdge(field, right)) && (() => this.go(this.row + down, this.column + right));
  }

  // The caret leaves a cell where its text ends, or at once when the whole of it is selected.
  atEdge({tagName, value, selectionStart, selectionEnd}, right) {
    if (tagName === "SELECT" || (selectionStart === 0 && selectionEnd === value.length)) return true;
    return selectionStart === selectionEnd && selectionStart === (right > 0 ? value.length : 0);
  }

  grow(down, right) {
    const {row, column} = this.far ?? this;
    const inside = (value, last) => Math.max(0, Math.min(value, last));
    this.pick({row: inside(row + down, this.rows.length - 1),
      column: inside(column + right, this.typed.length - 1)});
  }

  enterKey(by) {
    const last = this.row === this.rows.length - 1;
    if (by > 0 && last && !this.fixed && !this.isBlank(this.rows[this.row])) {
      this.insert(this.row + 1, this.blank(), this.column);
    } else this.go(this.row + by, this.column);
  }

  giveUp(field) {
    if (field.tagName === "INPUT" && field.value !== this.before) {
      this.write(this.row, field.dataset.name, this.before);
      field.select();
    } else this.pick(null);
  }
}

let sheets = 0;

export default {
  render({model, el}) {
    sheets += 1;
    el.dataset.key = `rfm-sheet-${sheets}`;
    const sheet = new Sheet(model, el);
    return () => sheet.leave();
  },
};
