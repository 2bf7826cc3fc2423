// What a test has measured, for people: one line among the test's output.

export function report(what: string, numbers: Readonly<Record<string, number | string>>): void {
  const shown = Object.entries(numbers).map(([name, value]) => `${name} ${rounded(value)}`);
  process.stdout.write(`  measured: ${what}: ${shown.join(', ')}\n`);
}

function rounded(value: number | string): string {
  if (typeof value === 'string') return value;
  return String(Number.isInteger(value) ? value : Number(value.toFixed(1)));
}

/** The smallest value that so many of 100 do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.ceil((sorted.length * percent) / 100) - 1;
  return sorted[Math.max(0, index)] ?? Number.NaN;
}

/** In milliseconds. */
export async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
