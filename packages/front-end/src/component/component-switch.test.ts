import { parseJid, type Jid, type Stanza } from '@rollcall/xmpp';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakePeers } from '../../test/fake-peers.ts';
import { ManualTimers } from '../../test/manual-timers.ts';
import { ComponentSwitch } from './component-switch.ts';

const bots = 'bots.localhost';

function jid(text: string): Jid {
  const read = parseJid(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

let peers: FakePeers;
let timers: ManualTimers;

beforeEach(() => {
  peers = new FakePeers();
  timers = new ManualTimers();
});

function node(name: string): ComponentSwitch {
  const made = new ComponentSwitch({ domains: [bots], route: () => undefined, timers });
  made.join(peers.of(name));
  return made;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

function message(from: string, id: string): Stanza {
  return { kind: 'message', from: jid(from), to: jid(`echo@${bots}`), id, content: '' };
}

/** What the engine of that node has for the component's domain; resolves with what comes back. */
async function handle(at: ComponentSwitch, stanza: Stanza): Promise<readonly Stanza[]> {
  const answers: Stanza[] = [];
  at.handlers.get(bots)?.handle(stanza, (answer) => answers.push(answer));
  await settle();
  return answers;
}

describe('a component in a cluster', () => {
  it('is reached from every node, also from those that come later, and in order', async () => {
    const engine = node('engine~1');
    const frontEnd = node('front~1');
    const got: (string | undefined)[] = [];
    frontEnd.attach(bots, ({ id }) => got.push(id));
    await settle();
    const late = node('late~1');
    await settle();
    for (const id of ['1', '2', '3'])
      expect(await handle(engine, message('alice@localhost/a', id))).toEqual([]);
    await handle(late, message('bob@localhost/b', '4'));
    expect(got).toEqual(['1', '2', '3', '4']);
  });

  it('that is connected twice shares its senders out, each to one connection', async () => {
    const engine = node('engine~1');
    const got: [string, string | undefined][] = [];
    for (const name of ['front-a~1', 'front-b~1'])
      node(name).attach(bots, ({ from }) => got.push([name, from]));
    await settle();
    const senders = Array.from({ length: 40 }, (_, number) => `user${number}@localhost/r`);
    for (const sender of [...senders, ...senders]) await handle(engine, message(sender, 'x'));
    const placesOf = (sender: string) =>
      new Set(got.filter(([, from]) => from === sender).map(([place]) => place));
    expect(got).toHaveLength(80);
    for (const sender of senders) expect(placesOf(sender).size).toBe(1);
    expect(new Set(got.map(([place]) => place)).size).toBe(2);
  });

  it('at one front-end connects once: the second gets no link (conflict)', () => {
    const frontEnd = node('front~1');
    expect(frontEnd.attach(bots, () => undefined)).toBeDefined();
    expect(frontEnd.attach(bots, () => undefined)).toBeUndefined();
  });

  it('is up since the first of its connections was (XEP-0318 §4)', async () => {
    const engine = node('engine~1');
    node('front-a~1').attach(bots, () => undefined);
    const since = new Date(timers.now()).toISOString().slice(0, 19);
    timers.advance(60_000);
    node('front-b~1').attach(bots, () => undefined);
    await settle();
    const probe = { kind: 'presence', type: 'probe', content: '' } as const;
    const from = jid('alice@localhost/a');
    const [answer] = await handle(engine, { ...probe, from, to: jid(bots) });
    expect(answer).toMatchObject({ from: bots, to: from });
    expect(answer?.content).toContain(`stamp='${since}Z'`);
  });

  it.each<[string, (frontEnd: ComponentSwitch) => void]>([
    ['that leaves', () => undefined],
    ['whose front-end dies', () => peers.lose('front~1')],
  ])('%s is missed at once: messages come back', async (_case, end) => {
    const engine = node('engine~1');
    const frontEnd = node('front~1');
    const link = frontEnd.attach(bots, () => undefined);
    await settle();
    end(frontEnd);
    link?.detach();
    await settle();
    const [error] = await handle(engine, message('alice@localhost/a', '1'));
    expect(error).toMatchObject({ kind: 'message', type: 'error', to: 'alice@localhost/a' });
    expect(error?.content).toContain('<service-unavailable');
  });
});
