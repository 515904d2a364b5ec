// What the course asks of JupyterLab's page, as an extension that needs no build: `lab.py` lays it
// in `.jupyter`, and `tests/browser/test_front.py` tries each of its parts.
(() => {
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const ERROR = "application/vnd.jupyter.error";
  const STDERR = "application/vnd.jupyter.stderr";
  // Of a result that is brought into view, in CSS pixels: the lines of code above it that stay.
  const MARGIN = 48;

  // --- a busy computer ---------------------------------------------------------------------------

  // anywidget gives a widget two seconds to start; after that it no longer hears its kernel.
  const LONGEST_WAIT = 600_000;
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = time => timeout(time === 2000 ? LONGEST_WAIT : time);

  // --- activities whose kernel is gone ----------------------------------------------------------

  const outputsOf = panel => [...panel.content.model.cells]
    .filter(cell => cell.type === "code")
    .flatMap(({outputs}) => Array.from({length: outputs.length}, (_, rank) => ({outputs, rank})));
  const modelOf = ({outputs, rank}) => outputs.get(rank).data[VIEW]?.model_id;

  // Show the stored picture, which says to run the cell, in the place of each of these activities.
  function putToSleep(panel, activities) {
    unchanged(panel.content.model, () => {
      for (const {outputs, rank} of activities) {
        const output = outputs.get(rank).toJSON();
        delete output.data[VIEW];
        outputs.set(rank, output);
      }
    });
  }

  async function putOrphansToSleep(panel, kernel) {
    const shown = outputsOf(panel).filter(modelOf).map(one => [one, modelOf(one)]);
    if (!shown.length) return;
    const reply = await kernel?.requestCommInfo({target_name: "jupyter.widget"});
    const alive = reply?.content.comms ?? {};
    const orphans = shown.filter(([one, model]) => modelOf(one) === model && !(model in alive));
    putToSleep(panel, orphans.map(([one]) => one));
  }

  function sleepWithoutKernel(panel, {sessionContext}) {
    sessionContext.kernelChanged.connect((_, {newValue}) => putOrphansToSleep(panel, newValue));
    sessionContext.statusChanged.connect((_, status) => {
      if (["restarting", "dead"].includes(status)) putToSleep(panel, outputsOf(panel).filter(modelOf));
    });
    sessionContext.connectionStatusChanged.connect((_, status) => {
      panel.toggleClass("rfm-cut", status !== "connected");
    });
  }

  // --- a lesson that was only read stays clean, and two savings do not meet -----------------------

  function unchanged(model, act) {
    const {dirty} = model;
    act();
    model.dirty = dirty;
  }

  // The kernel describes itself in each notebook: that is no change of the learner's.
  function stayClean(panel, {model}) {
    const setMetadata = model.setMetadata.bind(model);
    model.setMetadata = (name, value) => ["kernelspec", "language_info"].includes(name)
      ? unchanged(model, () => setMetadata(name, value))
      : setMetadata(name, value);
  }

  // While a file is being saved, JupyterLab takes it for one that somebody else has changed.
  function saveInTurn(panel, context) {
    const save = context.save.bind(context);
    let last = Promise.resolve();
    context.save = () => last = last.then(() => save(), () => save());
  }

  // --- errors: a French sentence, the rest folded -------------------------------------------------

  const SUMMARY = "<summary>Détails techniques</summary><pre></pre>";
  const plain = text => text.replace(/\x1b\[[0-9;]*m/g, "");
  const unknown = name => `⚠ La cellule s’est arrêtée sur une erreur (${name}) : relisez ce que `
    + "vous y avez changé ; sinon, montrez les détails à votre enseignant.";

  function sentenceAndDetails({ename, traceback}) {
    const hinted = plain(traceback[0] ?? "").startsWith("⚠");
    const sentence = document.createElement("p");
    sentence.textContent = hinted ? plain(traceback[0]) : unknown(ename);
    const details = document.createElement("details");
    details.innerHTML = SUMMARY;
    details.lastChild.textContent = plain(traceback.slice(hinted ? 1 : 0).join("\n"));
    return details.lastChild.textContent ? [sentence, details] : [sentence];
  }

  function showError({node}, error) {
    node.classList.add("rfm-error");
    node.replaceChildren(...sentenceAndDetails(error));
  }

  function foldErrors(panel) {
    const {rendermime} = panel.content;
    const factory = rendermime.getFactory(STDERR);
    rendermime.addFactory({
      ...factory,
      createRenderer: options => {
        const renderer = factory.createRenderer(options);
        const render = renderer.renderModel.bind(renderer);
        renderer.renderModel = async model =>
          model.data[ERROR] ? showError(renderer, model.data[ERROR]) : render(model);
        return renderer;
      },
    });
  }

  // --- a result is seen from its start ------------------------------------------------------------

  const GESTURES = ["wheel", "touchmove", "pointerdown", "keydown"];

  function untilGesture(observer) {
    const stop = new AbortController();
    stop.signal.addEventListener("abort", () => observer.disconnect());
    for (const gesture of GESTURES)
      document.addEventListener(gesture, () => stop.abort(), {signal: stop.signal, capture: true});
    return stop;
  }

  // Keep the start of a cell's result in view, and the next cell if there is room, until the
  // reader does something.
  function follow(notebook, ran, next) {
    const scroller = notebook.outerNode;
    const observer = new ResizeObserver(() => {
      const frame = scroller.getBoundingClientRect();
      const result = ran.outputArea.node;
      const start = (result.offsetHeight ? result : next.node).getBoundingClientRect().top;
      const end = next.node.getBoundingClientRect().bottom;
      scroller.scrollTop +=
        Math.min(start - frame.top - MARGIN, Math.max(end - frame.bottom + MARGIN, 0));
    });
    observer.observe(ran.node);
    return untilGesture(observer);
  }

  function showResults(panel, {sessionContext}) {
    const notebook = panel.content;
    const scrollToItem = notebook.scrollToItem.bind(notebook);
    let followed = new AbortController();
    const show = (ran, next) => {
      followed.abort();
      followed = follow(notebook, ran, next);
    };
    // « smart » is how JupyterLab scrolls after a run; with a preference, to the cell that follows.
    notebook.scrollToItem = async (index, align, margin, preference) => {
      const ran = notebook.widgets[preference ? index - 1 : index];
      if (align === "smart" && ran?.outputArea) show(ran, notebook.widgets[index]);
      else await scrollToItem(index, align, margin, preference);
    };
    sessionContext.iopubMessage.connect((_, {header, parent_header}) => {
      if (header.msg_type !== "error") return;
      const ran = notebook.widgets.find(
        cell => cell.outputArea?.future?.msg.header.msg_id === parent_header.msg_id);
      if (ran) show(ran, ran);
    });
  }

  // --- how far the learner is, above the first lesson ----------------------------------------------

  const FIRST = /(^|\/)00_[^/]*$/;
  const PROGRESS = "__import__('rfm_helpers').course_progress().summary";

  // An expression of the kernel's, as HTML; nothing of it stays in the notebook or its kernel.
  async function computed(sessionContext, expression) {
    await sessionContext.ready;
    const reply = await sessionContext.session?.kernel?.requestExecute(
      {code: "", silent: true, user_expressions: {expression}}).done;
    return reply?.content.user_expressions?.expression.data?.["text/html"];
  }

  async function showProgress(panel, {path, ready, sessionContext}) {
    if (!FIRST.test(path)) return;
    await ready;
    const html = await computed(sessionContext, PROGRESS);
    if (!html || panel.isDisposed) return;
    const line = document.createElement("div");
    line.className = "rfm-progress jp-RenderedHTMLCommon";
    line.innerHTML = html;
    panel.content.widgets[0].node.before(line);
  }

  // --- links to a lesson, or to one of its sections ------------------------------------------------

  // Those that JupyterLab does not follow by itself.
  const LINKS = ".jupyter-widgets a[href], .rfm-progress a[href]";

  function openLinks({commands, shell}) {
    document.addEventListener("click", async event => {
      const link = event.target.closest(LINKS);
      const from = shell.currentWidget?.context?.path;
      if (!link || !from) return;
      const {protocol, pathname, hash} = new URL(link.getAttribute("href"), `file:///${from}`);
      if (protocol !== "file:") return;
      event.preventDefault();
      const [path, section] = [pathname.slice(1), hash].map(decodeURIComponent);
      const panel = await commands.execute("docmanager:open", {path});
      if (section && panel?.content.viewportNode) goTo(panel, section);
    });
  }

  // Keep a section in view while its lesson is being drawn.
  function goTo(panel, section) {
    const observer = new ResizeObserver(() => panel.setFragment(section));
    observer.observe(panel.content.viewportNode);
    untilGesture(observer);
  }

  // --- what JupyterLab would say in English --------------------------------------------------------

  // What the French pack lacks, of what a learner meets.
  const FRENCH = {
    "Are you sure you want to delete this cell?": "Voulez-vous vraiment supprimer cette cellule ?",
    "Cell %1/%2": "Cellule %1/%2",
    "Collapse Output": "Replier le résultat",
    "Copy Selected Text": "Copier le texte choisi",
    "Cut Selected Text": "Couper le texte choisi",
    "Delete the cell": "Supprimer la cellule",
    "Do not ask me again": "Ne plus me le demander",
    "Executed %1/%2 cells": "Cellules exécutées : %1 sur %2",
    "Expand Output": "Déplier le résultat",
    "Go to cell number between 1 and %1": "Aller à la cellule, de 1 à %1",
    "Go to cell…": "Aller à la cellule…",
    "Ignore this warning for future deletions.": "Supprimer désormais sans cette question.",
    "Kernel '%1' for '%2' is still initializing. You can run code cells when the kernel has initialized.":
      "Python démarre : exécutez de nouveau la cellule dans quelques secondes.",
    "Output View": "Vue du résultat",
    "Paste Text": "Coller le texte",
    "Paste Unavailable": "Collez au clavier",
    "The cell is read-only and cannot be merged.":
      "Cette cellule ne se modifie pas : elle ne peut pas être fusionnée.",
    "The cell is read-only and cannot be split.":
      "Cette cellule ne se modifie pas : elle ne peut pas être coupée en deux.",
    "Toggle Scrolling for Outputs": "Faire défiler le résultat, ou le montrer entier",
  };

  function completeFrench(translator) {
    Object.assign(translator.load("jupyterlab")._dictionary.jupyterlab?.["fr-FR"] ?? {},
      Object.fromEntries(Object.entries(FRENCH).map(([text, french]) => [text, [french]])));
  }

  // The dialogs of a notebook and of its kernel are made without the language of the page.
  function speakFrench(panel, {sessionContext}) {
    panel._trans = sessionContext._trans = panel.content.translator.load("jupyterlab");
  }

  // ------------------------------------------------------------------------------------------------

  const improvements =
    [speakFrench, sleepWithoutKernel, stayClean, saveInTurn, foldErrors, showResults, showProgress];
  const plugin = {
    id: "rfm-cours:plugin",
    autoStart: true,
    activate: (app, translator) => {
      completeFrench(translator);
      openLinks(app);
      const {docRegistry, shell, restored} = app;
      docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel, context) =>
          improvements.forEach(improve => improve(panel, context, app)),
      });
      // A lesson has the whole width, until the learner opens the file browser.
      Promise.all([shell.restored, restored]).then(([{fresh}]) => {
        if (fresh && location.pathname.endsWith(".ipynb")) shell.collapseLeft();
      });
    },
  };
  let shared;
  const get = async () => {
    const [translation] = Object.values(shared["@jupyterlab/translation"]);
    const {ITranslator} = (await translation.get())();
    return () => ({__esModule: true, default: {...plugin, requires: [ITranslator]}});
  };
  (window._JUPYTERLAB ??= {})["rfm-cours"] = {init(scope) { shared = scope; }, get};
})();
