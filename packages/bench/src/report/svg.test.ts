import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barPlot, linearTicks, linePlot, logTicks } from './svg.ts';

/** Of the 12 pixels of a letter's height, in the fonts that browsers take. */
const widestDigit = 7.5;
const axes = { title: 'T', xLabel: 'x', yLabel: 'y' };

describe('a plot', () => {
  it('has a line for each series, and names them', () => {
    const svg = linePlot({
      ...axes,
      xScale: 'linear',
      series: [
        {
          name: 'one',
          points: [
            { x: 0, y: 0 },
            { x: 10, y: 5 },
          ],
        },
        {
          name: 'two',
          points: [
            { x: 0, y: 1 },
            { x: 10, y: 2 },
          ],
        },
      ],
    });
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('one');
    expect(svg).toContain('two');
  });

  it('has room for the whole of every number on its axes', () => {
    const points = [
      { x: 0.01, y: 0 },
      { x: 1e6, y: 1e6 },
    ];
    const svg = linePlot({ ...axes, xScale: 'log', series: [{ name: 's', points }] });
    const labels = [...svg.matchAll(/<text x="([\d.]+)"[^>]*"(middle|end)">([\d.,]+)</g)];
    expect(labels.map(([, , , text]) => text)).toContain('1,000,000');
    for (const [, x, anchor, text = ''] of labels) {
      const width = text.length * widestDigit;
      const left = Number(x) - (anchor === 'end' ? width : width / 2);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(640);
    }
  });

  it('stays within its frame, whatever is drawn', () => {
    const value = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const points = fc.array(fc.record({ x: value, y: value }), { minLength: 1 });
    fc.assert(
      fc.property(points, fc.constantFrom('linear' as const, 'log' as const), (drawn, xScale) => {
        const svg = linePlot({ ...axes, xScale, series: [{ name: 's', points: drawn }] });
        const places = /points="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? [];
        for (const place of places) {
          const [x = NaN, y = NaN] = place.split(',').map(Number);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(640);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(300);
        }
      }),
    );
  });

  it('stays within its frame for values that hardly differ', () => {
    const [low, high] = [999_999.999_999_9, 1_000_000];
    const points = [
      { x: low, y: low },
      { x: high, y: high },
    ];
    const svg = linePlot({ ...axes, xScale: 'linear', series: [{ name: 's', points }] });
    const xs = /points="([^"]*)"/
      .exec(svg)?.[1]
      ?.split(' ')
      .map((place) => parseFloat(place));
    for (const x of xs ?? [NaN]) expect(x).toBeGreaterThanOrEqual(64);
  });

  it('is left out where there is nothing to draw', () => {
    expect(linePlot({ ...axes, xScale: 'linear', series: [] })).toBe('');
    expect(
      linePlot({ ...axes, xScale: 'log', series: [{ name: 's', points: [{ x: 0, y: 1 }] }] }),
    ).toBe('');
    expect(barPlot({ title: 'T', unit: 'µs', bars: [] })).toBe('');
  });

  it('has bars in proportion', () => {
    const svg = barPlot({
      title: 'T',
      unit: 'µs',
      bars: [
        { name: 'a', value: 10 },
        { name: 'b', value: 5 },
      ],
    });
    const [long = NaN, short = NaN] = [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(
      ([, w]) => Number(w),
    );
    expect(long / short).toBeCloseTo(2);
  });

  it('takes no names for markup', () => {
    const svg = barPlot({ title: '<b>', unit: '', bars: [{ name: '<i>&"', value: 1 }] });
    expect(svg).not.toMatch(/<b>|<i>/);
    expect(svg).toContain('&lt;i&gt;&amp;&quot;');
  });
});

describe('ticks', () => {
  it('are round numbers around all values', () => {
    expect(linearTicks([0, 97])).toEqual([0, 20, 40, 60, 80, 100]);
    expect(linearTicks([3, 3])[0]).toBeLessThanOrEqual(3);
    expect(logTicks([0.5, 300])).toEqual([0.1, 1, 10, 100, 1000]);
  });
});
