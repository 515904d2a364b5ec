// What the course asks of JupyterLab's page, as an extension that needs no build: `lab.py` lays it
// in `.jupyter`, and `tests/browser/test_front.py` tries each of its parts.
(() => {
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const ERROR = "application/vnd.jupyter.error";
  const STDERR = "application/vnd.jupyter.stderr";
  // Of a result that is brought into view, in CSS pixels: the lines of code above it that stay.
  const MARGIN = 48;

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
    const stop = new AbortController();
    stop.signal.addEventListener("abort", () => observer.disconnect());
    for (const gesture of GESTURES)
      document.addEventListener(gesture, () => stop.abort(), {signal: stop.signal, capture: true});
    return stop;
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

  async function showProgress(panel, {path, ready, sessionContext}, {commands}) {
    if (!FIRST.test(path)) return;
    await ready;
    const html = await computed(sessionContext, PROGRESS);
    if (!html || panel.isDisposed) return;
    const line = document.createElement("div");
    line.className = "rfm-progress jp-RenderedHTMLCommon";
    line.innerHTML = html;
    line.addEventListener("click", event => {
      const name = event.target.getAttribute("href");
      if (!name) return;
      event.preventDefault();
      commands.execute("docmanager:open", {path: path.replace(/[^/]*$/, name)});
    });
    panel.content.widgets[0].node.before(line);
  }

  // --- a word of the status bar that the French pack lacks ----------------------------------------

  function sayCellInFrench(bar) {
    const mend = () => {
      const texts = document.createTreeWalker(bar, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const {currentNode} = texts;
        if (/^Cell\b/.test(currentNode.nodeValue)) {
          currentNode.nodeValue = currentNode.nodeValue.replace("Cell", "Cellule");
        }
      }
    };
    new MutationObserver(mend).observe(bar, {childList: true, subtree: true, characterData: true});
    mend();
  }

  // ------------------------------------------------------------------------------------------------

  const improvements =
    [sleepWithoutKernel, stayClean, saveInTurn, foldErrors, showResults, showProgress];
  const plugin = {
    id: "rfm-cours:plugin",
    autoStart: true,
    activate: app => {
      const {docRegistry, shell, restored} = app;
      docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel, context) =>
          improvements.forEach(improve => improve(panel, context, app)),
      });
      restored.then(() => sayCellInFrench(document.getElementById("jp-main-statusbar")));
      // A lesson has the whole width, until the learner opens the file browser.
      Promise.all([shell.restored, restored]).then(([{fresh}]) => {
        if (fresh && location.pathname.endsWith(".ipynb")) shell.collapseLeft();
      });
    },
  };
  const get = async () => () => ({__esModule: true, default: plugin});
  (window._JUPYTERLAB ??= {})["rfm-cours"] = {init() {}, get};
})();
