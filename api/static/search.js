// Suggestions while somebody types: the server writes them, this shows them (ARIA 1.2, combobox with a listbox).
// Without this file the search form works as it stands.

"use strict";

{
  const patience = 150;

  function enhance(form) {
    const input = form.querySelector('input[type="search"]');
    const address = form.dataset.suggestions;
    const list = form.querySelector('[role="listbox"]');
    const status = form.querySelector('[role="status"]');
    if (!input || !address || !list) return;
    let waiting = 0;
    let asked = "";
    let current = -1;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const options = () => [...list.querySelectorAll('[role="option"]')];

    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) choose(-1);
    }

    function choose(place) {
      const all = options();
      current = place;
      all.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
      if (place < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", all[place].id);
        all[place].scrollIntoView({ block: "nearest" });
      }
    }

    async function ask() {
      const words = input.value.trim();
      asked = words;
      if (words.length < 2) return show(false);
      const wanted = new URL(address, location.href);
      wanted.searchParams.set("q", words);
      const answer = await fetch(wanted, { headers: { accept: "text/html" } }).catch(() => null);
      if (!answer || !answer.ok || asked !== words) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = [...page.querySelectorAll('[role="option"]')];
      // The field's own numbers: two fields on a page must not share them.
      found.forEach((option) => { option.id = `${list.id}-${option.id}`; });
      list.replaceChildren(...found.map((option) => document.adoptNode(option)));
      status.textContent = found.length ? status.dataset.some.replace("{}", found.length) : status.dataset.none;
      current = -1;
      show(found.length > 0 && document.activeElement === input);
    }

    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, patience);
    });
    input.addEventListener("keydown", (event) => {
      const number = options().length;
      if (event.key === "Escape" && !list.hidden) {
        show(false);
        event.preventDefault();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden || !number) return;
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(current < 0 && step < 0 ? number - 1 : (current + step + number) % number);
        event.preventDefault();
      } else if (event.key === "Enter" && current >= 0) {
        location.assign(options()[current].dataset.href);
        event.preventDefault();
      }
    });
    input.addEventListener("blur", () => setTimeout(() => show(false), 100));
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest('[role="option"]');
      if (!option) return;
      event.preventDefault();
      location.assign(option.dataset.href);
    });
  }

  document.querySelectorAll("form[data-suggestions]").forEach(enhance);
}
