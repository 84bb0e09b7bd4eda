// What the parts of the page share: folding of Vietnamese, and the two tabs.
"use strict";

const chitieu = (() => {
  const phone = matchMedia("(max-width: 900px)");

  // "Sở Tư pháp" -> "so tu phap": marks, capitals and punctuation are no hindrance to a search.
  const fold = (text) =>
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/đ/g, "d")
      .replace(/[^a-z0-9]+/g, " ")
      .trim();

  // Every word of the query begins, or stands in, a word of the text.
  const matches = (text, query) => query.split(" ").every((word) => text.includes(word));

  const tabs = [...document.querySelectorAll(".tabs [role=tab]")];
  const listeners = [];

  function show(name, focus) {
    for (const tab of tabs) {
      const own = tab.getAttribute("aria-controls");
      const selected = own === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected && focus) tab.focus();
      document.getElementById(own).hidden = !selected;
      document.body.classList.toggle(`shows-${own}`, selected);
    }
    listeners.forEach((listener) => listener(name));
  }

  // "#chats" and "#chats/ID" belong to the chats, everything else to the board.
  const named = () => (/^#chats(\/|$)/.test(location.hash) ? "chats" : "board");

  function select(name, focus) {
    if (named() !== name) history.pushState(null, "", `#${name}`);
    show(name, focus);
    scrollTo(0, 0);
  }

  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(tab.getAttribute("aria-controls"), true);
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        select(tabs[(at + step + tabs.length) % tabs.length].getAttribute("aria-controls"), true);
      } else if (event.key === " ") {
        event.preventDefault();
        tab.click();
      }
    });
  }
  addEventListener("popstate", () => show(named(), false));
  addEventListener("DOMContentLoaded", () => show(named(), false));

  return { fold, matches, phone, select, onShow: (listener) => listeners.push(listener) };
})();
