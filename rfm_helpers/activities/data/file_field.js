/** A button that chooses a file, and the name of the one chosen. */

function render({ model, el }) {
  const [input, button, name] = ["input", "button", "span"].map((tag) =>
    document.createElement(tag));
  input.type = "file";
  input.hidden = true;
  input.accept = model.get("accept");
  button.type = "button";
  button.className = "jupyter-button";
  button.textContent = model.get("description");
  button.title = model.get("tooltip");
  name.setAttribute("role", "status");
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const content = new DataView(await file.arrayBuffer());
    input.value = "";  // the same file can be chosen again
    model.set("value", [{ name: file.name, content }]);
    model.save_changes();
  });
  const show = () => { name.textContent = model.get("value")[0]?.name ?? ""; };
  model.on("change:value", show);
  show();
  el.classList.add("rfm-file");
  el.append(input, button, name);
}

export default { render };
