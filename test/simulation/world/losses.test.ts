// Who still knows what the simulated store has lost, and when a record counts as it is.
import type { BareJid } from '@rollcall/xmpp';
import { expect, test } from 'vitest';
import { Losses } from './losses.ts';

const user = 'juliet@x' as BareJid;

function losses(...living: string[]) {
  const members = new Set(living);
  const final: BareJid[] = [];
  const isMember = (process: string) => members.has(process);
  return { members, final, losses: new Losses({ isMember, final: (jid) => final.push(jid) }) };
}

test('a record that was lost counts as it is once all have been declared dead that knew better', () => {
  const run = losses('a', 'b');
  run.losses.lost(user, new Set(['a', 'b']));
  run.members.delete('a');
  run.losses.look();
  expect(run.final).toEqual([]);
  run.members.delete('b');
  run.losses.look();
  run.losses.look();
  expect(run.final).toEqual([user]);
});

test('of a record in several pages all have to be gone that knew any of them', () => {
  const run = losses('b');
  run.losses.lost(user, new Set(['a']));
  run.losses.lost(user, new Set(['b']));
  run.losses.look();
  expect(run.final).toEqual([]);
});

test('nothing more follows once those who knew have had the time to give it back', () => {
  const run = losses();
  run.losses.lost(user, new Set(['a']));
  run.losses.givenBack(user);
  run.losses.look();
  expect(run.final).toEqual([]);
});
