import { connect } from 'node:net';
import type { Stanza } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { TextClient } from '../../test/text-client.ts';
import { stoppingWorld } from '../../test/stopping-world.ts';
import { makeWorld, type World, type WorldOptions } from '../../test/world.ts';
import { ComponentSwitch } from '../index.ts';
import { handshakeOf } from './component-machine.ts';

const header = (to: string, ns = 'jabber:component:accept') =>
  `<stream:stream xmlns='${ns}' xmlns:stream='http://etherx.jabber.org/streams' to='${to}'>`;

interface Setting extends World {
  readonly routed: Stanza[];
  readonly components: ComponentSwitch;
  component(): TextClient;
}

async function setUp(options: WorldOptions = {}): Promise<Setting> {
  const world = stoppingWorld(options);
  const routed: Stanza[] = [];
  const components = new ComponentSwitch({
    domains: ['bots.localhost'],
    route: (stanza) => routed.push(stanza),
    timers: world.timers,
  });
  const { address } = await world.frontEnd.listenComponents({
    host: '127.0.0.1',
    port: 0,
    components: { 'Bots.localhost': 'secret' },
    gate: components,
  });
  return {
    ...world,
    routed,
    components,
    component: () => new TextClient(connect(address.port, address.host)),
  };
}

async function open(component: TextClient): Promise<string> {
  component.send(header('bots.localhost'));
  const opening = await component.until(/<stream:stream[^>]*>/);
  return /id='([^']*)'/.exec(opening)?.[1] ?? '';
}

async function connected(setting: Setting): Promise<TextClient> {
  const component = setting.component();
  const id = await open(component);
  component.send(`<handshake>${handshakeOf(id, 'secret')}</handshake>`);
  await component.until('<handshake/>');
  return component;
}

/** What the engine does with a stanza for the component's domain. */
function fromEngine({ components }: Setting, stanza: object): Stanza[] {
  const sent: Stanza[] = [];
  components.handlers
    .get('bots.localhost')
    ?.handle(stanza as Stanza, (answer) => sent.push(answer));
  return sent;
}

const presence = { kind: 'presence', from: 'alice@localhost/home', content: '' };

describe('the handshake (XEP-0114 §3)', () => {
  it('is the SHA-1 of stream id and secret', () => {
    expect(handshakeOf('3BF96D32', 'test')).toBe('aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e');
  });

  it('lets a component in that has the secret', async () => {
    const setting = await setUp();
    await connected(setting);
    expect(setting.frontEnd.stats()).toMatchObject({ connections: 1, sessions: 0 });
  });

  it('turns away a wrong secret, and anything else in its place', async () => {
    const setting = await setUp();
    for (const text of ['<handshake>0000</handshake>', '<presence/>']) {
      const component = setting.component();
      await open(component);
      component.send(text);
      expect(await component.until('</stream:stream>')).toContain('<not-authorized');
      await component.closed();
    }
  });

  it.each([
    ['another domain', header('elsewhere'), 'host-unknown'],
    ['a client’s stream', header('bots.localhost', 'jabber:client'), 'invalid-namespace'],
  ])('is not for %s', async (_, text, condition) => {
    const component = (await setUp()).component();
    component.send(text);
    const said = await component.until('</stream:stream>');
    expect(said).toMatch(/^<\?xml[^>]*><stream:stream /);
    expect(said).toContain(`<${condition}`);
  });

  it('does not let a second one in for the same domain, until the first has gone', async () => {
    const setting = await setUp();
    const first = await connected(setting);
    const second = setting.component();
    const id = await open(second);
    second.send(`<handshake>${handshakeOf(id, 'secret')}</handshake>`);
    expect(await second.until('</stream:stream>')).toContain('<conflict');
    first.send('</stream:stream>');
    await first.until('</stream:stream>');
    await first.closed();
    await connected(setting);
  });

  it('has to come soon', async () => {
    const setting = await setUp();
    const component = setting.component();
    await open(component);
    setting.timers.advance(32_000);
    expect(await component.until('</stream:stream>')).toContain('<connection-timeout');
  });
});

describe('a component', () => {
  it('gets what is addressed to its domain, whole', async () => {
    const setting = await setUp();
    const component = await connected(setting);
    fromEngine(setting, { ...presence, to: 'echo@bots.localhost', type: 'subscribe' });
    expect(await component.until('/>')).toBe(
      "<presence type='subscribe' from='alice@localhost/home' to='echo@bots.localhost'/>",
    );
  });

  it('speaks for anyone at its domain', async () => {
    const setting = await setUp();
    const component = await connected(setting);
    component.send(
      "<presence from='echo@bots.localhost/x' to='alice@localhost'><status>here</status></presence>" +
        "<iq type='get' id='p' from='bots.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>",
    );
    expect(await component.until("id='p'")).toContain("type='result'");
    expect(setting.routed).toEqual([
      {
        kind: 'presence',
        from: 'echo@bots.localhost/x',
        to: 'alice@localhost',
        content: '<status>here</status>',
      },
    ]);
  });

  it.each([
    [
      "a 'from' of another domain",
      "<presence from='alice@localhost' to='bob@localhost'/>",
      'invalid-from',
    ],
    ["no 'to'", "<presence from='bots.localhost'/>", 'improper-addressing'],
    ["no 'from'", "<presence to='bob@localhost'/>", 'improper-addressing'],
    [
      'something else',
      "<foo from='bots.localhost' to='bob@localhost'/>",
      'unsupported-stanza-type',
    ],
  ])('is closed on %s', async (_, text, condition) => {
    const setting = await setUp();
    const component = await connected(setting);
    component.send(text);
    expect(await component.until('</stream:stream>')).toContain(`<${condition}`);
    expect(setting.routed).toEqual([]);
  });

  it('is available since it came up (XEP-0318 §4), whoever asks', async () => {
    const setting = await setUp();
    await connected(setting);
    const upSinceMs = setting.timers.now();
    setting.timers.advance(60_000);
    const probe = { ...presence, type: 'probe', to: 'bots.localhost' };
    expect(fromEngine(setting, probe)).toEqual([
      {
        kind: 'presence',
        from: 'bots.localhost',
        to: 'alice@localhost/home',
        content: `<delay xmlns='urn:xmpp:delay' from='bots.localhost' stamp='${new Date(upSinceMs).toISOString().replace('.000', '')}'/>`,
      },
    ]);
  });

  it('that is not there: questions are answered for it, presence is not', async () => {
    const setting = await setUp();
    const iq = { ...presence, kind: 'iq', type: 'get', id: '1', to: 'bots.localhost' };
    expect(fromEngine(setting, iq)).toMatchObject([
      { kind: 'iq', type: 'error', to: 'alice@localhost/home' },
    ]);
    expect(fromEngine(setting, { ...presence, type: 'probe', to: 'bots.localhost' })).toEqual([]);
  });

  it('that does not read is cut off at the bound', async () => {
    const setting = await setUp({ limits: { queueStanzas: 5 } });
    const component = await connected(setting);
    component.stream.pause();
    const message = {
      ...presence,
      kind: 'message',
      to: 'bots.localhost',
      content: 'x'.repeat(100_000),
    };
    while (setting.frontEnd.stats().queueOverflows === 0) {
      fromEngine(setting, message);
      await new Promise(setImmediate);
    }
    expect(fromEngine(setting, message)).toMatchObject([{ type: 'error' }]);
  });
});

describe('the listener for components', () => {
  it('wants domains and secrets', async () => {
    const { frontEnd, timers } = makeWorld();
    const gate = new ComponentSwitch({ domains: [], route: () => undefined, timers });
    const listen = (components: Record<string, string>) =>
      frontEnd.listenComponents({ host: '127.0.0.1', port: 0, components, gate });
    await expect(listen({ 'a b': 'x' })).rejects.toMatchObject({ code: 'front_end_misconfigured' });
    await expect(listen({ 'bots.localhost': '' })).rejects.toMatchObject({
      code: 'front_end_misconfigured',
    });
  });
});
