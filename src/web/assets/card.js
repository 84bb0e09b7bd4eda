// The card of a cell: beside it on a desktop (hover, focus or click), from the bottom of the screen on a phone.
"use strict";

(() => {
  const card = document.getElementById("card");
  const shade = document.getElementById("card-shade");
  let owner = null;
  let pinned = false;
  let timer = 0;

  function open(cell, pin) {
    clearTimeout(timer);
    if (owner && owner !== cell) owner.removeAttribute("aria-expanded");
    owner = cell;
    pinned = pin;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "quiet card-close";
    close.setAttribute("aria-label", "Đóng");
    const icon = document.querySelector(".tabs .icon").cloneNode(true);
    icon.querySelector("use").setAttribute("href", "#i-close");
    close.append(icon);
    close.addEventListener("click", () => shut(true));
    const content = cell.parentElement.querySelector("template").content.cloneNode(true);
    const sheet = chitieu.phone.matches;
    card.replaceChildren(content);
    if (pin) card.append(close);
    card.hidden = false;
    shade.hidden = !sheet;
    cell.setAttribute("aria-expanded", "true");
    if (sheet) {
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-modal", "true");
      card.setAttribute("aria-label", cell.getAttribute("aria-label"));
      card.removeAttribute("style");
      close.focus();
    } else {
      card.removeAttribute("role");
      card.removeAttribute("aria-modal");
      card.removeAttribute("aria-label");
      place(cell);
    }
  }

  function place(cell) {
    const at = cell.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const margin = 10;
    const left = Math.min(Math.max(margin, at.left), document.documentElement.clientWidth - size.width - margin);
    const below = at.bottom + 6;
    const above = at.top - size.height - 6;
    const fits = below + size.height <= innerHeight - margin || above < margin;
    card.style.left = `${left}px`;
    card.style.top = `${Math.max(margin, fits ? Math.min(below, innerHeight - size.height - margin) : above)}px`;
  }

  function shut(refocus) {
    clearTimeout(timer);
    if (!owner) return;
    const cell = owner;
    owner = null;
    pinned = false;
    card.hidden = true;
    shade.hidden = true;
    cell.removeAttribute("aria-expanded");
    if (refocus) {
      quiet = true;
      cell.focus();
      quiet = false;
    }
  }

  let quiet = false;
  const cellOf = (event) => event.target.closest?.(".cell");
  const board = document.getElementById("board");

  board.addEventListener("pointerover", (event) => {
    const cell = cellOf(event);
    if (!cell || event.pointerType !== "mouse" || pinned || chitieu.phone.matches) return;
    clearTimeout(timer);
    timer = setTimeout(() => open(cell, false), 140);
  });
  board.addEventListener("pointerout", (event) => {
    if (!cellOf(event) || pinned) return;
    clearTimeout(timer);
    timer = setTimeout(() => shut(false), 160);
  });
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", () => {
    if (!pinned) timer = setTimeout(() => shut(false), 160);
  });
  board.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    if (owner === cell && pinned) shut(true);
    else open(cell, true);
  });
  board.addEventListener("focusin", (event) => {
    const cell = cellOf(event);
    if (quiet || !cell || !cell.matches(":focus-visible") || chitieu.phone.matches) return;
    open(cell, false);
  });
  board.addEventListener("focusout", (event) => {
    if (cellOf(event) && !pinned) timer = setTimeout(() => shut(false), 160);
  });
  shade.addEventListener("click", () => shut(true));
  document.addEventListener("pointerdown", (event) => {
    if (pinned && !card.contains(event.target) && !cellOf(event) && event.target !== shade) shut(false);
  });
  document.addEventListener("keydown", (event) => {
    if (!owner) return;
    if (event.key === "Escape") shut(pinned);
    // The sheet has one control only, so that the tab key stays on it.
    if (event.key === "Tab" && !shade.hidden) event.preventDefault();
  });
  // A card that was asked for (by click, or by the focus that scrolled the page) goes along; one under the mouse is left.
  function follow() {
    if (!owner || chitieu.phone.matches) return;
    if (pinned || document.activeElement === owner) place(owner);
    else shut(false);
  }
  addEventListener("scroll", follow, { passive: true });
  addEventListener("resize", () => shut(false));
  addEventListener("beforeprint", () => shut(false));
  chitieu.onShow(() => shut(false));
})();
