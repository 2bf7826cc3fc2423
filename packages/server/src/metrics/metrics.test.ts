import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { counters, gauges, histograms } from '@rollcall/cluster';
import type { FrontEndStats } from '@rollcall/front-end';
import { frontEndStats, registerFrontEnd } from './front-end-metrics.ts';
import { metricsTable } from './metrics-table.ts';
import { prometheusMetrics } from './prometheus-metrics.ts';

function statsOf(value: number): FrontEndStats {
  const entries = Object.keys(frontEndStats).map((key) => [key, value] as const);
  return Object.fromEntries(entries) as Record<keyof FrontEndStats, number>;
}

test('METRICS.md is the table of what is registered (npx vitest -u writes it anew)', async () => {
  await expect(metricsTable()).toMatchFileSnapshot('../../METRICS.md');
});

test('all that the cluster can count has a name and shows its value', async () => {
  const registry = new Registry();
  const metrics = prometheusMetrics(registry);
  metrics.count('deliveries', 3);
  metrics.count('deliveries');
  metrics.observe('save_ms', 2);
  let sessions = 5;
  metrics.gauge('sessions', () => sessions);
  sessions = 6;
  const text = await registry.metrics();
  expect(text).toContain('rollcall_deliveries_total 4\n');
  expect(text).toContain('rollcall_sessions 6\n');
  expect(text).toContain('rollcall_save_seconds_sum 0.002\n');
  expect(text).toContain('rollcall_save_seconds_bucket{le="0.001"} 0\n');
  expect(text).toContain('rollcall_save_seconds_bucket{le="0.0025"} 1\n');
  for (const name of Object.keys(counters)) expect(text).toContain(`rollcall_${name}_total `);
});

test('what a front-end counts is taken over as it is, however often one looks', async () => {
  const registry = new Registry();
  let value = 7;
  registerFrontEnd(registry, () => statsOf(value));
  await registry.metrics();
  value = 8;
  const text = await registry.metrics();
  expect(text).toContain('rollcall_connections_accepted_total 8\n');
  expect(text).toContain('rollcall_connections 8\n');
  expect(text).toContain('rollcall_streams{transport="websocket"} 8\n');
});

test('no two metrics have one name', () => {
  const registry = new Registry();
  const metrics = prometheusMetrics(registry);
  for (const name of Object.keys(gauges) as (keyof typeof gauges)[]) metrics.gauge(name, () => 0);
  registerFrontEnd(registry, () => statsOf(0));
  const catalogued = [counters, gauges, histograms].map(Object.keys).flat();
  const atTheEdge = new Set(Object.values(frontEndStats).map(({ name }) => name));
  expect(registry.getMetricsAsArray()).toHaveLength(catalogued.length + atTheEdge.size);
});
