import { describe, expect, test } from 'vitest';
import { processIdOf } from '../process/process-id.ts';
import type { Frame } from './frame.ts';
import { decodeFrame, encodeFrame } from './frame-codec.ts';

const from = processIdOf('alpha', 3);
const frames: readonly Frame[] = [
  {
    kind: 'data',
    from,
    epoch: 4,
    stream: 1,
    number: 9,
    envelopes: [{ kind: 'ended', session: 1 }],
  },
  {
    kind: 'data',
    from,
    epoch: 4,
    stream: 1,
    number: 10,
    envelopes: [],
    received: { stream: 3, number: 7 },
  },
  { kind: 'pulse', from, stream: 2, lastNumber: 7 },
  { kind: 'received', from, stream: 2, number: 5 },
  { kind: 'received', from, stream: 2, number: 5, missing: { first: 6, last: 8 } },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (frame: Frame) => new TextDecoder().decode(encodeFrame(frame));

describe('frames as bytes', () => {
  test('are read as they were written', () => {
    expect(frames.map((frame) => decodeFrame(encodeFrame(frame)))).toEqual(frames);
  });

  test('may have fields that this version does not know (rolling upgrade)', () => {
    for (const frame of frames)
      expect(decodeFrame(bytes(textOf(frame).replace('{', '{"later":{"x":1},')))).toEqual(frame);
  });

  test('may hold envelopes of kinds that this version does not know', () => {
    const text =
      '{"v":1,"kind":"data","from":"a~1","epoch":1,"stream":1,"number":1,"envelopes":[{"kind":"later"},7]}';
    expect(decodeFrame(bytes(text))).toMatchObject({ envelopes: [{ kind: 'later' }] });
  });

  test('are nothing where they are damaged, or of a later format', () => {
    const [data] = frames as [Frame];
    const damaged = ['', '{', '[]', '7', 'null', '{"v":1}', '{"v":1,"kind":"data","from":"a~1"}'];
    for (const text of damaged) expect(decodeFrame(bytes(text))).toBeUndefined();
    expect(decodeFrame(bytes(textOf(data).replace('"v":1', '"v":2')))).toBeUndefined();
    expect(decodeFrame(bytes(textOf(data).replace('alpha~3', 'alpha')))).toBeUndefined();
    expect(decodeFrame(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
  });
});
