/** The looks of the page, light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfbfc, #14161b); --panel: light-dark(#fff, #1b1e25); --ink: light-dark(#1c2230, #e6e9f0);
  --quiet: light-dark(#667085, #97a0b3); --line: light-dark(#e3e6ec, #2c313c); --hover: light-dark(#f1f4f9, #242934);
  --event: light-dark(#e8efff, #1f2d4d); --event-line: light-dark(#5b7fd6, #6f93ea); --accent: light-dark(#2f5fd0, #8fb0ff);
  --sync: light-dark(#0f7a5a, #55d3a6); --sync-fill: light-dark(#e6f6ef, #15332a);
  --async: light-dark(#8a4b0f, #f0b36a); --async-fill: light-dark(#fdf1e1, #3a2913);
  --durable: light-dark(#7a2e8e, #d79be8); --durable-fill: light-dark(#f7eafb, #35203d);
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 12px 20px;
  border-bottom: 1px solid var(--line); background: var(--panel); }
h1 { margin: 0; font-size: 16px; font-weight: 650; }
h1 small { margin-left: 10px; font-size: 13px; font-weight: 400; color: var(--quiet); }
input { flex: 1 1 220px; max-width: 420px; padding: 7px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: inherit; font: inherit; }
output { color: var(--quiet); min-width: 11em; }
.legend { margin-left: auto; color: var(--quiet); font-size: 12px; }
.legend i { display: inline-block; width: 10px; height: 10px; margin: 0 4px 0 12px; border: 1.5px solid; border-radius: 3px; }
.legend .event { color: var(--event-line); background: var(--event); }
.legend .sync { color: var(--sync); background: var(--sync-fill); }
.legend .async { color: var(--async); background: var(--async-fill); }
.legend .durable { color: var(--durable); background: var(--durable-fill); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
main { flex: 1; display: grid; grid-template-columns: minmax(320px, 27%) 1fr; min-height: 0; }
nav { overflow-y: auto; padding: 8px 12px 40px 20px; border-right: 1px solid var(--line); background: var(--panel); }
section { padding: 8px 0; border-bottom: 1px solid var(--line); }
section:last-child { border: 0; }
h2 { display: flex; align-items: center; gap: 8px; justify-content: space-between; margin: 0; font-size: 14px; }
.count, .bases, .nobody { color: var(--quiet); font-size: 12px; font-weight: 400; }
.bases, .nobody { margin: 0 8px 2px; }
h3 { margin: 6px 8px 0 2em; color: var(--quiet); font-size: 11px; font-weight: 600; letter-spacing: .03em; }
ol { margin: 2px 0 0; padding: 0; list-style: none; }
li { display: flex; align-items: baseline; }
.place { flex: none; width: 2em; padding-right: 6px; text-align: right; color: var(--quiet);
  font-size: 12px; font-variant-numeric: tabular-nums; }
nav button { flex: 1; padding: 3px 8px; border: 0; border-radius: 6px; background: none; color: inherit; font: inherit;
  text-align: left; overflow-wrap: anywhere; cursor: pointer; }
h2 button { font-weight: 650; }
nav button:hover, nav button.lit { background: var(--hover); }
li button { display: flex; align-items: baseline; gap: 6px; }
nav b { font-weight: 500; }
.mode { flex: none; width: 3.4em; font-size: 11px; }
.mode.sync { color: var(--sync); }
.mode.async { color: var(--async); }
.mode.durable { color: var(--durable); }
.trait { display: inline-block; margin-left: 2px; padding: 0 6px; border-radius: 9px; box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 30%, transparent);
  color: var(--quiet); font-size: 11px; }
figure { position: relative; margin: 0; min-width: 0; min-height: 0; }
.canvas { display: grid; place-content: safe center; height: 100%; overflow: auto; padding: 16px; cursor: grab; }
.canvas svg { display: block; }
.zoom { position: absolute; right: 16px; bottom: 16px; display: flex; gap: 1px; overflow: hidden; border: 1px solid var(--line);
  border-radius: 8px; background: var(--line); }
.zoom button { padding: 5px 11px; border: 0; background: var(--panel); color: inherit; font: inherit; cursor: pointer; }
.zoom button:hover { background: var(--hover); }
.canvas text { fill: var(--ink); font-family: Arial, "Liberation Sans", Helvetica, sans-serif; }
.canvas text ~ text { fill: var(--quiet); font-size: 10px; }
.node { cursor: pointer; outline: none; }
.node path, .node polygon { fill: var(--panel); stroke: var(--line); stroke-width: 1.3; }
.node.event polygon { fill: var(--event); stroke: var(--event-line); }
.node.event text { font-weight: 600; }
.node.sync path { fill: var(--sync-fill); stroke: var(--sync); }
.node.async path { fill: var(--async-fill); stroke: var(--async); }
.node.durable path { fill: var(--durable-fill); stroke: var(--durable); }
.edge path { fill: none; stroke: var(--quiet); opacity: .55; }
.edge polygon { fill: var(--quiet); stroke: var(--quiet); opacity: .55; }
.edge.subclass polygon { fill: var(--paper); }
.node, .edge { transition: opacity .12s; }
.dimmed .node:not(.lit), .dimmed .edge:not(.lit) { opacity: .13; }
.edge.lit path, .edge.lit polygon { stroke: var(--accent); opacity: 1; }
.edge.call.lit polygon { fill: var(--accent); }
.node:focus-visible path, .node:focus-visible polygon, .node.chosen path, .node.chosen polygon {
  stroke: var(--accent); stroke-width: 2.6; }
#card { position: fixed; z-index: 2; max-width: min(420px, 100vw - 16px); overflow: hidden; padding: 10px 14px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--panel); box-shadow: 0 8px 28px rgb(0 0 0 / .22); pointer-events: none; overflow-wrap: anywhere; }
#card dl { display: grid; grid-template-columns: auto 1fr; gap: 1px 12px; margin: 5px 0 0; font-size: 12.5px; }
#card dt { color: var(--quiet); }
#card dd { margin: 0; }
[hidden] { display: none !important; }
@media (max-width: 760px) {
  html, body { height: auto; }
  main { grid-template-columns: 1fr; }
  figure { order: -1; height: 60vh; border-bottom: 1px solid var(--line); }
  nav { border: 0; }
  .legend { margin: 0; }
}
@media print { header output, input, .zoom { display: none; } main { display: block; } nav, .canvas { overflow: visible; border: 0; } }
@media (prefers-reduced-motion: reduce) { .node, .edge { transition: none; } }
`;
