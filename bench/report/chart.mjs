import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { cases } from '../cases/index.mjs';
import { entrants } from '../harness/rounds.mjs';
import { Figures } from './figures.mjs';

const panels = ['b10', 'e', 'c10', 'f1000'];

/** A person reads eight names at a glance: these are the packages that people choose between. RESULTS.md has all of them. */
const chartedEntrants = new Set([
  'class-events emit',
  'class-events publish, awaited',
  'eventemitter3',
  'node:events',
  'eventemitter2 emitAsync',
  'emittery',
  'RxJS Subject + instanceof',
  '@nestjs/cqrs',
]);

// Legible on white and on black: the page of a README is either.
const grey = '#7a828c';
const colours = { 'class-events': '#2f81f7', 'other packages': grey };
const floorColour = '#b0883a';

/**
 * Four of the cases for the README, as points: on a logarithmic scale bars would have no beginning. Ratios, for the nanoseconds of two
 * processes can differ by half for nothing but the machine.
 */
export async function writeChart(journal, path) {
  const figures = new Figures(journal);
  const panel = (caseId) => {
    const { title, floor } = cases.find(({ id }) => id === caseId);
    const values = entrants.flatMap((entrant) => {
      if (!chartedEntrants.has(entrant.id)) return [];
      const ratio = figures.of(caseId, entrant.id)?.ratio;
      return ratio ? [{ name: entrant.id, kind: kindOf(entrant), ratio: ratio.median }] : [];
    });
    return { ...pointsOf(values, floor), title: { text: title, anchor: 'start' } };
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
  return file === 'class-events' ? file : 'other packages';
}

function titleOf({ runtime, date, build }) {
  return {
    text: `One publish (or one change) as a multiple of the floor in its own process, ${runtime}, ${date}, ${build.commit}`,
    anchor: 'start',
  };
}

/** Points, and a line at the floor. */
function pointsOf(values, floor) {
  const points = {
    mark: { type: 'point', filled: true, size: 90, opacity: 1 },
    encoding: {
      y: {
        field: 'name',
        type: 'nominal',
        sort: { field: 'ratio' },
        title: null,
        axis: { grid: true, labelLimit: 300 },
      },
      x: {
        field: 'ratio',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { tickCount: 4, format: '~g', title: `× ${floor}, logarithmic` },
      },
      color: {
        field: 'kind',
        scale: { domain: Object.keys(colours), range: Object.values(colours) },
        legend: { title: null, orient: 'bottom' },
      },
    },
  };
  const line = { mark: { type: 'rule', color: floorColour, strokeDash: [4, 4] }, encoding: { x: { datum: 1 } } };
  return { width: 300, data: { values }, layer: [line, points] };
}
