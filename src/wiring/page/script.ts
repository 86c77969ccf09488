/**
 * What the page does: search, hover, keyboard, zoom. Written as text, for it runs in a browser, which the compiler here
 * knows nothing of; tests/pages/wiring-page.integration.test.ts runs it in one.
 */
export const script = String.raw`
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const graph = one('.canvas svg');
const canvas = one('.canvas');
const card = one('#card');
const search = one('input');
// Column by column, as one reads the drawing.
const place = (node) => node.getBBox();
const nodes = all('.node', graph).sort((a, b) => place(a).x - place(b).x || place(a).y - place(b).y);
// The id of a box is what the list calls it; that of a line names both ends.
const edges = all('.edge', graph).map((line) => {
  const [from, to] = line.id.split('-');
  return { line, from, to, inherits: line.classList.contains('subclass') };
});
const buttonsFor = (key) => all('nav [data-for="' + key + '"]');
let chosen;

function light(keys, joins, pointed) {
  nodes.forEach((node) => node.classList.toggle('lit', keys.has(node.id)));
  edges.forEach((edge) => edge.line.classList.toggle('lit', joins(edge)));
  for (const button of all('nav button')) {
    const { key } = button.closest('section').dataset;
    button.classList.toggle('lit', pointed !== undefined && (pointed === key || pointed === button.dataset.for));
  }
  graph.classList.add('dimmed');
}

function basesOf(key) {
  const bases = edges.filter(({ inherits, to }) => inherits && to === key).map(({ from }) => from);
  return [key, ...bases.flatMap(basesOf)];
}

// An event with its base classes and all that would run for it, or a handler with the classes that it waits for.
function around(key) {
  const classes = new Set(
    key.startsWith('event') ? basesOf(key) : edges.filter(({ to }) => to === key).map(({ from }) => from),
  );
  const planned = all('section[data-key="' + key + '"] li [data-for]').map(({ dataset }) => dataset.for);
  const keys = new Set([key, ...classes, ...planned]);
  const joins = ({ from, to, inherits }) => classes.has(from) && keys.has(to) && (!inherits || key.startsWith('event'));
  light(keys, joins, key);
}

function found() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (element) => words.every((word) => element.dataset.search.includes(word));
  const keys = new Set();
  let events = 0;
  for (const section of all('nav section')) {
    const whole = matches(section);
    for (const item of all('li', section)) {
      item.hidden = !whole && !matches(item);
      if (!item.hidden) keys.add(item.querySelector('button').dataset.for);
    }
    for (const phase of all('h3', section)) phase.hidden = all('li', phase.nextElementSibling).every(({ hidden }) => hidden);
    section.hidden = !whole && !all('li', section).some((item) => !item.hidden);
    if (!section.hidden) { keys.add(section.dataset.key); events++; }
  }
  const handlers = [...keys].filter((key) => key.startsWith('handler')).length;
  const counts = events + (events === 1 ? ' event class, ' : ' event classes, ') + handlers + ' handler' + (handlers === 1 ? '' : 's');
  one('output').textContent = words.length === 0 ? '' : counts;
  return words.length === 0 ? undefined : keys;
}

function show() {
  const keys = found();
  if (chosen) around(chosen);
  else if (keys) light(keys, ({ from, to }) => keys.has(from) && keys.has(to));
  else {
    graph.classList.remove('dimmed');
    all('.lit').forEach((element) => element.classList.remove('lit'));
  }
  nodes.forEach((node) => node.classList.toggle('chosen', node.id === chosen));
}

function choose(key) {
  chosen = chosen === key ? undefined : key;
  show();
}

function reveal(element) {
  element?.scrollIntoView({ block: 'center', inline: 'center' });
}

function explain(key, box) {
  const template = one('#card-' + key);
  card.hidden = !template;
  if (!template) return;
  card.replaceChildren(template.content.cloneNode(true));
  // Measured where it has room: near the edge it would be narrow.
  card.style.left = '8px';
  card.style.maxHeight = innerHeight - 16 + 'px';
  const { width, height } = card.getBoundingClientRect();
  // Beside the list, or below or above what it is about: never on top of that.
  const list = one('nav').getBoundingClientRect();
  const isListed = box.right <= list.right;
  const left = isListed && list.right + 8 + width < innerWidth ? list.right + 8 : undefined;
  if (left !== undefined) {
    card.style.left = left + 'px';
    card.style.top = Math.max(8, Math.min(box.top, innerHeight - height - 8)) + 'px';
    return;
  }
  const [above, below] = [box.top - 16, innerHeight - box.bottom - 16];
  const isBelow = height <= below || below >= above;
  const shown = Math.min(height, Math.max(above, below));
  card.style.maxHeight = shown + 'px';
  card.style.left = Math.max(8, Math.min(box.left, innerWidth - width - 8)) + 'px';
  card.style.top = (isBelow ? box.bottom + 8 : box.top - shown - 8) + 'px';
}

function pointAt(key, box) {
  explain(key, box);
  if (!chosen && !search.value) around(key);
}

function leave() {
  card.hidden = true;
  show();
}

const keyOf = (target) => target.closest?.('.node')?.id ?? target.closest?.('nav [data-for]')?.dataset.for;
const boxOf = (target) => target.closest('.node, [data-for]').getBoundingClientRect();
for (const kind of ['mouseover', 'focusin']) {
  document.addEventListener(kind, ({ target }) => keyOf(target) && pointAt(keyOf(target), boxOf(target)));
}
for (const kind of ['mouseout', 'focusout']) {
  document.addEventListener(kind, ({ target }) => keyOf(target) && leave());
}
document.addEventListener('click', ({ target }) => {
  const key = keyOf(target);
  if (!key) return;
  choose(key);
  if (target.closest('nav')) reveal(document.getElementById(key));
  else reveal(buttonsFor(key).find((button) => button.offsetParent));
});

// One stop for the tabulator in the drawing; arrows go on from there.
nodes.forEach((node, index) => {
  node.setAttribute('tabindex', index === 0 ? 0 : -1);
  node.setAttribute('role', 'button');
  node.setAttribute('aria-label', all('text', node).map((line) => line.textContent).join(', '));
});
graph.addEventListener('keydown', (event) => {
  const index = nodes.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) {
    const next = nodes[(index + step + nodes.length) % nodes.length];
    nodes.forEach((node) => node.setAttribute('tabindex', node === next ? 0 : -1));
    next.focus();
    reveal(next);
  } else if (event.key === 'Enter' || event.key === ' ') choose(event.target.id);
  else return;
  event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && event.target !== search) {
    search.select();
    event.preventDefault();
  }
  if (event.key === 'Escape') {
    search.value = '';
    chosen = undefined;
    card.hidden = true;
    show();
  }
});
search.addEventListener('input', () => {
  chosen = undefined;
  show();
  if (search.value) reveal(nodes.find((node) => node.classList.contains('lit')));
});

const full = { width: graph.width.baseVal.value, height: graph.height.baseVal.value };
let scale = 1;
function zoom(to) {
  scale = Math.min(3, Math.max(0.1, to));
  graph.setAttribute('width', full.width * scale);
  graph.setAttribute('height', full.height * scale);
}
const fit = () => Math.min((canvas.clientWidth - 32) / full.width, (canvas.clientHeight - 32) / full.height);
one('.zoom').addEventListener('click', ({ target }) => {
  const { zoom: kind } = target.dataset;
  if (kind) zoom(kind === 'fit' ? fit() : scale * (kind === 'in' ? 1.25 : 0.8));
});
// Small drawings grow a little, large ones stay large enough to be read.
zoom(Math.min(1.35, Math.max(0.9, fit())));

let drag;
canvas.addEventListener('pointerdown', (event) => {
  if (!event.target.closest('.node') && event.pointerType === 'mouse') drag = { x: event.clientX, y: event.clientY };
});
addEventListener('pointermove', (event) => {
  if (!drag) return;
  canvas.scrollBy(drag.x - event.clientX, drag.y - event.clientY);
  drag = { x: event.clientX, y: event.clientY };
});
addEventListener('pointerup', () => (drag = undefined));
`;
