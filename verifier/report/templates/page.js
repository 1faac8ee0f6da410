"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const cards = all(".card");
  const marks = all(".q");
  const filters = document.querySelector(".filters");

  // Choosing a quote opens it, closes the one before, and shows where it stands in the article.
  const choose = (card) => {
    for (const other of cards) if (other !== card && other.dataset.n) other.open = false;
    card.open = true;
    for (const mark of marks) {
      const chosen = mark.dataset.n === card.dataset.n;
      mark.classList.toggle("chosen", chosen);
      if (chosen) mark.setAttribute("aria-current", "true");
      else mark.removeAttribute("aria-current");
    }
  };
  const follow = (hash) => {
    const body = /^#q\d+$/.test(hash) && document.getElementById(hash.slice(1));
    const card = body && body.closest(".card");
    if (!card) return false;
    card.hidden = false;
    choose(card);
    const summary = card.querySelector("summary");
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "nearest" });
    card.scrollIntoView({ block: "nearest" });
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#q"]');
    if (link && follow(link.hash)) {
      event.preventDefault();
      history.replaceState(null, "", link.hash);
    }
  });
  addEventListener("hashchange", () => follow(location.hash));
  for (const card of cards) {
    if (!card.dataset.n) continue;
    card.querySelector("summary").addEventListener("click", (event) => {
      if (card.open) return;
      event.preventDefault();
      choose(card);
    });
  }
  follow(location.hash);

  // Filters: verdicts add up, the other choices narrow.
  const pressed = new Set();
  const items = all("[data-verdict].card, [data-find]");
  const note = filters && filters.querySelector("output");
  const value = (name) => (filters.elements[name] ? filters.elements[name].value : "");
  const fits = (item, words) =>
    (!pressed.size || pressed.has(item.dataset.verdict)) &&
    (!value("kind") || item.dataset.kind === value("kind")) &&
    (!value("difference") || item.dataset.difference.split(" ").includes(value("difference"))) &&
    (!words || item.textContent.toLowerCase().includes(words));
  const apply = () => {
    const words = value("words").trim().toLowerCase();
    const shown = new Set();
    let count = 0;
    for (const item of items) {
      item.hidden = !fits(item, words);
      if (!item.hidden) { count += 1; shown.add(item.dataset.n); }
    }
    for (const mark of marks) mark.classList.toggle("dim", !shown.has(mark.dataset.n));
    const narrowed = count < items.length;
    for (const fold of all(".fold")) {
      const left = all("[data-find]:not([hidden])", fold).length;
      fold.hidden = !left;
      if (words) fold.open = left > 0;
    }
    note.textContent = narrowed ? `${count} of ${items.length} shown` : "";
  };
  if (filters) {
    filters.hidden = false;
    for (const entry of all(".tally [data-verdict]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.append(...entry.childNodes);
      entry.append(button);
      button.addEventListener("click", () => {
        const verdict = entry.dataset.verdict;
        if (!pressed.delete(verdict)) pressed.add(verdict);
        button.setAttribute("aria-pressed", String(pressed.has(verdict)));
        apply();
      });
    }
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("reset", () => {
      pressed.clear();
      for (const button of all(".tally button")) button.setAttribute("aria-pressed", "false");
      setTimeout(apply);
    });
  }

  // Paper has no folds.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = cards.filter((card) => card.dataset.n && !card.open);
    for (const card of opened) card.open = true;
  });
  addEventListener("afterprint", () => {
    for (const card of opened) card.open = false;
  });
})();
