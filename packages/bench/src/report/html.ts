// Reports as one page each, with plots, that can be mailed and kept.

import { machineLine } from '../measure/machine.ts';
import type { Phase } from '../measure/phase.ts';
import { caveats, checks, latencyMeanings, type Report } from './report.ts';
import { barPlot, escapeText, linePlot } from './svg.ts';
import { figureTable, type Table } from './table.ts';
import { counted } from './wording.ts';

export function htmlReport(report: Report): string {
  const { scenario, title, target, runs, machine, date, sentence } = report;
  const phases = runs[0]?.outcome.phases ?? [];
  return page(`${scenario}: ${title}`, [
    paragraph(sentence, 'sentence'),
    paragraph(`${target.name} ${target.version}, logins by ${target.mechanism}.`),
    paragraph(`${machineLine(machine)}. ${date}, ${counted(runs.length, 'run')}.`),
    ...[...checks(report), ...caveats(report)].map((line) => paragraph(line)),
    htmlTable(figureTable(report.figures)),
    ...latencyMeanings(report).map((line) => paragraph(line)),
    cpuPlot(report),
    latencyPlot(phases),
    ...phases.flatMap(timePlots),
  ]);
}

function cpuPlot({ figures }: Report): string {
  const bars = figures
    .filter(({ measure }) => measure === 'cpuUsPerDelivery')
    .map(({ phase, value }) => ({ name: phase, value }));
  return barPlot({ title: 'Server CPU per delivery', unit: 'µs', bars });
}

function latencyPlot(phases: readonly Phase[]): string {
  return linePlot({
    title: 'Latency: the share that took at most so long',
    xLabel: 'milliseconds',
    yLabel: '%',
    xScale: 'log',
    series: phases.flatMap(({ name, latency }) =>
      latency === undefined
        ? []
        : [
            {
              name,
              points: latency
                .points()
                .map(({ share, value }) => ({ x: value / 1000, y: share * 100 })),
            },
          ],
    ),
  });
}

const fewestSamples = 5;

function timePlots({ name, spent }: Phase): readonly string[] {
  if (spent.samples.length < fewestSamples) return [];
  const over = (
    title: string,
    yLabel: string,
    y: (sample: (typeof spent.samples)[number]) => number,
  ) =>
    linePlot({
      title: `${name}: ${title}`,
      xLabel: 'seconds',
      yLabel,
      xScale: 'linear',
      series: [
        { name, points: spent.samples.map((sample) => ({ x: sample.atMs / 1000, y: y(sample) })) },
      ],
    });
  return [
    over('deliveries so far', '', ({ count }) => count),
    over('cores that the server kept busy', '', ({ cores }) => cores),
    over('server memory', 'MiB', ({ residentKiB }) => residentKiB / 1024),
  ];
}

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
  .sentence { font-size: 1.25rem; }
  table { border-collapse: collapse; margin: 1.5rem 0; }
  th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #8883; }
  th:first-child, td:first-child { text-align: left; }
  figure { margin: 2rem 0; }
  figcaption { font-weight: 600; }
  svg { width: 100%; height: auto; font-size: 12px; fill: currentColor; }
  .rule { stroke: #8884; }
  @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818; } }
`;

/** A page of its own, with nothing to load. */
export function page(title: string, content: readonly string[]): string {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><title>${escapeText(title)}</title>` +
    `<style>${style}</style></head>\n<body><h1>${escapeText(title)}</h1>\n${content.join('\n')}\n</body></html>\n`
  );
}

export function paragraph(text: string, kind?: string): string {
  return `<p${kind === undefined ? '' : ` class="${kind}"`}>${escapeText(text)}</p>`;
}

export function htmlTable({ head, rows }: Table): string {
  const line = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}
