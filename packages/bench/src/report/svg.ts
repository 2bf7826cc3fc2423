// Plots as SVG text, for pages that load nothing from anywhere.

import { rounded } from './wording.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** A logarithmic x axis leaves out what is not above 0. */
  readonly xScale: 'linear' | 'log';
  readonly series: readonly Series[];
}

const [width, height] = [640, 300];
/** There is room for the numbers of the y axis, and for half of the last one of the x axis. */
const margin = { left: 76, right: 36, top: 34, bottom: 46 };
const plotWidth = width - margin.left - margin.right;
const plotHeight = height - margin.top - margin.bottom;
const seriesColours = ['#2f6fb3', '#c8552b', '#3d8f5f', '#8457a8', '#a8862a'];

function colourOf(index: number): string {
  return seriesColours[index % seriesColours.length] ?? '#000';
}

/** Empty where there is nothing to draw. */
export function linePlot(plot: LinePlot): string {
  const series = plot.series.map(({ name, points }) => ({
    name,
    points: plot.xScale === 'log' ? points.filter(({ x }) => x > 0) : points,
  }));
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const xTicks = plot.xScale === 'log' ? logTicks(all.map(xOf)) : linearTicks(all.map(xOf));
  const yTicks = linearTicks([0, ...all.map(yOf)]);
  const toX = scale(xTicks, plot.xScale, margin.left, margin.left + plotWidth);
  const toY = scale(yTicks, 'linear', margin.top + plotHeight, margin.top);
  const lines = series.map(({ points }, index) => {
    const path = points.map(({ x, y }) => `${place(toX(x))},${place(toY(y))}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="2"/>`;
  });
  return frame(plot.title, [
    ...yTicks.map((tick) => horizontalRule(toY(tick), rounded(tick))),
    ...xTicks.map((tick) => label(toX(tick), height - margin.bottom + 18, rounded(tick), 'middle')),
    label(margin.left + plotWidth / 2, height - 8, plot.xLabel, 'middle'),
    label(margin.left, margin.top - 20, plot.yLabel, 'start'),
    ...lines,
    ...legend(series.map(({ name }) => name)),
  ]);
}

export interface BarPlot {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

const barHeight = 22;
const nameWidth = 170;

export function barPlot({ title, unit, bars }: BarPlot): string {
  if (bars.length === 0) return '';
  const largest = Math.max(...bars.map(({ value }) => value));
  const longest = width - nameWidth - 120;
  const rows = bars.map(({ name, value }, index) => {
    const y = margin.top + index * (barHeight + 8);
    const length = largest === 0 ? 0 : (value / largest) * longest;
    return (
      label(nameWidth - 8, y + barHeight - 6, name, 'end') +
      `<rect x="${nameWidth}" y="${y}" width="${place(length)}" height="${barHeight}" fill="${colourOf(index)}"/>` +
      label(nameWidth + length + 8, y + barHeight - 6, `${rounded(value)} ${unit}`, 'start')
    );
  });
  return frame(title, rows, margin.top + bars.length * (barHeight + 8) + 8);
}

const xOf = ({ x }: Point) => x;
const yOf = ({ y }: Point) => y;

/** Tenths of a pixel. */
function place(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function scale(
  ticks: readonly number[],
  kind: LinePlot['xScale'],
  from: number,
  to: number,
): (value: number) => number {
  const bend = (value: number) => (kind === 'log' ? Math.log10(value) : value);
  const [low, high] = [bend(ticks[0] ?? 0), bend(ticks.at(-1) ?? 1)];
  return (value) => from + ((bend(value) - low) / (high - low || 1)) * (to - from);
}

/** Around all values, at steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(values: readonly number[]): readonly number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Values that hardly differ get an axis that numbers can still be told apart on.
  const span = Math.max(high - low, Math.abs(high) * 1e-6) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = ([1, 2, 5, 10].find((each) => span / (each * power) <= 6) ?? 10) * power;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  return Array.from(
    { length: Math.max(2, last - first + 1) },
    (_, index) => (first + index) * step,
  );
}

/** The powers of ten around all values. */
export function logTicks(values: readonly number[]): readonly number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

function horizontalRule(y: number, text: string): string {
  return (
    `<line x1="${margin.left}" x2="${width - margin.right}" y1="${place(y)}" y2="${place(y)}" class="rule"/>` +
    label(margin.left - 8, y + 4, text, 'end')
  );
}

function legend(names: readonly string[]): readonly string[] {
  if (names.length < 2) return [];
  return names.map((name, index) => {
    const x = margin.left + plotWidth - (names.length - index) * 100;
    return (
      `<rect x="${x}" y="${margin.top - 28}" width="10" height="10" fill="${colourOf(index)}"/>` +
      label(x + 15, margin.top - 19, name, 'start')
    );
  });
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}">${escapeText(text)}</text>`;
}

function frame(title: string, content: readonly string[], tall = height): string {
  return (
    `<figure><figcaption>${escapeText(title)}</figcaption>` +
    `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${escapeText(title)}">${content.join('')}</svg></figure>`
  );
}

export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
