import type { OutboundStanza } from '@rollcall/cluster';
import type { BareJid, FullJid } from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import type { Outlet } from './outlet.ts';
import { WriteQueue, type QueueBounds } from './write-queue.ts';

const splice = { declaration: '', to: 'alice@localhost/home' as FullJid };
const framed = { ...splice, declaration: " xmlns='jabber:client'" };

class FakeOutlet implements Outlet {
  ready = true;
  readonly written: string[] = [];

  write(element: string): void {
    this.written.push(element);
  }
}

function setUp(bounds: Partial<QueueBounds> = {}) {
  const events = { overflows: 0, coalesced: 0, sent: [] as OutboundStanza[] };
  const queue = new WriteQueue(
    { queueBytes: 100_000, queueStanzas: 1000, ...bounds },
    {
      overflowed: () => (events.overflows += 1),
      coalesced: () => (events.coalesced += 1),
      sent: (stanza) => events.sent.push(stanza),
    },
  );
  const outlet = new FakeOutlet();
  return { queue, outlet, events };
}

describe('the write queue', () => {
  it('passes text straight through to a client that reads, address spliced in', () => {
    const { queue, outlet, events } = setUp();
    queue.attach(outlet, framed);
    queue.deliver(presenceFrom('bob@localhost/a'));
    expect(outlet.written).toEqual([
      "<presence from='bob@localhost/a' xmlns='jabber:client' to='alice@localhost/home'/>",
    ]);
    expect(events.sent).toHaveLength(1);
    expect(queue.size).toBe(0);
  });

  it('leaves a stanza the address that it has (RFC 6121 §8.5.2.1.1)', () => {
    const { queue, outlet } = setUp();
    queue.attach(outlet, framed);
    queue.deliver({ ...messageFrom('bob@localhost/a', 'hi'), to: "o'hara@localhost" as BareJid });
    expect(outlet.written.join()).toContain(" xmlns='jabber:client' to='o&apos;hara@localhost'>");
  });

  it('keeps everything before it is attached, and says it then', () => {
    const { queue, outlet } = setUp();
    queue.deliver(messageFrom('bob@localhost', '1'));
    queue.say({ text: '<a/>' });
    queue.attach(outlet, splice);
    expect(outlet.written).toHaveLength(2);
  });

  it('holds back our own word while older text waits, and never counts what is no stanza', () => {
    const { queue, outlet, events } = setUp();
    queue.attach(outlet, splice);
    outlet.ready = false;
    queue.deliver(messageFrom('bob@localhost', '1'));
    outlet.ready = true;
    queue.say({ text: '<a/>' });
    expect(outlet.written).toEqual([]);
    queue.drained();
    expect(outlet.written[1]).toBe('<a/>');
    expect(events.sent).toHaveLength(1);
  });

  it('stops when the peer takes no more in the middle, and goes on in order', () => {
    const { queue, outlet } = setUp();
    queue.attach(outlet, splice);
    outlet.ready = false;
    for (const body of ['1', '2', '3']) queue.deliver(messageFrom('bob@localhost', body));
    outlet.ready = true;
    outlet.write = (element) => {
      outlet.written.push(element);
      outlet.ready = false;
    };
    queue.drained();
    expect(outlet.written).toHaveLength(1);
    outlet.ready = true;
    queue.deliver(messageFrom('bob@localhost', '4'));
    expect(queue.size).toBe(2);
    outlet.write = (element) => outlet.written.push(element);
    outlet.ready = true;
    queue.drained();
    expect(outlet.written.map((text) => /<body>(\d)/.exec(text)?.[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
  });

  it.each([
    ['bytes', { queueBytes: 1024 }],
    ['stanzas', { queueStanzas: 10 }],
  ])('overflows once at its bound of %s, and keeps nothing from then on', (_, bounds) => {
    const { queue, events } = setUp(bounds);
    for (let i = 0; i < 100; i++) queue.deliver(messageFrom('bob@localhost', 'x'.repeat(100)));
    expect(events.overflows).toBe(1);
    expect(queue.size).toBe(0);
    expect(queue.bytes).toBe(0);
  });

  it('gives an inactive client early what there is no room for', () => {
    const { queue, outlet, events } = setUp({ queueStanzas: 10 });
    queue.attach(outlet, splice);
    queue.setActive(false);
    for (let i = 0; i < 11; i++) queue.deliver(presenceFrom(`c${i}@localhost/a`));
    expect(outlet.written).toHaveLength(11);
    expect(events.overflows).toBe(0);
  });

  it('says again, unaddressed before, what a lost stream did not bring over', () => {
    const { queue, outlet, events } = setUp();
    queue.attach(outlet, splice);
    queue.deliver(messageFrom('bob@localhost', '1'));
    queue.detach();
    queue.deliver(messageFrom('bob@localhost', '2'));
    const next = new FakeOutlet();
    queue.attach(next, framed, events.sent.slice());
    expect(next.written.map((text) => /<body>(\d)/.exec(text)?.[1])).toEqual(['1', '2']);
    expect(next.written[0]).toContain("xmlns='jabber:client'");
    expect(events.sent).toHaveLength(2);
  });
});

type Move =
  | { readonly kind: 'presence'; readonly contact: number }
  | { readonly kind: 'message'; readonly contact: number }
  | { readonly kind: 'ready' | 'blocked' | 'active' | 'inactive' | 'detach' | 'attach' };

const contact = fc.integer({ min: 0, max: 3 });
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('presence' as const), contact }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('message' as const), contact }) },
  fc.record({
    kind: fc.constantFrom('ready', 'blocked', 'active', 'inactive', 'detach', 'attach'),
  }),
);

/** Every stanza says its number, so that what arrives can be told apart. */
function play(moves: readonly Move[]) {
  const { queue, outlet, events } = setUp();
  const sent: { from: string; kind: string; number: number }[] = [];
  queue.attach(outlet, splice);
  for (const [number, { kind, ...rest }] of moves.entries()) {
    if ('contact' in rest) {
      const from = `c${rest.contact}@localhost/a`;
      sent.push({ from, kind, number });
      const text = String(number);
      queue.deliver(kind === 'presence' ? presenceFrom(from, text) : messageFrom(from, text));
    } else if (kind === 'ready') {
      outlet.ready = true;
      queue.drained();
    } else if (kind === 'blocked') outlet.ready = false;
    else if (kind === 'detach') queue.detach();
    else if (kind === 'attach') queue.attach(outlet, splice);
    else queue.setActive(kind === 'active');
  }
  outlet.ready = true;
  queue.attach(outlet, splice);
  const arrived = outlet.written.map((text) => {
    const number = Number(/>(?:<body>)?(\d+)</.exec(text)?.[1]);
    return sent.find((stanza) => stanza.number === number)!;
  });
  return { sent, arrived, coalesced: events.coalesced };
}

describe('whatever happens to the client', () => {
  it('every message arrives, and the last presence of each contact', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const { sent, arrived, coalesced } = play(moves);
        expect(arrived.length + coalesced).toBe(sent.length);
        for (const stanza of sent) {
          const newer = sent.some(
            (other) =>
              other.kind === 'presence' &&
              other.from === stanza.from &&
              other.number > stanza.number,
          );
          if (stanza.kind === 'message' || !newer) expect(arrived).toContain(stanza);
        }
      }),
    );
  });

  it('what one contact says arrives in the order it was said', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const { arrived } = play(moves);
        for (const from of new Set(arrived.map((stanza) => stanza.from))) {
          const numbers = arrived.flatMap((s) => (s.from === from ? [s.number] : []));
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
      }),
    );
  });
});
