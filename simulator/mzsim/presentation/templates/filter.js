(() => {
  const text = document.getElementById("text"), tag = document.getElementById("tag");
  const counted = document.getElementById("shown");
  const buttons = [...document.querySelectorAll("button[data-verdict]")];
  const cases = [...document.querySelectorAll(".case")].map(el => ({
    el, verdict: el.dataset.verdict, text: el.dataset.text, tags: JSON.parse(el.dataset.tags) }));
  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = buttons.filter(b => b.getAttribute("aria-pressed") === "true").map(b => b.dataset.verdict);
    const wanted = tag ? tag.value : "";
    let shown = 0;
    for (const c of cases) {
      const fits = words.every(w => c.text.includes(w)) && (!verdicts.length || verdicts.includes(c.verdict))
        && (!wanted || c.tags.includes(wanted));
      c.el.hidden = !fits;
      shown += fits;
    }
    counted.textContent = `${shown} ${counted.dataset.of} ${cases.length}`;
    document.getElementById("none").hidden = shown > 0;
  };
  for (const b of buttons) b.addEventListener("click", () => {
    b.setAttribute("aria-pressed", b.getAttribute("aria-pressed") !== "true");
    filter();
  });
  text.addEventListener("input", filter);
  if (tag) tag.addEventListener("change", filter);
  filter();
})();
