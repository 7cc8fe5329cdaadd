// A row of tokens in the order in which they are predicted. Drag one, or choose it and move it with the arrow keys or
// the two buttons. Only this row changes; the sentence stands elsewhere on the page, and stays.

const REST = 400; // milliseconds after the last move, before the server hears of it
const rows = new WeakMap(); // one record for each place on the page

function start(parent) {
  const row = { order: [], tokens: [], chosen: null, timer: null };
  row.list = parent.querySelector("#order");
  row.said = parent.querySelector("#said");
  row.earlier = parent.querySelector("#earlier");
  row.later = parent.querySelector("#later");
  row.earlier.onclick = () => move(row, row.chosen, -1);
  row.later.onclick = () => move(row, row.chosen, 1);
  return row;
}

function tell(row) {
  clearTimeout(row.timer);
  row.timer = setTimeout(() => {
    row.timer = null;
    row.send([...row.order]);
  }, REST);
}

function move(row, place, by) {
  const from = row.order.indexOf(place);
  const to = Math.max(0, Math.min(row.order.length - 1, from + by));
  if (from < 0 || from === to) return;
  row.order.splice(to, 0, row.order.splice(from, 1)[0]);
  draw(row);
  row.said.textContent = `${row.tokens[place]} at place ${place} is now number ${to + 1} of ${row.order.length}.`;
  tell(row);
}

function choose(row, place) {
  row.chosen = place;
  for (const item of row.list.children) {
    item.firstChild.setAttribute("aria-pressed", String(Number(item.dataset.place) === place));
  }
  const number = row.order.indexOf(place);
  row.earlier.disabled = number < 1;
  row.later.disabled = number < 0 || number === row.order.length - 1;
}

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity };

function listen(row, button, place) {
  button.onclick = () => choose(row, place);
  button.onfocus = () => choose(row, place);
  button.onkeydown = (event) => {
    if (!(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(row, place, STEPS[event.key]);
  };
  button.onpointerdown = (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    row.dragged = place;
  };
  button.onpointermove = (event) => {
    if (row.dragged !== place || !button.hasPointerCapture(event.pointerId)) return;
    const under = button.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest("#order > li");
    if (!under || Number(under.dataset.place) === place) return;
    button.classList.add("dragged");
    const items = [...row.list.children];
    const item = button.parentElement;
    // Moving the others leaves the dragged one in the page, and with it the hold on the pointer.
    const passed = items.slice(...[items.indexOf(item), items.indexOf(under)].sort((a, b) => a - b));
    if (items.indexOf(item) < items.indexOf(under)) for (const other of [...passed.slice(1), under]) item.before(other);
    else for (const other of passed.reverse()) item.after(other);
    number(row);
  };
  button.onpointerup = button.onpointercancel = () => {
    button.classList.remove("dragged");
    row.dragged = null;
    const order = [...row.list.children].map((other) => Number(other.dataset.place));
    if (order.join() === row.order.join()) return;
    row.order = order;
    choose(row, place);
    row.said.textContent = `${row.tokens[place]} is now number ${order.indexOf(place) + 1} of ${order.length}.`;
    tell(row);
  };
}

// Write on each token which number it has now.
function number(row) {
  [...row.list.children].forEach((item, at) => {
    const place = Number(item.dataset.place);
    item.firstChild.lastChild.textContent = `${at + 1}.`;
    const said = `${row.tokens[place]}, place ${place}, predicted as number ${at + 1} of ${row.list.children.length}`;
    item.firstChild.setAttribute("aria-label", said);
  });
}

function draw(row) {
  const items = new Map([...row.list.children].map((item) => [Number(item.dataset.place), item]));
  const focused = row.list.getRootNode().activeElement;
  for (const place of row.order) row.list.append(items.get(place));
  if (focused && row.list.contains(focused)) focused.focus();
  number(row);
  choose(row, row.chosen);
}

function build(row) {
  row.list.replaceChildren();
  for (const place of row.order) {
    const item = document.createElement("li");
    item.dataset.place = place;
    const button = document.createElement("button");
    button.type = "button";
    const token = document.createElement("span");
    token.textContent = row.tokens[place];
    button.append(token, document.createElement("small"));
    item.append(button);
    row.list.append(item);
    listen(row, button, place);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!rows.has(parentElement)) rows.set(parentElement, start(parentElement));
  const row = rows.get(parentElement);
  row.send = (order) => setTriggerValue("order", order);
  const same = row.tokens.join("\u0000") === data.tokens.join("\u0000") && row.order.length === data.order.length;
  if (same && (row.timer !== null || row.dragged != null)) return; // the learner is ahead of the server
  row.tokens = data.tokens;
  row.order = [...data.order];
  if (!same) {
    row.chosen = null;
    build(row);
  }
  draw(row);
}
