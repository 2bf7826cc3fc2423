// What /metrics tells, as a table for people, made from what is registered so that it cannot be behind it.

import { counters, gauges, histograms } from '@rollcall/cluster';
import { frontEndStats } from './front-end-metrics.ts';
import { inSeconds, metricNames } from './metric-names.ts';

const introduction = `# Metrics

\`GET /metrics\` on the admin listener answers in Prometheus' text format. Beside these there are the \`process_\` and \`nodejs_\`
metrics of prom-client. An engine without a front-end does not have those of the front-end.

| name | kind | of | what it is |
| --- | --- | --- | --- |
`;

interface Row {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly of: 'engine and gate' | 'front-end';
  readonly help: string;
}

export function metricsTable(): string {
  const rows = [...clusterRows(), ...frontEndRows()];
  const text = rows.map(
    ({ name, kind, of, help }) => `| \`${name}\` | ${kind} | ${of} | ${help} |\n`,
  );
  return introduction + text.join('');
}

function clusterRows(): readonly Row[] {
  const of = 'engine and gate';
  return [
    ...Object.entries(counters).map(([name, help]) => {
      return { name: metricNames.counter(name), kind: 'counter', of, help } as const;
    }),
    ...Object.entries(gauges).map(([name, help]) => {
      return { name: metricNames.gauge(name), kind: 'gauge', of, help } as const;
    }),
    ...Object.entries(histograms).map(([name, help]) => {
      return {
        name: metricNames.histogram(name),
        kind: 'histogram',
        of,
        help: inSeconds(help),
      } as const;
    }),
  ];
}

function frontEndRows(): readonly Row[] {
  return Object.values(frontEndStats).map(({ kind, name, help, label }) => ({
    name: metricNames[kind](name) + (label === undefined ? '' : `{${label[0]}="${label[1]}"}`),
    kind,
    of: 'front-end',
    help,
  }));
}
