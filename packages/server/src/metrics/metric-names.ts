// How what is counted is called in Prometheus: `rollcall_`, the thing, the unit, and `_total` on what only grows.

export const metricNames = {
  counter: (name: string) => `rollcall_${name}_total`,
  gauge: (name: string) => `rollcall_${name}`,
  /** Kept in milliseconds, shown in seconds as Prometheus wants it. */
  histogram: (name: string) => `rollcall_${name.replace(/_ms$/, '_seconds')}`,
} as const;

export function inSeconds(help: string): string {
  return `${help}, in seconds`;
}
