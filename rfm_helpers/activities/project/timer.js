// A timer for a talk, slide by slide: it keeps the moment it began, so that no time is lost while
// nobody looks, or until the page is back. `timer.py` tells the traits.

const HELP = "Espace : démarrer ou faire une pause. → ou Page suivante : diapositive suivante. "
  + "← ou Page précédente : la précédente.";
const KEYS = {
  " ": "toggle", Enter: "next", ArrowRight: "next", PageDown: "next", ArrowLeft: "back",
  PageUp: "back",
};
const PRESSING = [" ", "Enter"];
const minute = 60000;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// 61 500 ms as « 1:02 »: what is left is never less than what is shown.
export function clock(ms) {
  const seconds = Math.ceil(Math.abs(ms) / 1000);
  const sign = ms < 0 && seconds ? "−" : "";
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// How long each slide took, that which is on the screen included.
export function spent({slide, since, spent: past}, now) {
  return past.map((ms, rank) => ms + (rank === slide && since !== null ? Math.max(0, now - since) : 0));
}

class Timer {
  constructor(model, root) {
    Object.assign(this, {model, root, told: ""});
    this.build();
    this.onValue = () => this.draw();
    this.onSlides = () => this.draw();
    model.on("change:value", this.onValue);
    model.on("change:slides", this.onSlides);
    this.beat = setInterval(() => this.tick(), 200);
    this.draw();
  }

  leave() {
    clearInterval(this.beat);
    this.model.off("change:value", this.onValue);
    this.model.off("change:slides", this.onSlides);
  }

  get slides() { return this.model.get("slides"); }
  get state() { return this.model.get("value"); }
  get running() { return this.state.since !== null; }

  build() {
    this.left = make("span", {class: "left"});
    this.pace = make("span");
    this.done = make("div", {class: "done"});
    this.title = make("p", {class: "title"});
    this.message = make("p", {class: "message"});
    this.notes = make("p", {class: "notes", tabindex: "0"});
    this.after = make("p", {class: "next"});
    this.frame = make("div", {class: "frame", tabindex: "0", role: "group", "aria-label": "Minuteur de l’exposé"},
      make("div", {class: "clock"}, this.left, this.pace),
      make("div", {class: "track"}, this.done),
      this.title, this.message, this.notes, this.after);
    this.buttons = Object.fromEntries([
      ["toggle", "Démarrer"], ["back", "Précédente"], ["next", "Suivante"], ["reset", "Remettre à zéro"],
    ].map(([name, label]) => {
      const one = make("button", {type: "button", class: "jupyter-button"}, label);
      one.addEventListener("click", () => this[name]());
      return [name, one];
    }));
    this.said = make("p", {class: "said", role: "status"});
    this.table = make("table");
    const times = make("details", {}, make("summary", {}, "Le temps de chaque diapositive"), this.table);
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");  // JupyterLab leaves the keys
    this.root.append(this.frame, make("div", {class: "tools"}, ...Object.values(this.buttons)),
      make("p", {class: "help"}, HELP), this.said, times);
    this.root.addEventListener("keydown", event => this.press(event));
  }

  // A button that has the focus keeps the keys that press it.
  press(event) {
    const act = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key];
    if (!act || (PRESSING.includes(event.key) && event.target.closest("button, summary"))) return;
    event.preventDefault();
    event.stopPropagation();
    this[act]();
  }

  // --- what is done ---------------------------------------------------------------------------

  write(changes) {
    this.model.set("value", {...this.state, ...changes});
    this.model.save_changes();
  }

  toggle() {
    const now = Date.now();
    if (this.running) this.write({since: null, spent: spent(this.state, now)});
    else this.write({since: now, before: null});
  }

  next() { this.go(1); }
  back() { this.go(-1); }

  go(by) {
    const slide = this.state.slide + by;
    if (slide < 0 || slide >= this.slides.length) return;
    const now = Date.now();
    this.write({slide, since: this.running ? now : null, spent: spent(this.state, now)});
  }

  // What is put to zero can be had back, as long as nothing is started again.
  reset() {
    const {before, slide} = this.state;
    if (before) return this.write({slide: before.slide, spent: before.spent, since: null, before: null});
    const past = spent(this.state, Date.now());
    this.write({slide: 0, since: null, spent: past.map(() => 0), before: {slide, spent: past}});
  }

  // --- what is shown --------------------------------------------------------------------------

  draw() {
    const {slide} = this.state, {slides} = this;
    const here = slides[slide], next = slides[slide + 1];
    this.title.textContent = `${slide + 1}. ${here.title}`;
    this.message.textContent = here.message;
    this.notes.textContent = here.notes || "Aucune note pour cette diapositive.";
    this.notes.scrollTop = 0;
    this.after.textContent = next ? `Ensuite\u00a0: ${next.title}` : "C’est la dernière diapositive.";
    this.buttons.toggle.textContent = this.running ? "Pause" : "Démarrer";
    this.buttons.reset.textContent = this.state.before ? "Annuler la remise à zéro" : "Remettre à zéro";
    this.buttons.back.disabled = slide === 0;
    this.buttons.next.disabled = !next;
    this.tick();
  }

  tick() {
    const past = spent(this.state, Date.now()), {slide} = this.state;
    const total = past.reduce((sum, ms) => sum + ms, 0), most = this.model.get("minutes") * minute;
    const planned = this.slides[slide].minutes * minute;
    this.show(this.left, clock(most - total));
    this.show(this.pace, `Diapositive\u00a0: ${clock(past[slide])} sur ${clock(planned)}`);
    this.done.style.width = `${Math.min(100, 100 * total / most)}%`;
    this.frame.classList.toggle("over", total > most);
    this.frame.classList.toggle("short", total <= most && past[slide] > planned);
    this.tell(total, most, past[slide] > planned);
    this.times(past);
  }

  show(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  tell(total, most, late) {
    const told = total > most ? "Le temps est écoulé\u00a0: concluez."
      : total > most - minute ? "Il reste une minute."
      : late && this.running ? "Le temps de cette diapositive est passé\u00a0: continuez." : "";
    this.show(this.said, told);
  }

  times(past) {
    const shown = past.map(clock).join();
    if (shown === this.shown && this.listed === this.slides) return;
    [this.shown, this.listed] = [shown, this.slides];
    const rows = this.slides.map(({title, minutes}, rank) =>
      make("tr", rank === this.state.slide ? {class: "here"} : {},
        make("td", {}, `${rank + 1}. ${title}`), make("td", {}, clock(minutes * minute)),
        make("td", {}, clock(past[rank]))));
    const head = make("tr", {}, ...["Diapositive", "Prévu", "Passé"].map(text => make("th", {scope: "col"}, text)));
    this.table.replaceChildren(head, ...rows);
  }
}

export default {
  render({model, el}) {
    const timer = new Timer(model, el);
    return () => timer.leave();
  },
};
