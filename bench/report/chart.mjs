import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { cases } from '../cases/index.mjs';
import { entrants } from '../harness/rounds.mjs';
import { Figures } from './figures.mjs';

const panels = ['b10', 'e', 'c10', 'f1000'];

// Legible on white and on black: the page of a README is either.
const grey = '#7a828c';
const colours = { 'class-events': '#2f81f7', peer: grey, floor: '#b0883a' };

/** Four of the cases for the README, as points: on a logarithmic scale bars would have no beginning. */
export async function writeChart(journal, path) {
  const figures = new Figures(journal);
  const panel = (caseId) => {
    const { title } = cases.find(({ id }) => id === caseId);
    const values = entrants.flatMap((entrant) => {
      const ns = figures.of(caseId, entrant.id)?.ns;
      return ns ? [{ name: entrant.id, kind: kindOf(entrant), ns: ns.median }] : [];
    });
    return { ...pointsOf(values), title: { text: title, anchor: 'start' } };
  };
  await writeSvg({ columns: 2, spacing: 40, concat: panels.map(panel), title: titleOf(journal.head) }, path);
}

/** Draws a chart of vega-lite in the colours that suit both backgrounds. */
export async function writeSvg(chart, path) {
  const text = { labelColor: grey, titleColor: grey, labelFontSize: 12, titleFontSize: 12 };
  const { spec } = compile({
    background: 'transparent',
    config: {
      axis: { ...text, gridColor: grey, gridOpacity: 0.25, domainColor: grey, tickColor: grey, labelLimit: 240 },
      title: { color: grey, fontSize: 13, offset: 12 },
      legend: text,
      view: { stroke: null },
      font: 'system-ui, sans-serif',
    },
    ...chart,
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${await new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG()}\n`);
}

function kindOf({ file }) {
  return file === 'floor' || file === 'class-events' ? file : 'peer';
}

function titleOf({ runtime, date, build }) {
  return { text: `Nanoseconds for one publish (or one change), ${runtime}, ${date}, ${build.commit}`, anchor: 'start' };
}

function pointsOf(values) {
  return {
    width: 300,
    data: { values },
    mark: { type: 'point', filled: true, size: 90, opacity: 1 },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: { field: 'ns' }, title: null, axis: { grid: true, labelLimit: 300 } },
      x: {
        field: 'ns',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { tickCount: 4, title: 'ns, logarithmic' },
      },
      color: {
        field: 'kind',
        scale: { domain: Object.keys(colours), range: Object.values(colours) },
        legend: { title: null, orient: 'bottom' },
      },
    },
  };
}
