// Only what makes the pages more comfortable; without it everything works.
(() => {
  // Nobody looks: nothing need be asked again.
  document.addEventListener("htmx:beforeRequest", event => {
    const open = event.target.querySelector?.("details[open]");
    if (document.hidden || open) event.preventDefault();
  });
  for (const form of document.querySelectorAll("[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    const over = on => event => { event.preventDefault(); form.classList.toggle("over", on); };
    form.addEventListener("dragover", over(true));
    form.addEventListener("dragleave", over(false));
    form.addEventListener("drop", event => {
      over(false)(event);
      input.files = event.dataTransfer.files;
      if (input.files.length) form.requestSubmit();
    });
  }
})();
