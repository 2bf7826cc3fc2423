// What the checkers hold of blocks where the store loses what it acknowledged.
import { expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import type { Fact } from './observation.ts';
import { Relations } from './relations.ts';

const user = 'juliet@x' as BareJid;
const contact = 'romeo@x' as BareJid;

function record(blocked: readonly BareJid[], isLoss = false): Fact {
  const half = { state: 'From', listed: true, outbox: 0 } as const;
  const halves = new Map([[contact, half]]);
  return { kind: 'stored', user, halves, blocked: new Set(blocked), isLoss };
}

const block: Fact = { kind: 'blocking', user, contact, phase: 'confirmed', askedMs: 1 };
const asked: Fact = { ...block, phase: 'asked' };
const lifted: Fact = { ...block, phase: 'lifted' };

/** Whether the contact may see the user when all this has happened. */
function isEntitledAfter(...facts: Fact[]): boolean {
  const relations = new Relations();
  for (const [index, fact] of facts.entries()) relations.observe({ ...fact, atMs: index });
  return relations.entitledWithin(user, contact, facts.length, facts.length);
}

test('a block holds that the store has not lost', () => {
  const facts = [record([]), record([contact]), block, record([contact], true), record([contact])];
  expect(isEntitledAfter(...facts)).toBe(false);
});

test('a block is over that was lost for good', () => {
  const facts = [record([]), record([contact]), block, record([], true), record([])];
  expect(isEntitledAfter(...facts)).toBe(true);
});

test('a block holds again when it is given back', () => {
  const facts = [record([]), record([contact]), block, record([], true), record([contact])];
  expect(isEntitledAfter(...facts)).toBe(false);
});

test('a block holds that was asked for right after a former one was lifted, at the same time', () => {
  expect(isEntitledAfter(record([]), lifted, asked, record([contact]), block)).toBe(false);
});

test('a block does not hold that another client lifted after it was set, though it had asked for that before', () => {
  const lifting = [lifted, asked, record([contact]), record([])];
  expect(isEntitledAfter(record([]), ...lifting, block)).toBe(true);
  expect(isEntitledAfter(record([]), ...lifting.slice(0, 3), block, record([]))).toBe(true);
});

test('a block holds that is in no record any more when all that would have lifted it has been answered', () => {
  const answered: Fact = { ...lifted, phase: 'liftConfirmed' };
  const facts = [record([]), lifted, answered, { ...asked, askedMs: 3 }, record([contact])];
  expect(isEntitledAfter(...facts, { ...block, askedMs: 3 }, record([]))).toBe(false);
});

test('a block does not hold that was lifted right after it was asked for, whenever it is confirmed', () => {
  expect(isEntitledAfter(record([]), asked, lifted, record([]), block)).toBe(true);
});
