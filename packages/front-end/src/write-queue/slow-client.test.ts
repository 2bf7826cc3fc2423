import { describe, expect, it } from 'vitest';
import { messageFrom, presenceFrom } from '../../test/fake-gate.ts';
import { makeWorld } from '../../test/world.ts';

const home = 'alice@localhost/home';

describe('a client that does not read', () => {
  it('keeps the newest presence of each contact, and nobody else feels it', async () => {
    const { client, gate, frontEnd } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    const bob = await client().login('bob', 'bob-pw', 'desk');
    alice.stream.pause();
    const { receiver } = gate.at(home);
    // Fills what the transport takes.
    for (let i = 0; i < 40; i++) {
      receiver.deliver(messageFrom('carol@localhost/x', `${i}${'x'.repeat(4096)}`));
      await new Promise(setImmediate);
    }
    for (let i = 0; i < 1000; i++)
      receiver.deliver(presenceFrom(`c${i % 10}@localhost/x`, `<status>${i}</status>`));
    gate.at('bob@localhost/desk').receiver.deliver(messageFrom('carol@localhost/x', 'quick'));
    await bob.until('quick');
    expect(frontEnd.stats().presencesCoalesced).toBe(990);
    alice.stream.resume();
    await alice.until('<status>999<');
    const statuses = [...alice.text.matchAll(/<status>(\d+)</g)].map(([, n]) => Number(n));
    expect(statuses).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
  });

  it('is cut off at the bound', async () => {
    const { client, gate, frontEnd } = makeWorld({ limits: { queueStanzas: 50 } });
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.stream.pause();
    const session = gate.at(home);
    for (let i = 0; i < 200 && !session.ended; i++) {
      session.receiver.deliver(messageFrom('carol@localhost/x', 'x'.repeat(4096)));
      await new Promise(setImmediate);
    }
    expect(session.ended).toBe(true);
    expect(frontEnd.stats()).toMatchObject({ queueOverflows: 1, sessions: 0, queuedStanzas: 0 });
    alice.stream.resume();
    expect(await alice.until('</stream:stream>')).toContain('<resource-constraint');
  });
});

describe('a client that says it is inactive (XEP-0352)', () => {
  it('gets the newest presence of each contact when it comes back', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    const ping = "<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";
    alice.send(`<inactive xmlns='urn:xmpp:csi:0'/>${ping}`);
    await alice.until("id='p'");
    const { receiver } = gate.at(home);
    receiver.deliver(presenceFrom('bob@localhost/a', '<status>1</status>'));
    receiver.deliver(presenceFrom('carol@localhost/a', '<status>2</status>'));
    receiver.deliver(presenceFrom('bob@localhost/a', '<status>3</status>'));
    alice.send(ping);
    expect(await alice.until("id='p'")).not.toContain('status');
    alice.send(`<active xmlns='urn:xmpp:csi:0'/>${ping}`);
    const text = await alice.until("id='p'");
    expect([...text.matchAll(/<status>(\d)/g)].map(([, n]) => n)).toEqual(['2', '3']);
  });

  it('gets a message at once, and the presence that came before it', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(
      "<inactive xmlns='urn:xmpp:csi:0'/><iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>",
    );
    await alice.until("id='p'");
    const { receiver } = gate.at(home);
    receiver.deliver(presenceFrom('bob@localhost/a', '<status>here</status>'));
    receiver.deliver(messageFrom('bob@localhost/a', 'psst'));
    expect(await alice.until('psst')).toContain('here');
  });
});
