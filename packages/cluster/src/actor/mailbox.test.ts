import type { Input } from '@rollcall/presence';
import type { FullJid } from '@rollcall/xmpp';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metrics } from '../metrics/metrics.ts';
import { jid } from '../testing/test-client.ts';
import { Mailbox } from './mailbox.ts';

const limits = { mailboxLimit: 3, presenceLimit: 5 };

function mailbox() {
  const counted = { replaced: 0 };
  const metrics: Pick<Metrics, 'count'> = {
    count(name, by = 1) {
      if (name === 'mailbox_coalesced') counted.replaced += by;
    },
  };
  const box = new Mailbox({ limits, metrics });
  return { box, counted };
}

function presenceOf(contact: string, seq: number): Input {
  const from = `${contact}@localhost/r` as FullJid;
  const stamp = { session: { frontEnd: 'f~1', id: 1 }, seq };
  return {
    kind: 'broadcastArrived',
    presence: { stanza: { kind: 'presence', from, content: '' }, stamp },
  };
}

function message(text: string): Input {
  const stanza = { kind: 'message', to: jid('a@localhost'), content: text } as const;
  return { kind: 'stanzaArrived', stanza };
}

const idle: Input = { kind: 'idle' };

function drain(box: Mailbox): Input[] {
  const inputs: Input[] = [];
  for (let letter = box.take(); letter; letter = box.take()) inputs.push(letter.input);
  return inputs;
}

describe('a mailbox', () => {
  test('gives letters in the order they came', () => {
    const { box } = mailbox();
    const inputs = [message('1'), presenceOf('b', 1), message('2'), presenceOf('b', 2), idle];
    for (const input of inputs) expect(box.offer({ input })).toBe(true);
    expect(box.size).toBe(5);
    expect(drain(box)).toEqual(inputs);
    expect(box.size).toBe(0);
  });

  test('refuses what may be refused when it is full, and takes what must happen', () => {
    const { box } = mailbox();
    const offers = [1, 2, 3, 4].map((number) => box.offer({ input: message(String(number)) }));
    expect(offers).toEqual([true, true, true, false]);
    expect(box.offer({ input: { kind: 'timeCame' } })).toBe(true);
    expect(box.take()?.input).toEqual(message('1'));
    expect(box.take()?.input).toEqual(message('2'));
    expect(box.offer({ input: message('5') })).toBe(true);
  });

  test('keeps only the newest presence of each contact when much waits, after what else that contact said', () => {
    const { box, counted } = mailbox();
    box.offer({ input: presenceOf('b', 1) });
    box.offer({ input: presenceOf('c', 1) });
    box.offer({ input: message('from b') });
    box.offer({ input: presenceOf('b', 2) });
    box.offer({ input: presenceOf('b', 3) });
    expect(drain(box)).toEqual([
      presenceOf('c', 1),
      message('from b'),
      presenceOf('b', 2),
      presenceOf('b', 3),
    ]);
    expect(counted.replaced).toBe(1);
  });

  test('has room for the presence of so many contacts and no more', () => {
    const { box } = mailbox();
    const offers = ['a', 'b', 'c', 'd', 'e', 'f'].map((contact) =>
      box.offer({ input: presenceOf(contact, 1) }),
    );
    expect(offers).toEqual([true, true, true, true, true, false]);
  });

  test('takes the last of whom it has room for, however much of them waits', () => {
    const { box } = mailbox();
    for (const contact of ['a', 'b', 'c', 'd', 'e']) box.offer({ input: presenceOf(contact, 1) });
    for (let seq = 2; seq < 20; seq++)
      expect(box.offer({ input: presenceOf('a', seq) })).toBe(true);
    expect(drain(box).at(-1)).toEqual(presenceOf('a', 19));
  });

  test('keeps directed presence, and what asks for presence, as it keeps presence: nobody would say it again', () => {
    const { box } = mailbox();
    for (const text of ['1', '2', '3']) box.offer({ input: message(text) });
    const from = 'b@localhost/r' as FullJid;
    const to = jid('a@localhost');
    const directed = { kind: 'presence', type: 'unavailable', from, to, content: '' } as const;
    const probe = { from, to };
    expect(box.offer({ input: { kind: 'stanzaArrived', stanza: directed } })).toBe(true);
    const offerProbe = (reason: 'arrival' | 'client') =>
      box.offer({ input: { kind: 'probeArrived', probe: { ...probe, reason } } });
    expect(offerProbe('arrival')).toBe(true);
    expect(offerProbe('client')).toBe(false);
  });

  test('never holds more than its limits, and of every contact the last, whatever comes', () => {
    const contact = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(contact, fc.constant(undefined)), { maxLength: 60 }),
        (comers) => {
          const { box } = mailbox();
          const last = new Map<string, number>();
          for (const [seq, comer] of comers.entries()) {
            const isTaken = box.offer({
              input: comer === undefined ? message(String(seq)) : presenceOf(comer, seq),
            });
            if (comer !== undefined && isTaken) last.set(comer, seq);
            expect(box.size).toBeLessThanOrEqual(limits.mailboxLimit + 2 * limits.presenceLimit);
          }
          const seen = new Map<string, number>();
          for (const input of drain(box)) {
            if (input.kind !== 'broadcastArrived') continue;
            const { stanza, stamp } = input.presence;
            const name = stanza.from?.slice(0, 1) ?? '';
            expect(stamp.seq).toBeGreaterThan(seen.get(name) ?? -1);
            seen.set(name, stamp.seq);
          }
          expect(seen).toEqual(last);
        },
      ),
    );
  });
});
