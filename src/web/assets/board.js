// The board: sorting, filtering by tier, searching, printing, and moving among cells with the arrow keys.
"use strict";

(() => {
  const tiers = [...document.querySelectorAll("section.tier")];
  if (tiers.length === 0) return;
  const rows = [...document.querySelectorAll(".units tbody tr")];
  const state = { tier: "", query: "", column: null, descending: true };

  // Custom properties may be set from here; a style attribute in the HTML may not be.
  const columns = document.querySelectorAll(".averages thead .figure").length;
  document.documentElement.style.setProperty("--columns", String(columns));

  const searchable = new Map(rows.map((row) => [row, chitieu.fold(row.dataset.search)]));

  function filter() {
    let found = 0;
    for (const tier of tiers) {
      let inTier = 0;
      for (const row of tier.querySelectorAll("tbody tr")) {
        row.hidden = !chitieu.matches(searchable.get(row), state.query);
        if (!row.hidden) inTier += 1;
      }
      tier.hidden = inTier === 0 || (state.tier !== "" && tier.dataset.tier !== state.tier);
      if (!tier.hidden) found += inTier;
    }
    document.getElementById("nothing-found").hidden = found > 0;
    for (const button of document.querySelectorAll(".tier-filter button")) {
      button.setAttribute("aria-pressed", String(button.dataset.tier === state.tier));
    }
    roam();
  }

  // One order for all tiers: whoever asks for the weakest in payment means it everywhere.
  function sort() {
    for (const tier of tiers) {
      const body = tier.querySelector("tbody");
      const key = (row) => {
        const cell = row.querySelector(`[data-column="${CSS.escape(state.column ?? "")}"]`);
        return cell && cell.dataset.sort !== undefined ? Number(cell.dataset.sort) : null;
      };
      const byOrder = (a, b) => Number(a.dataset.order) - Number(b.dataset.order);
      const byName = (a, b) => a.cells[0].textContent.localeCompare(b.cells[0].textContent, "vi");
      const direction = state.descending ? -1 : 1;
      const sorted = [...body.rows].sort((a, b) => {
        if (state.column === null) return byOrder(a, b);
        if (state.column === "unit") return direction * byName(a, b) || byOrder(a, b);
        const [left, right] = [key(a), key(b)];
        // What has no figure is neither first nor last in rank: it always stands at the end.
        if (left === null || right === null) return Number(left === null) - Number(right === null) || byOrder(a, b);
        return direction * (left - right) || byOrder(a, b);
      });
      body.append(...sorted);
      for (const head of tier.querySelectorAll("thead th")) {
        if (head.dataset.column === state.column) {
          head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
        } else {
          head.removeAttribute("aria-sort");
        }
      }
    }
    roam();
  }

  // Best first, then weakest first, then the office's own order again; names the other way round.
  function order(column) {
    const first = column !== "unit";
    if (state.column !== column) Object.assign(state, { column, descending: first });
    else if (state.descending === first) state.descending = !first;
    else state.column = null;
    sort();
  }

  for (const head of document.querySelectorAll(".units thead th")) {
    const label = head.querySelector(".head");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "head";
    button.textContent = label.textContent;
    // A browser repeats a table's head on every printed page, but not the buttons in it: the text stays for paper.
    label.classList.add("on-paper");
    label.setAttribute("aria-hidden", "true");
    label.before(button);
    button.addEventListener("click", () => order(head.dataset.column));
  }

  // One stop of the tab key for each table; arrows move within it.
  const visible = (table) => [...table.tBodies[0].rows].filter((row) => !row.hidden);
  function roam() {
    for (const table of document.querySelectorAll(".units")) {
      const cells = visible(table).flatMap((row) => [...row.querySelectorAll(".cell")]);
      cells.forEach((cell, at) => (cell.tabIndex = at === 0 ? 0 : -1));
    }
  }
  document.getElementById("board").addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".cell");
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!cell || !step) return;
    event.preventDefault();
    const table = cell.closest("table");
    const lines = visible(table);
    const line = lines.indexOf(cell.closest("tr")) + step[0];
    let column = cell.closest("td").cellIndex + step[1];
    let next = lines[line]?.cells[column]?.querySelector(".cell");
    // A cell without a target has no button: go on over it.
    while (!next && step[1] !== 0 && lines[line]?.cells[(column += step[1])]) {
      next = lines[line].cells[column].querySelector(".cell");
    }
    if (!next) return;
    table.querySelectorAll(".cell").forEach((other) => (other.tabIndex = -1));
    next.tabIndex = 0;
    next.focus();
  });

  for (const button of document.querySelectorAll(".tier-filter button")) {
    button.addEventListener("click", () => {
      state.tier = button.dataset.tier;
      filter();
    });
  }
  const search = document.getElementById("unit-search");
  search.addEventListener("input", () => {
    state.query = chitieu.fold(search.value);
    filter();
  });
  const print = document.getElementById("print");
  print.addEventListener("click", () => window.print());
  print.hidden = false;
  document.getElementById("tools").hidden = false;
  filter();
})();
