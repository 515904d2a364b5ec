/** A colour: its code, which can be typed, and the browser's chooser beside it. */

const CODE = /^#[0-9a-f]{6}$/i;

function render({ model, el }) {
  const label = document.createElement("label");
  const [code, chooser] = ["text", "color"].map((type) => {
    const field = document.createElement("input");
    field.type = type;
    return field;
  });
  label.append(model.get("description"), " ", code);
  code.size = 8;
  chooser.setAttribute("aria-label", model.get("chooser"));
  const show = () => {
    const value = model.get("value");
    if (code.value !== value) code.value = value;
    chooser.value = CODE.test(value) ? value : model.get("fallback");
  };
  for (const field of [code, chooser])
    field.addEventListener("input", () => {
      model.set("value", field.value);
      model.save_changes();
    });
  model.on("change:value", show);
  show();
  el.classList.add("rfm-color");
  el.append(label, chooser);
}

export default { render };
