// What a simulated client says again when it was refused, because it had said too much at once.
import { serializeElement, type XmlElement } from '@rollcall/xmpp';
import { expect, test } from 'vitest';
import { SimClock } from '../world/sim-clock.ts';
import { mortals } from '../world/users.ts';
import { Client } from './client.ts';
import type { ClientEvent } from './client-session.ts';
import type { Place } from './place.ts';

/** A client of which all is refused that is said while `refuses` is set; it is told only when it reads. */
async function clientIn(clock: SimClock) {
  const said: string[] = [];
  const server = { refuses: false };
  const unread: ClientEvent[] = [];
  let wake = (): void => undefined;
  const session = {
    address: `${mortals[0]!}/r`,
    ended: new Promise(() => undefined),
    roster: () => Promise.resolve({ contacts: [] }),
    send(stanza: XmlElement) {
      const { id } = stanza.attrs as { readonly id: string };
      if (server.refuses) unread.push({ kind: 'error', stanza: { id } });
      else
        said.push(
          /type="unavailable"|type='unavailable'/.test(serializeElement(stanza)) ? 'gone' : id,
        );
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = unread.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
  const machine = {
    dead: false,
    ask: (act: () => unknown) => act(),
    happen: (act: () => void) => act(),
  };
  const place = {
    name: 'front1',
    machine,
    frontEnd: { openSession: () => Promise.resolve(session) },
    gate: { frontEnd: 'front1~1' },
  } as unknown as Place;
  const user = mortals[0]!;
  const options = { place, user, resource: 'r', numberedFrom: 0, clock, tell: () => undefined };
  return { client: await Client.login(options), said, server };
}

test('that it goes it says again until it is taken', async () => {
  const clock = new SimClock();
  const { client, said, server } = await clientIn(clock);
  client.say();
  server.refuses = true;
  client.beSilent();
  await clock.advance(2_000);
  server.refuses = false;
  await clock.advance(2_000);
  expect(said).toEqual(['said-1', 'gone']);
  expect(client.device.silent).toBe(true);
});

test('one that is back before it knows that its going was refused goes and comes again', async () => {
  const clock = new SimClock();
  const { client, said, server } = await clientIn(clock);
  client.say();
  server.refuses = true;
  client.beSilent();
  server.refuses = false;
  client.say();
  await clock.advance(2_000);
  expect(said).toEqual(['said-1', 'said-2', 'gone', 'said-3']);
  expect(client.device.silent).toBe(false);
});
