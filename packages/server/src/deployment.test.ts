// What infra/ says of the server is so: metrics, log events, settings, paths, options of the command.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { cataloguedSettings } from './configuration/catalogue.ts';
import { readSettings } from './configuration/read-settings.ts';
import { metricsTable } from './metrics/metrics-table.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const textOf = (path: string) => readFileSync(`${root}${path}`, 'utf8');

/** Those of a histogram are made of its name; `process_` and `nodejs_` are prom-client's. */
function metricsIn(text: string): readonly string[] {
  const names = text.match(/\brollcall_[a-z_]+/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}

const known = metricsIn(metricsTable());

describe.each(['infra/prometheus/alerts.yml', 'infra/grafana/rollcall.json'])('%s', (path) => {
  test('names only metrics that there are', () => {
    const named = metricsIn(textOf(path));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

test('each alert has an expression, somebody to tell, and something to say', () => {
  const rule = z.strictObject({
    alert: z.string().regex(/^Rollcall[A-Za-z]+$/),
    expr: z.string().min(1),
    for: z
      .string()
      .regex(/^\d+[smh]$/)
      .optional(),
    labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
    annotations: z.strictObject({ summary: z.string().min(1) }),
  });
  const rules = z.strictObject({ name: z.string(), rules: z.array(rule).min(1) });
  z.strictObject({ groups: z.array(rules).length(1) }).parse(
    parse(textOf('infra/prometheus/alerts.yml')),
  );
});

test('panels of the dashboard do not cover each other', () => {
  const { panels } = z
    .object({
      panels: z.array(
        z.object({ id: z.number(), gridPos: z.object({ x: z.number(), y: z.number() }) }),
      ),
    })
    .parse(JSON.parse(textOf('infra/grafana/rollcall.json')));
  expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x},${y}`)).size).toBe(panels.length);
});

test('OPERATIONS.md names every event that is logged as a warning or worse, and only events that there are', () => {
  const sources = ['cluster', 'front-end', 'nats', 'server'].map((name) =>
    sourcesOf(`packages/${name}/src`),
  );
  const all = sources.join('\n');
  const table = textOf('infra/OPERATIONS.md').split('## Events in the log')[1] ?? '';
  const named = new Set(
    [...table.matchAll(/`([a-z]+(?:_[a-z]+)+|stopping|stopped)`/g)].map(([, event]) => event ?? ''),
  );
  const complaints = [...all.matchAll(/new Complaint\(\{[^}]*?what: '([a-z_]+)'/g)].map(
    ([, what]) => `${what ?? ''}_failed`,
  );
  const exists = (event: string) => all.includes(`'${event}'`) || complaints.includes(event);
  expect([...named].filter((event) => !exists(event))).toEqual([]);
  const said = [...all.matchAll(/\.(?:warn|error|fatal)\(\s*\{\s*event: '([a-z_]+)'/g)];
  const grave = [...said.map(([, event]) => event ?? ''), ...complaints];
  const unnamed = grave.filter((event) => !named.has(event));
  expect(unnamed.filter((event) => event !== 'control_request_failed')).toEqual([]);
});

function sourcesOf(folder: string): string {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => textOf(`${folder}/${file}`))
    .join('\n');
}

const port = z.union([z.string(), z.number()]);
const probe = z.object({ httpGet: z.object({ path: z.string(), port }) });
const container = z.object({
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }),
});
const labels = z.record(z.string(), z.string());
const workload = z.object({
  spec: z.object({
    selector: z.object({ matchLabels: labels }),
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.array(container).length(1),
      }),
    }),
  }),
});
const budget = z.object({ spec: z.object({ selector: z.object({ matchLabels: labels }) }) });

function documentsIn(file: string): readonly { readonly kind: string }[] {
  return parseAllDocuments(textOf(`infra/kubernetes/${file}`)).map((document) =>
    z.looseObject({ kind: z.string() }).parse(document.toJS()),
  );
}

const shared = z
  .object({ data: z.record(z.string(), z.string()) })
  .parse(documentsIn('settings.yaml')[0]).data;

describe.each([
  ['engines.yaml', 'StatefulSet', 'engine'],
  ['front-ends.yaml', 'Deployment', 'front-end'],
] as const)('infra/kubernetes/%s', (file, kind, role) => {
  const documents = documentsIn(file);
  const { spec } = workload.parse(documents.find((document) => document.kind === kind));
  const [pod] = spec.template.spec.containers;
  if (pod === undefined) throw new Error(`${file} has no container`);
  const environment = {
    ...shared,
    ...Object.fromEntries(pod.env.map(({ name, value = 'pod-1' }) => [name, value])),
  };

  test('sets only settings that there are, to values that are allowed', () => {
    const variables = cataloguedSettings().map(({ variable }) => variable);
    expect(Object.keys(environment).filter((name) => !variables.includes(name))).toEqual([]);
    expect(pod.args).toEqual(['start', '--role', role]);
    const settings = readSettings({ options: { role }, environment });
    expect(settings).toMatchObject({ role, nodeName: 'pod-1' });
    const ports = new Map(pod.ports.map(({ name, containerPort }) => [name, containerPort]));
    expect(ports.get('admin')).toBe(settings.listenAdmin.port);
    if (role === 'front-end') expect(ports.get('xmpp')).toBe(settings.listenXmpp.port);
    const stopSeconds = settings.stopTimeoutMs / 1000;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds + 25);
  });

  test('asks the admin listener how it is, and drains before it stops', () => {
    expect(pod.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'admin' });
    for (const { httpGet } of [pod.readinessProbe, pod.startupProbe])
      expect(httpGet).toEqual({ path: '/readyz', port: 'admin' });
    expect(pod.lifecycle.preStop.exec.command.join(' ')).toContain(
      'rollcall.js drain "$ROLLCALL_NODE_NAME"',
    );
  });

  test('is chosen by its own labels, and its disruption budget goes by the same', () => {
    const { matchLabels } = spec.selector;
    expect(spec.template.metadata.labels).toEqual(matchLabels);
    const found = budget.parse(
      documents.find((document) => document.kind === 'PodDisruptionBudget'),
    );
    expect(found.spec.selector.matchLabels).toEqual(matchLabels);
  });
});
