// The chats: list, messages with live updates, and sending. Nothing that was typed is ever lost: a draft leaves the
// box only when the server has taken it.
"use strict";

(() => {
  const at = (id) => document.getElementById(id);
  const [items, filter, listState, title, link] = ["chat-items", "chat-filter", "chat-list-state", "chat-title", "chat-link"].map(at);
  const [bubbles, toEnd, composer, input, send, sendError] = ["bubbles", "to-end", "composer", "chat-input", "chat-send", "send-error"].map(at);
  const tabDot = document.querySelector("#tab-chats .dot");
  const POLL = 3000;
  const RETRY_EVENTS = 15000;
  const REFRESH_LIST = 20000;
  let chats = [];
  let current = null; // the open chat: what is known of it, and how it is listened to
  let visible = false;

  const store = {
    get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key); } catch { /* private mode */ } },
  };
  const draftKey = (id) => `chitieu.draft.${id}`;
  const readKey = (id) => `chitieu.read.${id}`;
  const api = (id, rest) => `/api/chats/${encodeURIComponent(id)}/${rest}`;

  class Refused extends Error {}
  async function request(url, options) {
    const response = await fetch(url, { credentials: "same-origin", ...options });
    if (response.status === 401) throw new Refused();
    if (!response.ok) throw new Error(String(response.status));
    return response;
  }

  // The list.

  async function loadList() {
    try {
      chats = await (await request("/api/chats")).json();
      listState.textContent = chats.length === 0 ? "Chưa có nhóm nào trên trang này. Nhóm sẽ hiện tại đây sau khi văn phòng tạo." : "";
    } catch (error) {
      if (chats.length > 0) return;
      if (error instanceof Refused) listState.replaceChildren(loginLink("Phiên làm việc đã hết hạn. "));
      else listState.textContent = "Chưa tải được danh sách nhóm, hệ thống sẽ tự thử lại.";
    }
    drawList();
  }

  function loginLink(words) {
    const part = document.createDocumentFragment();
    const anchor = document.createElement("a");
    anchor.href = "/login";
    anchor.textContent = "Đăng nhập lại";
    part.append(words, anchor);
    return part;
  }

  // The server may say what the last message of a chat is; then unread ones can be marked.
  const isUnread = (chat) => chat.last_id !== undefined && chat.id !== current?.id && Number(chat.last_id) > Number(store.get(readKey(chat.id)) ?? 0);

  function drawList() {
    const query = chitieu.fold(filter.value);
    const shown = chats.filter((chat) => chitieu.matches(chitieu.fold(chat.title), query));
    items.replaceChildren(...shown.map(drawItem));
    if (chats.length > 0) listState.textContent = shown.length === 0 ? "Không có nhóm nào khớp." : "";
    tabDot.hidden = visible || !chats.some(isUnread);
  }

  function drawItem(chat) {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chat-item";
    button.dataset.chatId = chat.id;
    if (chat.id === current?.id) button.setAttribute("aria-current", "true");
    const name = element("span", "chat-name", chat.title);
    if (chat.last_text) name.append(element("span", "chat-preview", chat.last_text.split("\n", 1)[0]));
    button.append(name);
    if (isUnread(chat)) {
      const dot = element("span", "chat-unread", "");
      dot.append(element("span", "unseen", "có tin mới"));
      button.append(dot);
    }
    button.addEventListener("click", () => open(chat.id));
    entry.append(button);
    return entry;
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  // One chat.

  function leave() {
    if (!current) return;
    current.source?.close();
    clearTimeout(current.poll);
    clearTimeout(current.retry);
    current = null;
  }

  async function open(id) {
    const chat = chats.find((entry) => entry.id === id);
    if (!chat) return;
    document.body.classList.add("in-talk");
    if (current?.id === id) return;
    leave();
    const talk = { id, last: 0, day: "", seen: new Set(), source: null, poll: 0, retry: 0, busy: false, sent: null };
    current = talk;
    history.replaceState(null, "", `#chats/${encodeURIComponent(id)}`);
    title.textContent = chat.title;
    composer.hidden = false;
    input.value = store.get(draftKey(id)) ?? "";
    grow();
    showError(null);
    say(null);
    hint("Đang tải tin nhắn…");
    drawList();
    document.querySelector(`.chat-item[aria-current="true"]`)?.scrollIntoView({ block: "nearest" });
    if (!chitieu.phone.matches) input.focus();
    await catchUp(talk);
    if (current === talk) listen(talk);
  }

  function hint(words) {
    bubbles.replaceChildren(element("p", "chat-hint", words));
  }

  function say(words) {
    link.hidden = words === null;
    link.textContent = words ?? "";
  }

  // Everything after the last message that is known; asks again until there is nothing more.
  async function catchUp(talk) {
    if (talk.busy) return;
    talk.busy = true;
    try {
      for (let page = 0; page < 50; page += 1) {
        const known = talk.last;
        const list = await (await request(api(talk.id, `messages?after=${known}`))).json();
        if (current !== talk) return;
        list.forEach((message) => add(talk, message));
        if (list.length === 0 || talk.last === known) break;
      }
      if (talk.seen.size === 0) hint("Chưa có tin nhắn. Chọn một lệnh nhanh bên dưới, hoặc gõ /trogiup để xem hướng dẫn.");
      if (talk.source !== null || talk.poll === 0) say(null);
    } catch (error) {
      if (current !== talk) return;
      if (error instanceof Refused) {
        link.hidden = false;
        link.replaceChildren(loginLink("Phiên đã hết hạn. "));
      } else {
        if (talk.seen.size === 0) hint("Chưa tải được tin nhắn, hệ thống sẽ tự thử lại.");
        say("Mất kết nối, đang thử lại");
      }
    } finally {
      talk.busy = false;
    }
  }

  // Server-sent events; while they fail, ask every 3 seconds and try them again from time to time.
  function listen(talk) {
    clearTimeout(talk.poll);
    talk.poll = 0;
    const source = new EventSource(api(talk.id, `events?after=${talk.last}`));
    talk.source = source;
    source.addEventListener("open", () => current === talk && say(null));
    source.addEventListener("message", (event) => {
      if (current !== talk) return;
      try {
        add(talk, JSON.parse(event.data));
      } catch {
        catchUp(talk);
      }
    });
    source.addEventListener("error", () => {
      source.close();
      if (current !== talk) return;
      talk.source = null;
      poll(talk);
      talk.retry = setTimeout(() => current === talk && listen(talk), RETRY_EVENTS);
    });
  }

  function poll(talk) {
    clearTimeout(talk.poll);
    talk.poll = setTimeout(async () => {
      if (current !== talk || talk.source !== null) return;
      await catchUp(talk);
      if (current === talk && talk.source === null) poll(talk);
    }, POLL);
  }

  // Messages.

  function add(talk, message) {
    if (talk.seen.has(message.id)) return;
    // A reader who has scrolled up is not moved, except to the message that was written here.
    const own = message.from === "person" && message.text === talk.sent;
    const follow = own || isAtEnd();
    if (own) talk.sent = null;
    if (talk.seen.size === 0) bubbles.replaceChildren();
    talk.seen.add(message.id);
    talk.last = Math.max(talk.last, Number(message.id));
    store.set(readKey(talk.id), String(talk.last));
    const { day, time } = moment(message.at);
    if (day !== talk.day) {
      bubbles.append(element("p", "day", day));
      talk.day = day;
    }
    const bubble = element("div", `bubble from-${message.from === "bot" ? "bot" : "person"}`, "");
    bubble.dataset.messageId = message.id;
    const text = element("div", "bubble-text", "");
    if (message.from === "bot" && message.html) text.append(safe(message.html));
    else text.textContent = message.text;
    const stamp = element("time", "", time);
    stamp.dateTime = message.at;
    bubble.append(text, stamp);
    bubbles.append(bubble);
    if (follow) bubbles.scrollTop = bubbles.scrollHeight;
    else toEnd.hidden = false;
  }

  // Our renderer escapes already; this lets through what it makes and nothing else, should that ever change.
  const ALLOWED = new Set(["B", "STRONG", "I", "EM", "U", "S", "CODE", "PRE", "BR", "UL", "OL", "LI", "P", "BLOCKQUOTE", "DETAILS", "SUMMARY"]);
  function safe(html) {
    const copy = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) return "";
      let made = document.createDocumentFragment();
      const href = node.tagName === "A" ? node.getAttribute("href") ?? "" : "";
      if (/^(https?:\/\/|\/(?!\/)|mailto:|tel:)/i.test(href)) {
        made = document.createElement("a");
        made.href = href;
        made.rel = "noopener noreferrer";
        if (!href.startsWith("/")) made.target = "_blank";
      } else if (node.tagName === "IMG" && (node.getAttribute("src") ?? "").startsWith("/chart/")) {
        made = document.createElement("img");
        made.src = node.getAttribute("src");
        made.alt = node.getAttribute("alt") ?? "";
        return made;
      } else if (ALLOWED.has(node.tagName)) {
        made = document.createElement(node.tagName);
      }
      made.append(...[...node.childNodes].map(copy));
      return made;
    };
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const all = document.createDocumentFragment();
    all.append(...[...parsed.body.childNodes].map(copy));
    return all;
  }

  // The server writes the office's own time: what it says is shown, whatever the zone of this computer.
  const WEEKDAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];
  function moment(text) {
    const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(text) ?? [];
    if (!time) return { day: "", time: text ?? "" };
    const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
    return { day: `${weekday}, ${Number(day)}/${Number(month)}/${year}`, time };
  }

  const isAtEnd = () => bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < 60;
  let atEnd = true;
  bubbles.addEventListener("scroll", () => {
    atEnd = isAtEnd();
    if (atEnd) toEnd.hidden = true;
  }, { passive: true });
  // A growing input box or an error above it takes room: the last message stays in sight.
  new ResizeObserver(() => atEnd && (bubbles.scrollTop = bubbles.scrollHeight)).observe(bubbles);
  toEnd.addEventListener("click", () => {
    bubbles.scrollTop = bubbles.scrollHeight;
    toEnd.hidden = true;
  });

  // Sending.

  function showError(words) {
    sendError.hidden = words === null;
    sendError.replaceChildren(words ?? "");
  }

  async function post(text) {
    const talk = current;
    if (!talk || text.trim() === "" || send.disabled) return false;
    send.disabled = true;
    showError(null);
    try {
      talk.sent = text.trim();
      const body = JSON.stringify({ text });
      await request(api(talk.id, "messages"), { method: "POST", headers: { "Content-Type": "application/json" }, body });
      catchUp(talk);
      return true;
    } catch (error) {
      if (error instanceof Refused) showError(loginLink("Phiên làm việc đã hết hạn, nội dung vẫn được giữ. "));
      else showError("Không gửi được, thử lại");
      return false;
    } finally {
      send.disabled = false;
    }
  }

  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const talk = current;
    const text = input.value;
    if (await post(text)) {
      store.set(draftKey(talk.id), "");
      // The reader may have gone on typing, or gone elsewhere, in the meantime.
      if (current === talk && input.value === text) input.value = "";
      grow();
    }
    if (current === talk) input.focus();
  });
  for (const chip of document.querySelectorAll(".chips button")) {
    chip.addEventListener("click", async () => {
      if (await post(chip.dataset.command)) return;
      // A command that could not be sent waits in the box, unless that holds something else.
      if (current && input.value === "") input.value = chip.dataset.command;
    });
  }
  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }
  input.addEventListener("input", () => {
    if (current) store.set(draftKey(current.id), input.value);
    grow();
  });
  input.addEventListener("keydown", (event) => {
    // While a Vietnamese input method composes a letter, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  filter.addEventListener("input", drawList);
  at("chat-back").addEventListener("click", () => {
    document.body.classList.remove("in-talk");
    document.querySelector('.chat-item[aria-current="true"]')?.focus();
  });

  chitieu.onShow(async (name) => {
    visible = name === "chats";
    if (!visible) {
      document.body.classList.remove("in-talk");
      return;
    }
    if (current) grow();
    await loadList();
    const [, wanted] = /^#chats\/(.+)$/.exec(location.hash) ?? [];
    let id = null;
    try { id = wanted ? decodeURIComponent(wanted) : null; } catch { /* not an address of ours */ }
    if (id !== null) open(id);
    else if (current === null && !chitieu.phone.matches && chats.length > 0) open(chats[0].id);
  });
  setInterval(() => document.visibilityState === "visible" && loadList(), REFRESH_LIST);
  loadList();
})();
