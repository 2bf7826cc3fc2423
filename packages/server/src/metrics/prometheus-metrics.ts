// What the cluster counts, as Prometheus metrics of a registry of its own.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import {
  counters,
  gauges,
  histograms,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Metrics,
} from '@rollcall/cluster';
import { inSeconds, metricNames } from './metric-names.ts';

const bucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function prometheusMetrics(registry: Registry): Metrics {
  const registers = [registry];
  const counts = byName(counters, () => 0);
  for (const name of Object.keys(counters) as CounterName[])
    registry.registerMetric(counterOf(name, () => counts[name]));
  const observed = byName(histograms, (name: HistogramName, help) => {
    const buckets = bucketsSeconds;
    return new Histogram({
      name: metricNames.histogram(name),
      help: inSeconds(help),
      buckets,
      registers,
    });
  });
  const readers = new Map<GaugeName, () => number>();
  return {
    count: (name, by = 1) => void (counts[name] += by),
    observe: (name, valueMs) => observed[name].observe(valueMs / 1000),
    gauge(name: GaugeName, read) {
      const isKnown = readers.has(name);
      readers.set(name, read);
      if (!isKnown) registry.registerMetric(gaugeOf(name, () => readers.get(name)?.() ?? 0));
    },
  };
}

/** Counted in plain numbers, since several are for each stanza; taken over when somebody looks. */
function counterOf(name: CounterName, read: () => number): Counter {
  return new Counter({
    name: metricNames.counter(name),
    help: counters[name],
    registers: [],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gaugeOf(name: GaugeName, read: () => number): Gauge {
  return new Gauge({
    name: metricNames.gauge(name),
    help: gauges[name],
    registers: [],
    collect() {
      this.set(read());
    },
  });
}

function byName<Name extends string, Metric>(
  catalogue: Readonly<Record<Name, string>>,
  make: (name: Name, help: string) => Metric,
): Record<Name, Metric> {
  const entries = (Object.keys(catalogue) as Name[]).map((name) => [
    name,
    make(name, catalogue[name]),
  ]);
  return Object.fromEntries(entries) as Record<Name, Metric>;
}
