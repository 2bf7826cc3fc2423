import type { FullJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { messageFrom, presenceFrom, type FakeSession } from '../../test/fake-gate.ts';
import { makeWorld, type World } from '../../test/world.ts';
import type { EmbeddedSession, SessionEvent } from '../index.ts';

const home = 'alice@localhost/home' as FullJid;

async function opened(world: World, request = {}) {
  const session = await world.frontEnd.openSession({
    user: 'Alice@localhost',
    resource: 'home',
    ...request,
  });
  return { session, gateSession: world.gate.at(home) };
}

async function take(session: EmbeddedSession, count: number): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of session) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

/** Answers the newest request as the engine would. */
function answer({ receiver, received }: FakeSession, type: string, content: string): void {
  const id = received.at(-1)?.id ?? '';
  receiver.deliver({ head: `<iq type='${type}' id='${id}'`, tail: `>${content}</iq>` });
}

describe('what an embedded session says', () => {
  it('is presence in all its forms, stamped and checked as that of any client', async () => {
    const { session, gateSession } = await opened(makeWorld());
    expect(session.address).toBe(home);
    session.setPresence({ show: 'away', status: 'a < b', priority: 5 });
    session.sendPresence('bob@localhost', { status: 'psst' });
    session.sendPresence('bob@localhost', { available: false });
    session.subscribe('bob@localhost', 'let me');
    session.approve('bob@localhost');
    session.deny('bob@localhost');
    session.unsubscribe('bob@localhost');
    session.probe('bob@localhost');
    session.setUnavailable('bye');
    expect(gateSession.received).toEqual([
      {
        kind: 'presence',
        from: home,
        content: '<show>away</show><status>a &lt; b</status><priority>5</priority>',
      },
      { kind: 'presence', from: home, to: 'bob@localhost', content: '<status>psst</status>' },
      { kind: 'presence', from: home, to: 'bob@localhost', type: 'unavailable', content: '' },
      {
        kind: 'presence',
        from: home,
        to: 'bob@localhost',
        type: 'subscribe',
        content: '<status>let me</status>',
      },
      { kind: 'presence', from: home, to: 'bob@localhost', type: 'subscribed', content: '' },
      { kind: 'presence', from: home, to: 'bob@localhost', type: 'unsubscribed', content: '' },
      { kind: 'presence', from: home, to: 'bob@localhost', type: 'unsubscribe', content: '' },
      { kind: 'presence', from: home, to: 'bob@localhost', type: 'probe', content: '' },
      { kind: 'presence', from: home, type: 'unavailable', content: '<status>bye</status>' },
    ]);
  });

  it('that names nobody comes back as an error', async () => {
    const { session } = await opened(makeWorld());
    session.subscribe('@@');
    const [event] = await take(session, 1);
    expect(event).toMatchObject({ kind: 'error', stanza: { kind: 'presence', type: 'error' } });
  });

  it('can be a request, answered or refused', async () => {
    const { session, gateSession } = await opened(makeWorld());
    const roster = session.roster();
    answer(
      gateSession,
      'result',
      "<query xmlns='jabber:iq:roster' ver='7'>" +
        "<item jid='bob@localhost' name='Bob' subscription='both'><group>Friends</group></item>" +
        "<item jid='eve@localhost' subscription='none' ask='subscribe' approved='true'/></query>",
    );
    expect(await roster).toEqual({
      version: '7',
      contacts: [
        {
          jid: 'bob@localhost',
          name: 'Bob',
          subscription: 'both',
          asked: false,
          approved: false,
          groups: ['Friends'],
        },
        { jid: 'eve@localhost', subscription: 'none', asked: true, approved: true, groups: [] },
      ],
    });
    const set = session.setContact('bob@localhost', { name: "B'ob", groups: ['A'] });
    expect(gateSession.received.at(-1)?.content).toBe(
      "<query xmlns='jabber:iq:roster'><item jid='bob@localhost' name='B&apos;ob'><group>A</group></item></query>",
    );
    answer(
      gateSession,
      'error',
      "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    );
    await expect(set).rejects.toMatchObject({
      code: 'front_end_request_refused',
      condition: 'not-acceptable',
    });
    const removed = session.removeContact('bob@localhost');
    expect(gateSession.received.at(-1)?.content).toContain("subscription='remove'");
    answer(gateSession, 'result', '');
    await removed;
  });

  it('is answered before what comes after the answer is seen: a roster never stands in the way of newer changes', async () => {
    const world = makeWorld();
    const { session, gateSession } = await opened(world);
    const seen: string[] = [];
    const firstChange = take(session, 1).then(([event]) => seen.push(event?.kind ?? ''));
    const roster = session.roster().then(() => seen.push('the roster'));
    const query = (ask: string) =>
      `<query xmlns='jabber:iq:roster'><item jid='bob@localhost' subscription='none'${ask}/></query>`;
    answer(gateSession, 'result', query(''));
    gateSession.receiver.deliver({
      head: "<iq type='set' id='push'",
      tail: `>${query(" ask='subscribe'")}</iq>`,
    });
    await roster;
    world.timers.advance(0);
    await firstChange;
    expect(seen).toEqual(['the roster', 'roster']);
  });

  it('is not waited for for ever', async () => {
    const world = makeWorld();
    const { session } = await opened(world);
    const roster = session.roster();
    world.timers.advance(31_000);
    await expect(roster).rejects.toMatchObject({ code: 'front_end_request_timeout' });
  });
});

describe('what an embedded session hears', () => {
  it('is presence, subscriptions, messages and errors, as objects in order', async () => {
    const { session, gateSession } = await opened(makeWorld());
    const { receiver } = gateSession;
    receiver.deliver(
      presenceFrom(
        'bob@localhost/a',
        "<show>dnd</show><status>busy</status><priority>3</priority><c xmlns='caps'/>" +
          "<delay xmlns='urn:xmpp:delay' stamp='2026-01-02T03:04:05Z' from='bob@localhost/a'/>",
      ),
    );
    receiver.deliver({ head: "<presence type='unavailable' from='bob@localhost/a'", tail: '/>' });
    receiver.deliver({
      head: "<presence type='subscribe' from='eve@localhost'",
      tail: '><status>hello</status></presence>',
    });
    receiver.deliver(messageFrom('bob@localhost/a', 'hi'));
    receiver.deliver({ head: "<message type='error' from='bob@localhost/a'", tail: '/>' });
    expect(await take(session, 5)).toMatchObject([
      {
        kind: 'presence',
        from: 'bob@localhost/a',
        available: true,
        presence: {
          show: 'dnd',
          status: 'busy',
          priority: 3,
          sinceMs: Date.UTC(2026, 0, 2, 3, 4, 5),
          extensions: [{ name: 'c', ns: 'caps' }],
        },
      },
      { kind: 'presence', available: false, presence: { priority: 0 } },
      { kind: 'subscription', type: 'subscribe', from: 'eve@localhost', status: 'hello' },
      { kind: 'message', from: 'bob@localhost/a', stanza: { content: '<body>hi</body>' } },
      { kind: 'error', stanza: { kind: 'message' } },
    ]);
  });

  it('is roster pushes of its own account, which are answered; others’ are refused', async () => {
    const { session, gateSession } = await opened(makeWorld());
    const push = (from: string) => ({
      head: `<iq type='set' id='push'${from}`,
      tail: "><query xmlns='jabber:iq:roster'><item jid='bob@localhost' subscription='remove'/></query></iq>",
    });
    gateSession.receiver.deliver(push(" from='eve@localhost/x'"));
    gateSession.receiver.deliver(push(" from='alice@localhost'"));
    expect(await take(session, 1)).toEqual([
      { kind: 'roster', change: { kind: 'removed', jid: 'bob@localhost' } },
    ]);
    expect(gateSession.received).toMatchObject([
      { kind: 'iq', type: 'error', to: 'eve@localhost/x' },
      { kind: 'iq', type: 'result', to: 'alice@localhost' },
    ]);
    expect(gateSession.received[0]?.content).toContain('<service-unavailable');
  });

  it('coalesces while nobody takes it, and is cut off at the bound', async () => {
    const world = makeWorld({ limits: { queueStanzas: 10 } });
    const { session, gateSession } = await opened(world);
    for (let i = 0; i < 64; i++) gateSession.receiver.deliver(messageFrom('bob@localhost/a', 'x'));
    for (let i = 0; i < 1000; i++) {
      gateSession.receiver.deliver(presenceFrom(`c${i % 5}@localhost/a`, `<status>${i}</status>`));
    }
    const events = await take(session, 69);
    const statuses = events.flatMap((e) => (e.kind === 'presence' ? [e.presence.status] : []));
    expect(statuses).toEqual(['995', '996', '997', '998', '999']);
    for (let i = 0; i < 75; i++) gateSession.receiver.deliver(messageFrom('bob@localhost/a', 'x'));
    expect(await session.ended).toMatchObject({ condition: 'resource-constraint' });
    expect(gateSession.ended).toBe(true);
  });

  it('can be taken by a callback, one event at a time', async () => {
    const world = makeWorld();
    const heard: string[] = [];
    let release = (): void => undefined;
    const { gateSession, session } = await opened(world, {
      onEvent: async (event: SessionEvent) => {
        heard.push(event.kind);
        if (heard.length === 1) await new Promise<void>((resolve) => (release = resolve));
      },
    });
    gateSession.receiver.deliver(presenceFrom('bob@localhost/a'));
    gateSession.receiver.deliver(messageFrom('bob@localhost/a', 'x'));
    await new Promise(setImmediate);
    expect(heard).toEqual(['presence']);
    release();
    await new Promise(setImmediate);
    expect(heard).toEqual(['presence', 'message']);
    await session.close();
  });
});

describe('an embedded session ends', () => {
  it('when it is closed, and says nothing more', async () => {
    const world = makeWorld();
    const { session, gateSession } = await opened(world);
    const roster = session.roster();
    await session.close();
    await session.close();
    expect(gateSession.ended).toBe(true);
    expect(await session.ended).toEqual({});
    await expect(roster).rejects.toMatchObject({ code: 'front_end_session_over' });
    expect(() => session.setPresence()).toThrow(
      expect.objectContaining({ code: 'front_end_session_over' }),
    );
    expect(await take(session, 1)).toEqual([]);
    expect(world.timers.pending).toBe(0);
  });

  it('with conflict when it is opened twice: the newer wins', async () => {
    const world = makeWorld();
    const { session: older } = await opened(world);
    const { session: newer } = await opened(world);
    expect(await older.ended).toMatchObject({ condition: 'conflict' });
    newer.setPresence();
    expect(world.gate.at(home).received).toHaveLength(1);
  });

  it('when its signal is aborted, before, while and after it is opened', async () => {
    const world = makeWorld();
    await expect(opened(world, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow(
      'no',
    );
    const during = new AbortController();
    const opening = opened(world, { signal: during.signal });
    during.abort(new Error('stop'));
    await expect(opening).rejects.toThrow('stop');
    expect(world.gate.size).toBe(0);
    const after = new AbortController();
    const { session } = await opened(world, { signal: after.signal });
    after.abort();
    await session.ended;
    expect(world.gate.size).toBe(0);
  });

  it('when its callback throws, and the log says so', async () => {
    const world = makeWorld();
    const { session, gateSession } = await opened(world, {
      onEvent: () => {
        throw new Error('bug in the gateway');
      },
    });
    gateSession.receiver.deliver(presenceFrom('bob@localhost/a'));
    expect(await session.ended).toMatchObject({ condition: 'internal-server-error' });
    expect(gateSession.ended).toBe(true);
    expect(world.logged).toContainEqual(
      expect.objectContaining({ event: 'session_callback_failed' }),
    );
  });

  it('with the front-end', async () => {
    const world = makeWorld();
    const { session } = await opened(world);
    await world.frontEnd.stop();
    expect(await session.ended).toMatchObject({ condition: 'system-shutdown' });
    expect(world.gate.size).toBe(0);
  });
});

describe('what a gateway may not do ends in a typed error', () => {
  it.each([
    [
      'a user of a domain that is not served',
      { user: 'alice@elsewhere' },
      'front_end_domain_unknown',
    ],
    ['a user who is none', { user: 'a b@localhost' }, 'front_end_jid_malformed'],
    ['a domain as a user', { user: 'localhost' }, 'front_end_jid_malformed'],
    ['a resource that is none', { resource: '\u0000' }, 'front_end_jid_malformed'],
  ])('%s', async (_, request, code) => {
    await expect(opened(makeWorld(), request)).rejects.toMatchObject({ code });
  });

  it('a session that the cluster refuses, or cannot be asked for', async () => {
    const world = makeWorld();
    world.gate.refusal = { ok: false, condition: 'resource-constraint', text: 'too many sessions' };
    await expect(opened(world)).rejects.toMatchObject({
      code: 'front_end_session_refused',
      condition: 'resource-constraint',
    });
    world.gate.open = () => Promise.reject(new Error('gone'));
    await expect(opened(world)).rejects.toMatchObject({ code: 'front_end_session_refused' });
    expect(world.frontEnd.stats().sessions).toBe(0);
  });

  it('anything after the end', async () => {
    const { frontEnd } = makeWorld();
    await frontEnd.stop();
    await expect(frontEnd.openSession({ user: 'alice@localhost' })).rejects.toMatchObject({
      code: 'front_end_stopped',
    });
    await expect(frontEnd.ask({ viewer: 'a@b', users: [] })).rejects.toMatchObject({
      code: 'front_end_stopped',
    });
  });
});
