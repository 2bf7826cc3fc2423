import { expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { crowdOf, nobody, someOf } from './crowd.ts';

const [ann, ben, cat] = ['ann@x', 'ben@x', 'cat@x'].map((jid) => jid as BareJid) as [
  BareJid,
  BareJid,
  BareJid,
];

test('no part of a crowd is empty: a crowd of nobody has none', () => {
  expect(crowdOf([])).toEqual(nobody);
  expect(crowdOf([ann])).toEqual([[ann]]);
  expect(someOf([[ann, ben], [cat]], (jid) => jid !== cat)).toEqual([[ann, ben]]);
  expect(someOf([[ann], [cat]], () => false)).toEqual(nobody);
});
