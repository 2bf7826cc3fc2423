// Numbers as people read them.

/** 12,345 */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits that mean something, no more than two behind the point: 0.46, 12.3, 1,234. */
export function rounded(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return whole(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: size >= 10 ? 1 : 2 });
}

/** With its unit; "an unknown time" and the like where there is no value. */
export function phrase(value: number | undefined, unit: string): string {
  return value === undefined ? `an unknown number of ${unit}` : `${rounded(value)} ${unit}`;
}

export function times(ratio: number): string {
  return `${rounded(ratio)} times`;
}

export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${whole(count)} ${count === 1 ? singular : plural}`;
}
