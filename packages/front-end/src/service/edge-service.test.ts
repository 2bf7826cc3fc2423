import { describe, expect, it } from 'vitest';
import type { Registrar } from '../index.ts';
import { makeWorld } from '../../test/world.ts';

const iq = (id: string, type: string, content: string, to?: string) =>
  `<iq type='${type}' id='${id}'${to === undefined ? '' : ` to='${to}'`}>${content}</iq>`;

async function asked(content: string, to?: string, options = {}, type = 'get'): Promise<string> {
  const { client } = makeWorld(options);
  const alice = await client().login('alice', 'alice-pw', 'home');
  alice.send(iq('q', type, content, to));
  return alice.until(/<\/iq>|\/>/);
}

describe('what the server answers itself', () => {
  it('is a ping (XEP-0199)', async () => {
    expect(await asked("<ping xmlns='urn:xmpp:ping'/>", 'localhost')).toBe(
      "<iq type='result' id='q' from='localhost' to='alice@localhost/home'/>",
    );
    expect(await asked("<ping xmlns='urn:xmpp:ping'/>")).toBe(
      "<iq type='result' id='q' to='alice@localhost/home'/>",
    );
  });

  it('is what it is and what it can (XEP-0030), as composed', async () => {
    const options = { features: ['urn:example:more'], items: () => ['bots.localhost'] };
    const { client } = makeWorld(options);
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(
      iq('i', 'get', "<query xmlns='http://jabber.org/protocol/disco#info'/>", 'localhost'),
    );
    const info = await alice.until('</iq>');
    expect(info).toContain("<identity category='server' type='im' name='Rollcall'/>");
    expect(info).toContain("<feature var='urn:xmpp:ping'/>");
    expect(info).toContain("<feature var='urn:example:more'/>");
    // XEP-0191 §3.1, XEP-0267 §3
    expect(info).toContain("<feature var='urn:xmpp:blocking'/>");
    expect(info).toContain("<feature var='urn:xmpp:server-presence'/>");
    expect(info).not.toContain('jabber:iq:register');
    alice.send(
      iq('j', 'get', "<query xmlns='http://jabber.org/protocol/disco#items'/>", 'localhost'),
    );
    expect(await alice.until('</iq>')).toContain("<item jid='bots.localhost'/>");
    alice.send(iq('k', 'get', "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    expect(await alice.until('</iq>')).toContain(
      "<identity category='account' type='registered'/>",
    );
  });

  it('is item-not-found for nodes that it does not have', async () => {
    const { client } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(
      iq(
        'q',
        'get',
        "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>",
        'localhost',
      ),
    );
    expect(await alice.until('</iq>')).toContain('<item-not-found');
  });

  it('is service-unavailable for what it does not serve (RFC 6120 §8.3.3.19)', async () => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(iq('q', 'get', "<query xmlns='jabber:iq:search'/>", 'localhost'));
    expect(await alice.until('</iq>')).toMatch(/from='localhost'.*<service-unavailable/);
    expect(gate.at('alice@localhost/home').received).toEqual([]);
  });

  it('is not-allowed for a second resource (RFC 6120 §7.6)', async () => {
    const { client } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(iq('q', 'set', "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"));
    expect(await alice.until('</iq>')).toContain('<not-allowed');
  });

  it('is its version (XEP-0092) and its time (XEP-0202)', async () => {
    const { client } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(iq('v', 'get', "<query xmlns='jabber:iq:version'/>", 'localhost'));
    expect(await alice.until('</iq>')).toContain('<name>Rollcall</name>');
    alice.send(iq('t', 'get', "<time xmlns='urn:xmpp:time'/>", 'localhost'));
    expect(await alice.until('</iq>')).toContain('<utc>2023-11-14T22:13:20Z</utc>');
  });
});

describe('what goes to the engine instead', () => {
  it.each([
    ['the roster', "<query xmlns='jabber:iq:roster'/>", undefined],
    ['what another user is asked', "<ping xmlns='urn:xmpp:ping'/>", 'bob@localhost/x'],
    ['what another domain is asked', "<ping xmlns='urn:xmpp:ping'/>", 'elsewhere'],
  ])('is %s', async (_, content, to) => {
    const { client, gate } = makeWorld();
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(iq('q', 'get', content, to) + iq('p', 'get', "<ping xmlns='urn:xmpp:ping'/>"));
    await alice.until("id='p'");
    expect(gate.at('alice@localhost/home').received).toMatchObject([{ kind: 'iq', id: 'q' }]);
  });
});

describe('registration of a user who is logged in (XEP-0077)', () => {
  const calls: string[] = [];
  const registrar: Registrar = {
    register: () => Promise.reject(new Error('not here')),
    changePassword: ({ user, password }) => {
      calls.push(`${user} ${password}`);
      return Promise.resolve({ ok: true });
    },
    remove: (user) => {
      calls.push(`${user} removed`);
      return Promise.resolve({ ok: true });
    },
  };
  const query = (inner: string) => `<query xmlns='jabber:iq:register'>${inner}</query>`;

  it('names the account, changes the password and removes the account', async () => {
    const { client } = makeWorld({ registrar });
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(iq('g', 'get', query('')));
    expect(await alice.until('</iq>')).toContain('<registered/><username>alice</username>');
    alice.send(
      iq('s', 'set', query('<username>alice</username><password>new</password>'), 'localhost'),
    );
    await alice.until("id='s'");
    alice.send(iq('r', 'set', query('<remove/>'), 'localhost'));
    await alice.until("id='r'");
    expect(calls).toEqual(['alice@localhost new', 'alice@localhost removed']);
  });

  it('is for oneself only, and a failing registrar is not the end', async () => {
    const failing = { ...registrar, remove: () => Promise.reject(new Error('disk on fire')) };
    const { client } = makeWorld({ registrar: failing });
    const alice = await client().login('alice', 'alice-pw', 'home');
    alice.send(
      iq('s', 'set', query('<username>bob</username><password>x</password>'), 'localhost'),
    );
    expect(await alice.until('</iq>')).toContain('<not-allowed');
    alice.send(iq('r', 'set', query('<remove/>'), 'localhost'));
    expect(await alice.until('</iq>')).toContain('<internal-server-error');
  });
});
