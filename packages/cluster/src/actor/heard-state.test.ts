import type { StampedPresence, UserState } from '@rollcall/presence';
import type { FullJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { jid } from '../testing/test-client.ts';
import type { HearerList } from './attendance.ts';
import { HeardState } from './heard-state.ts';
import { presenceCore } from './presence-core.ts';

const user = jid('juliet@x');
const contact = jid('romeo@x');
const core = presenceCore({}, () => undefined);
const nowMs = 1_700_000_000_000;

function saidAs(number: number): StampedPresence {
  return {
    stanza: { kind: 'presence', from: 'romeo@x/orchard' as FullJid, content: '' },
    stamp: { session: { frontEnd: 'front~1', id: 7 }, seq: number },
  };
}

/** A list that notes which places are to be asked again. */
class TestList implements HearerList {
  readonly contact = contact;
  last = saidAs(1);
  readonly asked: number[] = [];

  ask(place: number): void {
    this.asked.push(place);
  }
}

/** Juliet, subscribed to Romeo, with a session that came a moment ago and so remembers what it is told. */
function arrived(): UserState {
  const item = { jid: contact, state: 'Both', groups: [] } as const;
  const session = { frontEnd: 'front~1', id: 1 };
  const from = `${user}/balcony` as FullJid;
  const stanza = { kind: 'presence', from, content: '' } as const;
  const where = { session, resource: 'balcony' };
  return [
    { kind: 'rosterImported', items: [item] } as const,
    { kind: 'sessionBound', ...where } as const,
    { kind: 'stanzaReceived', ...where, seq: 1, stanza } as const,
  ].reduce((state, input) => core.decide(state, input, nowMs).state, core.emptyState(user, true));
}

let heard: HeardState;
let list: TestList;

/** Whether the session has been told all that Romeo has said up to then. */
function remembers(number: number): boolean {
  const hearing = core.overhear(heard.present(), saidAs(number), contact);
  return hearing !== 'decide' && hearing.to.length === 0;
}

beforeEach(() => {
  heard = new HeardState(user, core);
  heard.state = arrived();
  list = new TestList();
  expect(heard.attend(list, 3)).toMatchObject({ lasts: true, to: [{ id: 1 }] });
});

describe('a user on a list of hearers', () => {
  test('has not heard what the list was told since, until it catches up', () => {
    list.last = saidAs(5);
    expect([remembers(1), remembers(5)]).toEqual([true, false]);
    heard.catchUp();
    expect([remembers(5), remembers(6)]).toEqual([true, false]);
  });

  test('has heard all that the list was told when the list is no more', () => {
    list.last = saidAs(5);
    heard.forgetList(list);
    expect(remembers(5)).toBe(true);
    list.last = saidAs(6);
    expect(heard.catchUp()).toBeUndefined();
    expect(remembers(6)).toBe(false);
  });

  test('goes on with the lists that are left', () => {
    const other = new TestList();
    other.last = saidAs(2);
    heard.attend(other, 0);
    heard.forgetList(list);
    heard.leaveLists();
    expect([list.asked, other.asked]).toEqual([[], [0]]);
  });

  test('leaves them, and is asked again by each, once', () => {
    heard.leaveLists();
    heard.leaveLists();
    expect(list.asked).toEqual([3]);
  });
});

describe('after a letter a user stays on its lists', () => {
  function afterwards(state: UserState, isQuiet: boolean): readonly number[] {
    const before = heard.catchUp();
    heard.state = state;
    heard.leaveListsUnlessSame(before, isQuiet);
    return list.asked;
  }

  test('if it is quiet and hears as before', () => {
    expect(afterwards({ ...heard.present(), exists: false }, true)).toEqual([]);
  });

  test('not while it is busy', () => {
    expect(afterwards(heard.present(), false)).toEqual([3]);
  });

  test('not if others of its sessions hear now', () => {
    expect(afterwards({ ...heard.present(), sessions: new Map() }, true)).toEqual([3]);
  });
});
