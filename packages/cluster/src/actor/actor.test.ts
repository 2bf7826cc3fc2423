import {
  decodingRecord,
  type Decision,
  type Effect,
  type Groundwork,
  type Input,
  type StampedPresence,
  type UserState,
} from '@rollcall/presence';
import { MemoryRecordStore, StoreError, type RecordStore } from '@rollcall/store';
import type { FullJid } from '@rollcall/xmpp';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { jid } from '../testing/test-client.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { CoarseTimers } from '../time/coarse-timers.ts';
import { Slices } from '../time/slices.ts';
import { Actor, type ActorSurroundings } from './actor.ts';
import type { Letter, Refusal } from './letter.ts';
import { presenceCore, type PresenceCore } from './presence-core.ts';
import { RecordFile } from './record-file.ts';
import type { Records } from './record-keeper.ts';

const user = jid('alice@localhost');
const limits = { ...defaultClusterLimits, mailboxLimit: 2, saveAttempts: 3 };

/** What a stanza's content tells the scripted core to do; the state counts how often it has been saved. */
type Script = 'save' | 'note' | 'throw' | 'long';

interface Counted extends UserState {
  readonly saves: number;
}

/** A core that does what the letters say, on states that only count. */
function scriptedCore(): PresenceCore {
  const real = presenceCore({}, () => undefined);
  const savesIn = (state: UserState) => (state as Counted).saves;
  return {
    ...real,
    emptyState: (of, exists) => ({ ...real.emptyState(of, exists), saves: 0 }) as UserState,
    *decodingRecord(of, { head, pages }) {
      const record = yield* decodingRecord(of, undefined, pages);
      if (!record.ok) return record;
      return { ok: true, value: { ...record.value, saves: Number(head ?? 0) } as never };
    },
    groundworkFor: (state, input) => (scriptOf(input) === 'long' ? longWork(state) : undefined),
    asUnsaved: (state) => ({ ...state, dirty: new Set(['head']) }),
    pagesOf: () => ({ ok: true, value: { generation: 0, pages: [] } }),
    encodePart: (state) => String(savesIn(state)),
    decide: (state, input) => decideByScript(state as Counted, input),
  };
}

/** Takes three turns after this one. */
function* longWork({ roster }: UserState): Generator<void, Groundwork> {
  for (let slice = 1; slice < 4; slice++) yield;
  return { roster, items: '' };
}

function decideByScript(state: Counted, input: Input): Decision {
  const script = scriptOf(input);
  if (input.kind === 'idle') {
    const effects = [{ kind: 'save', parts: [{ part: 'head', unsettled: false }] }] as const;
    return { state: { ...state, dirty: new Set() }, effects };
  }
  if (script === 'throw') throw new Error('a bug');
  const note: Effect = { kind: 'note', event: `${script ?? input.kind} on ${state.saves}` };
  if (script !== 'save') return { state, effects: [note] };
  const next: Counted = { ...state, saves: state.saves + 1 };
  return {
    state: next,
    effects: [{ kind: 'save', parts: [{ part: 'head', unsettled: false }] }, note],
  };
}

function scriptOf(input: Input): Script | undefined {
  return input.kind === 'stanzaArrived' || input.kind === 'timeCame'
    ? ((input.kind === 'stanzaArrived' ? input.stanza.content : 'note') as Script)
    : undefined;
}

function say(script: Script): Letter {
  return {
    input: { kind: 'stanzaArrived', stanza: { kind: 'message', to: user, content: script } },
  };
}

const presenceOfBob: StampedPresence = {
  stanza: { kind: 'presence', from: 'bob@localhost/r' as FullJid, content: '' },
  stamp: { session: { frontEnd: 'front~1', id: 1 }, seq: 1 },
};

class Surroundings implements ActorSurroundings {
  readonly core = scriptedCore();
  readonly timers = new VirtualClock();
  readonly coarseTimers = new CoarseTimers(this.timers);
  readonly slices = new Slices(this.timers, 1);
  readonly limits = limits;
  readonly metrics = noMetrics;
  readonly done: string[] = [];
  readonly refusals: (readonly [string, Refusal])[] = [];
  readonly failures: { readonly error: unknown; readonly letters: readonly Letter[] }[] = [];
  allowed = true;
  hasAccount = true;
  accountsAreAway = false;
  readonly store: RecordStore;
  readonly records: Records = {
    fileOf: () => new RecordFile(this.store, this.core, user),
    load: async (of, file) => {
      const reading = await file.read();
      if (this.accountsAreAway) throw new StoreError('store_unavailable', 'no answer');
      const record = await this.slices.run(this.core.decodingRecord(of, reading.texts));
      return { exists: this.hasAccount, record, freshness: file.accept(reading) };
    },
  };

  constructor(store: RecordStore) {
    this.store = store;
  }

  mayAct(): boolean {
    return this.allowed;
  }

  carryOut(_actor: Actor, effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.kind === 'note') this.done.push(effect.event);
  }

  refuse(_actor: Actor, letter: Letter, refusal: Refusal): void {
    this.refusals.push([letter.input.kind, refusal]);
  }

  failed(_actor: Actor, error: unknown, letters: readonly Letter[]): void {
    this.failures.push({ error, letters });
  }

  rested(): void {
    // Nobody sleeps here.
  }

  storeFailed(): void {
    // Seen in what comes of it.
  }
}

const headKey = 'user/alice=40localhost/h';
let records: MemoryRecordStore;
let around: Surroundings;

beforeEach(() => {
  records = new MemoryRecordStore();
  around = new Surroundings(records);
});

async function woken(): Promise<Actor> {
  const actor = new Actor(user, 0, around);
  await around.timers.settle();
  expect(around.done).toEqual(['woken on 0']);
  around.done.length = 0;
  return actor;
}

async function savedText(): Promise<string | undefined> {
  const record = await records.read(headKey);
  return record && new TextDecoder().decode(record.value);
}

describe('an actor', () => {
  test('deals with letters one at a time, in order, each on the state that the one before left', async () => {
    const actor = await woken();
    for (const script of ['note', 'save', 'note', 'save'] as const) actor.post(say(script));
    expect(around.done).toEqual(['note on 0']);
    await around.timers.settle();
    expect(around.done).toEqual(['note on 0', 'save on 0', 'note on 1', 'save on 1']);
    expect(await savedText()).toBe('2');
  });

  describe('that has much to work out for a letter', () => {
    test('does so in turns of its own, and what comes later waits behind it', async () => {
      const actor = await woken();
      for (const script of ['long', 'note'] as const) actor.post(say(script));
      expect(around.done).toEqual([]);
      expect(actor.quiet).toBe(false);
      expect(actor.overhear(presenceOfBob, jid('bob@localhost'))).toBe('decide');
      await around.timers.settle();
      expect(around.done).toEqual(['long on 0', 'note on 0']);
      expect(actor.quiet).toBe(true);
    });

    test('and is stopped meanwhile tells whose letters they are', async () => {
      const actor = await woken();
      for (const script of ['long', 'note'] as const) actor.post(say(script));
      actor.stop();
      await around.timers.settle();
      expect(around.done).toEqual([]);
      expect(around.refusals).toEqual([
        ['stanzaArrived', 'stopped'],
        ['stanzaArrived', 'stopped'],
      ]);
    });

    test('and may not act any more decides when it may again', async () => {
      const actor = await woken();
      actor.post(say('long'));
      around.allowed = false;
      await around.timers.settle();
      expect(around.done).toEqual([]);
      around.allowed = true;
      actor.resume();
      expect(around.done).toEqual(['long on 0']);
    });
  });

  describe('on a list of hearers', () => {
    /** What the actor hears last is counted in its state; the list was told the seventh since. */
    async function listed(): Promise<Actor> {
      around.core.overhear = (state, { stamp }) => ({
        state: { ...state, saves: stamp.seq } as UserState,
        to: [],
        lasts: true,
      });
      const actor = await woken();
      const list = { contact: jid('bob@localhost'), last: presenceOfBob, ask: () => undefined };
      actor.attend(list, 0);
      list.last = { ...presenceOfBob, stamp: { ...presenceOfBob.stamp, seq: 7 } };
      return actor;
    }

    test('deals with a letter after all that the list was told', async () => {
      const actor = await listed();
      actor.post(say('note'));
      expect(around.done).toEqual(['note on 7']);
    });

    test('gives back what it knows after all that the list was told', async () => {
      const actor = await listed();
      actor.doubtRecord();
      expect((actor.state as Counted).saves).toBe(7);
    });
  });

  test('has no effect before it is durable', async () => {
    const actor = await woken();
    const saved: (string | undefined)[] = [];
    around.carryOut = () => void savedText().then((text) => saved.push(text));
    actor.post(say('save'));
    await around.timers.settle();
    expect(saved).toEqual(['1']);
  });

  test('writes nothing more of what it had decided once it may not act, until it may again', async () => {
    const actor = await woken();
    const write = records.write.bind(records);
    around.store.write = () => Promise.reject(new StoreError('store_unavailable', 'no answer'));
    actor.post(say('save'));
    await around.timers.settle();
    around.store.write = write;
    around.allowed = false;
    await around.timers.advance(limits.saveTimeoutMs / 2);
    expect(await savedText()).toBeUndefined();
    around.allowed = true;
    await around.timers.advance(limits.retryMaxMs);
    expect(await savedText()).toBe('1');
    expect(around.done).toEqual(['save on 0']);
  });

  test('decides anew on what is there when somebody else has written, and goes on with what they began', async () => {
    const actor = await woken();
    await records.write(headKey, new TextEncoder().encode('7'), 0);
    actor.post(say('save'));
    await around.timers.settle();
    expect(around.done).toEqual(['save on 7', 'woken on 8']);
    expect(await savedText()).toBe('8');
  });

  describe('whose store has lost what it acknowledged (scenario 10)', () => {
    /** The actor has saved twice, the second of which the store has forgotten. */
    async function forgotten(): Promise<Actor> {
      const actor = await woken();
      actor.post(say('save'));
      await around.timers.settle();
      const before = await records.read(headKey);
      actor.post(say('save'));
      await around.timers.settle();
      around.done.length = 0;
      records = new MemoryRecordStore();
      around.store.read = records.read.bind(records);
      around.store.write = records.write.bind(records);
      around.store.readMany = records.readMany.bind(records);
      await records.write(headKey, before?.value ?? new Uint8Array(), 0);
      expect(await savedText()).toBe('1');
      return actor;
    }

    test('decides on what it knows, and saves that', async () => {
      const actor = await forgotten();
      actor.post(say('save'));
      await around.timers.settle();
      expect(around.done).toContain('save on 2');
      expect(await savedText()).toBe('3');
    });

    test('gives back what it knows when it is told to look', async () => {
      const actor = await forgotten();
      actor.doubtRecord();
      await around.timers.settle();
      expect(await savedText()).toBe('2');
    });

    test('gives back what it knows although its account could not be read at first', async () => {
      const actor = await forgotten();
      around.accountsAreAway = true;
      actor.doubtRecord();
      await around.timers.advance(limits.retryMaxMs);
      around.accountsAreAway = false;
      await around.timers.advance(limits.retryMaxMs);
      expect(await savedText()).toBe('2');
    });

    test('still knows it after a save on it was given up', async () => {
      const actor = await forgotten();
      const write = records.write.bind(records);
      let writes = 0;
      around.store.write = (...args) =>
        ++writes === 1
          ? write(...args)
          : Promise.reject(new StoreError('store_unavailable', 'away'));
      actor.post(say('save'));
      await around.timers.advance(limits.saveTimeoutMs * 3);
      expect(around.refusals).toContainEqual(['stanzaArrived', 'store-failed']);
      around.store.write = write;
      await around.timers.advance(limits.retryMaxMs);
      expect(await savedText()).toBe('2');
    });

    test('looks before it believes what an audit has compared', async () => {
      const actor = await forgotten();
      const compared = { contact: jid('bob@localhost'), mine: 'None', theirs: 'From' } as const;
      actor.post({ input: { kind: 'halvesCompared', ...compared } });
      await around.timers.settle();
      expect(await savedText()).toBe('2');
    });

    test('takes over what somebody else has written since', async () => {
      const actor = await forgotten();
      for (const text of ['7', '8', '9']) {
        const { revision = 0 } = (await records.read(headKey)) ?? {};
        await records.write(headKey, new TextEncoder().encode(text), revision);
      }
      actor.doubtRecord();
      actor.post(say('note'));
      await around.timers.settle();
      expect(around.done).toEqual(['woken on 9', 'note on 9']);
    });

    test('leaves the record alone where nothing is missing', async () => {
      const actor = await woken();
      actor.post(say('save'));
      await around.timers.settle();
      const before = await records.read(headKey);
      actor.doubtRecord();
      actor.post(say('note'));
      await around.timers.settle();
      expect(around.done).toEqual(['save on 0', 'note on 1']);
      expect(await records.read(headKey)).toEqual(before);
    });
  });

  test('keeps presence that comes while the store is away: nobody is to stay on show who is gone', async () => {
    const actor = await woken();
    const write = records.write.bind(records);
    records.write = () => Promise.reject(new StoreError('store_unavailable', 'away'));
    actor.post(say('save'));
    const from = jid('bob@localhost');
    const stanza = { kind: 'presence', type: 'unavailable', from, content: '' } as const;
    const stamp = { session: { frontEnd: 'front~1', id: 1 }, seq: 2 };
    actor.post({ input: { kind: 'broadcastArrived', presence: { stanza, stamp } } });
    await around.timers.advance(limits.saveTimeoutMs * 3);
    records.write = write;
    await around.timers.advance(limits.retryMaxMs);
    expect(around.done).toContain('broadcastArrived on 0');
  });

  test('takes a write whose answer was lost for its own', async () => {
    const actor = await woken();
    const write = records.write.bind(records);
    let isFirst = true;
    records.write = async (...args) => {
      const outcome = await write(...args);
      if (!isFirst) return outcome;
      isFirst = false;
      throw new StoreError('store_unavailable', 'the answer was lost');
    };
    actor.post(say('save'));
    await around.timers.advance(limits.retryMinMs);
    expect(around.done).toEqual(['save on 0']);
    expect(await savedText()).toBe('1');
  });

  test('gives up what may be refused when the store is away for long, and goes on', async () => {
    const actor = await woken();
    records.write = () => Promise.reject(new StoreError('store_unavailable', 'away'));
    actor.post(say('save'));
    actor.post(say('note'));
    await around.timers.advance(limits.saveTimeoutMs * 3);
    expect(around.refusals).toEqual([['stanzaArrived', 'store-failed']]);
    expect(around.done).toEqual(['woken on 0', 'note on 0']);
  });

  test('waits for its record as long as it takes, refusing what may come again', async () => {
    const read = records.read.bind(records);
    records.read = () => Promise.reject(new StoreError('store_unavailable', 'away'));
    const actor = new Actor(user, 0, around);
    actor.post(say('note'));
    actor.post({ input: { kind: 'timeCame' } });
    await around.timers.advance(limits.saveTimeoutMs * 3);
    expect(around.refusals).toEqual([['stanzaArrived', 'store-failed']]);
    records.read = read;
    await around.timers.advance(limits.retryMaxMs);
    expect(around.done).toEqual(['woken on 0', 'note on 0']);
  });

  test('keeps presence as long as it waits for its record: nobody would say it again', async () => {
    const read = records.read.bind(records);
    records.read = () => Promise.reject(new StoreError('store_unavailable', 'away'));
    const actor = new Actor(user, 0, around);
    actor.post({ input: { kind: 'broadcastArrived', presence: presenceOfBob } });
    await around.timers.advance(limits.saveTimeoutMs * 3);
    records.read = read;
    await around.timers.advance(limits.retryMaxMs);
    expect(around.refusals).toEqual([]);
    expect(around.done).toEqual(['woken on 0', 'broadcastArrived on 0']);
  });

  test('keeps what it is told once while it asks whether a save without an answer was carried out', async () => {
    const actor = await woken();
    const { read, write } = {
      read: records.read.bind(records),
      write: records.write.bind(records),
    };
    const noAnswer = () => Promise.reject(new StoreError('store_unavailable', 'away'));
    records.read = noAnswer;
    records.write = async (...args) => {
      await write(...args);
      return noAnswer();
    };
    actor.post(say('save'));
    const contact = jid('bob@localhost');
    actor.post({ input: { kind: 'handshakePublished', contact, id: 'alice/bob/1' } });
    await around.timers.advance(limits.saveTimeoutMs * 3);
    expect(around.done).toEqual([]);
    records.read = read;
    await around.timers.advance(limits.retryMaxMs);
    expect(around.done).toEqual(['save on 0', 'handshakePublished on 1']);
  });

  test('refuses what does not fit into its mailbox while it is saving', async () => {
    const actor = await woken();
    for (const script of ['save', 'note', 'note', 'note'] as const) actor.post(say(script));
    expect(around.refusals).toEqual([['stanzaArrived', 'mailbox-full']]);
    await around.timers.settle();
    expect(around.done).toEqual(['save on 0', 'note on 1', 'note on 1']);
  });

  test('stops at an exception, with all that it has not dealt with', async () => {
    const actor = await woken();
    for (const script of ['save', 'throw', 'note'] as const) actor.post(say(script));
    await around.timers.settle();
    expect(around.done).toEqual(['save on 0']);
    expect(around.failures).toHaveLength(1);
    expect(around.failures[0]?.letters).toHaveLength(2);
    expect(actor.isStopped()).toBe(true);
    actor.post(say('note'));
    expect(around.refusals).toEqual([['stanzaArrived', 'stopped']]);
  });

  test('stops where what it has decided cannot be written down, and nobody is told of it', async () => {
    const actor = await woken();
    actor.post(say('save'));
    await around.timers.settle();
    around.core.encodePart = () => {
      throw new Error('a bug');
    };
    for (const script of ['save', 'note'] as const) actor.post(say(script));
    await around.timers.settle();
    expect(around.done).toEqual(['save on 0']);
    expect(around.failures).toHaveLength(1);
    expect(actor.isStopped()).toBe(true);
  });

  test('of no account looks again when a session comes, before anything that came later', async () => {
    around.hasAccount = false;
    const actor = await woken();
    const session = { frontEnd: 'f~1', id: 1 };
    const bound: Letter = { input: { kind: 'sessionBound', session, resource: 'home' } };
    actor.post(bound);
    actor.post(say('note'));
    await around.timers.settle();
    expect(around.done).toEqual(['woken on 0', 'sessionBound on 0', 'note on 0']);
    expect(actor.state?.exists).toBe(false);
    // Another node makes the account; that it tells us is still on its way.
    around.hasAccount = true;
    actor.post(bound);
    await around.timers.settle();
    expect(around.done.slice(3)).toEqual(['woken on 0', 'sessionBound on 0']);
    expect(actor.state?.exists).toBe(true);
  });

  test('does nothing while its engine may not act, and goes on afterwards', async () => {
    const actor = await woken();
    around.allowed = false;
    actor.post(say('note'));
    expect(around.done).toEqual([]);
    around.allowed = true;
    actor.resume();
    expect(around.done).toEqual(['note on 0']);
  });

  test('has no effects after it was stopped in the middle of a save', async () => {
    const actor = await woken();
    actor.post(say('save'));
    actor.stop();
    await around.timers.settle();
    expect(around.done).toEqual([]);
    expect(around.refusals).toEqual([['stanzaArrived', 'stopped']]);
  });

  test('is told when the earliest of the times that it asked for has come', async () => {
    const actor = await woken();
    const now = around.timers.now();
    actor.wakeAt(now + 5_000);
    actor.wakeAt(now + 1_000);
    actor.wakeAt(now + 3_000);
    await around.timers.advance(999);
    expect(around.done).toEqual([]);
    await around.timers.advance(10_000);
    expect(around.done).toEqual(['note on 0']);
  });

  test('waits for weeks, which a timer of the platform does not', async () => {
    const actor = await woken();
    const weeksMs = 60 * 86_400_000;
    actor.wakeAt(around.timers.now() + weeksMs);
    await around.timers.advance(weeksMs - 1);
    expect(around.done).toEqual([]);
    await around.timers.advance(1);
    expect(around.done).toEqual(['note on 0']);
  });
});
