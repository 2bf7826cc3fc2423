import { describe, expect, it } from 'vitest';
import { formatConstants, parseConstants, publishedConstants, readConstants } from './constants.ts';

describe('constants', () => {
  it('that come with the package can be read, and say where they come from', async () => {
    const { measured, embedded } = await readConstants(publishedConstants);
    expect(Date.parse(measured.date)).not.toBeNaN();
    expect(measured.command).toContain('calibrate');
    expect(embedded.server.deliveryUs).toBeGreaterThan(0);
  });

  it('that come with the package foretell runs that they do not come from', async () => {
    const { embedded, cluster } = await readConstants(publishedConstants);
    const checks = [...embedded.checks, ...(cluster?.checks ?? [])];
    expect(checks.length).toBeGreaterThanOrEqual(4);
    for (const { what, predictedUs, measuredUs } of checks) {
      expect(predictedUs / measuredUs, what).toBeGreaterThan(0.7);
      expect(predictedUs / measuredUs, what).toBeLessThan(1.4);
    }
  });

  it('are read back as they were written, to four digits', async () => {
    const constants = await readConstants(publishedConstants);
    expect(parseConstants(formatConstants(constants), 'file')).toEqual(constants);
  });

  it.each([
    ['no JSON', 'nonsense', /file is not JSON/],
    ['something else', '{"measured": {}}', /file does not hold.*measured\.date/],
  ])('are not read from %s', (_what, text, problem) => {
    expect(() => parseConstants(text, 'file')).toThrow(problem);
  });

  it('that are not there are reported', async () => {
    await expect(readConstants('/nowhere/constants.json')).rejects.toThrow('cannot be read');
  });
});
