import { describe, expect, test } from 'vitest';
import { processIdOf } from '../process/process-id.ts';
import { decodeBundle, encodeBundle } from './bundle-codec.ts';
import type { Frame } from './frame.ts';

const alpha = processIdOf('alpha', 1);
const beta = processIdOf('beta', 1);
const gamma = processIdOf('gamma', 2);
const data: Frame = {
  kind: 'data',
  from: alpha,
  epoch: 4,
  stream: 1,
  number: 9,
  envelopes: [{ kind: 'deliver', sessions: [1], head: '<presence', tail: '>\n 🌿</presence>' }],
};
const pulse: Frame = { kind: 'pulse', from: alpha, stream: 1, lastNumber: 9, urgent: true };
const received: Frame = { kind: 'received', from: alpha, stream: 2, number: 5 };
const bundle = encodeBundle(
  new Map([
    [beta, [data]],
    [gamma, [pulse, received]],
  ]),
);

describe('a bundle of frames', () => {
  test('gives each process its own, in order', () => {
    expect(decodeBundle(bundle, beta)).toEqual([data]);
    expect(decodeBundle(bundle, gamma)).toEqual([pulse, received]);
  });

  test('gives nothing to those whom it does not name, another life of a node among them', () => {
    expect(decodeBundle(bundle, alpha)).toEqual([]);
    expect(decodeBundle(bundle, processIdOf('gamma', 1))).toEqual([]);
  });

  test('may say more in its head than this version knows (rolling upgrade)', () => {
    const newer = Buffer.from(bundle.toString().replace('{', '{"later":1,'));
    expect(decodeBundle(newer, gamma)).toEqual([pulse, received]);
  });

  test('is unreadable where it is damaged, or of a later format', () => {
    const text = bundle.toString();
    for (const damaged of [
      '',
      '{',
      '{}\n',
      'null\n',
      '{"v":1}\n',
      '{"v":1,"lengths":{"beta~1":7}}\n',
    ])
      expect(decodeBundle(Buffer.from(damaged), beta)).toEqual([undefined]);
    expect(decodeBundle(Buffer.from(text.replace('"v":1', '"v":2')), beta)).toEqual([undefined]);
    expect(decodeBundle(bundle.subarray(0, 90), beta)).toEqual([undefined]);
  });
});
