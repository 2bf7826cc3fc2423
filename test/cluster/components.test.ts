// Components (XEP-0114) of a cluster: reached from every node, wherever they are connected.

import { RollcallCluster, XmppComponent } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sightsOf } from './observer.ts';

const domain = 'bots.localhost';
const secret = 'hush';

describe('a component of a cluster', () => {
  let cluster: RollcallCluster;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({
      engines: 2,
      frontEnds: 2,
      components: { [domain]: secret },
    });
    const names = Array.from({ length: 8 }, (_, number) => `user${number}`);
    await cluster.importAccounts(names.map((name) => ({ name })));
  });

  afterAll(() => cluster.stop());

  const connect = (index: number) =>
    XmppComponent.connect({
      host: '127.0.0.1',
      port: cluster.frontEnd(index).componentPort,
      domain,
      secret,
    });

  const has =
    (wanted: Readonly<Record<string, string>>) =>
    ({ attrs }: { readonly attrs: Readonly<Record<string, string | undefined>> }) =>
      Object.entries(wanted).every(([name, value]) => attrs[name] === value);

  test('has presence, is subscribed to and probed by users of all owners and front-ends', async () => {
    const bots = await connect(0);
    // Eight users: some of each engine, some at each front-end.
    for (let number = 0; number < 8; number++) {
      const user = await cluster.comeOnline(`user${number}`, number % 2);
      const to = user.bareJid;
      user.send(`<presence to='echo@${domain}' type='subscribe'/>`);
      await bots.expect(has({ type: 'subscribe', to: `echo@${domain}`, from: to }));
      bots.send(`<presence from='echo@${domain}' to='${to}' type='subscribed'/>`);
      bots.send(`<presence from='echo@${domain}/1' to='${to}'><status>here</status></presence>`);
      await user.expect(`<presence from='echo@${domain}' type='subscribed'/>`);
      await user.expect(`<presence from='echo@${domain}/1'><status>here</status></presence>`);
      bots.send(`<presence from='echo@${domain}' to='${to}' type='subscribe'/>`);
      await user.expect(`<presence from='echo@${domain}' type='subscribe'/>`);
      user.send(`<presence to='echo@${domain}' type='subscribed'/>`);
      await bots.expect(has({ type: 'subscribed', from: to }));
      await bots.expect(({ name, attrs }) => name === 'presence' && attrs['from'] === user.jid);
      user.send(`<presence to='${domain}' type='probe'/>`);
      await user.expect(
        `<presence from='${domain}'><delay xmlns='urn:xmpp:delay' from='${domain}' stamp='*'/></presence>`,
      );
      user.send(`<message to='echo@${domain}' id='m${number}'><body>hi</body></message>`);
      await bots.expect(has({ id: `m${number}`, from: user.jid }));
      await user.ping();
      expect(sightsOf(user).filter(({ from }) => from.includes(domain))).toEqual([]);
      await user.close();
      await bots.expect(has({ type: 'unavailable', from: user.jid }));
      const again = bots.connection.takeUnread().filter(({ name, attrs: { type = '' } }) => {
        return name === 'message' || /^(un)?(subscribed?|available)$/.test(type);
      });
      expect(again, 'each of it once').toEqual([]);
    }
    await bots.close();
  });

  test('whose front-end is killed (-9) is missed, and found where it connects again', async () => {
    const bots = await connect(0);
    const user = await cluster.comeOnline('user0', 1);
    user.send(`<message to='echo@${domain}' id='before'><body>hi</body></message>`);
    await bots.expect(has({ id: 'before' }));
    await cluster.frontEnd(0).kill();

    const again = await connect(1);
    user.send(`<presence to='${domain}' type='probe'/>`);
    await user.expect(`<presence from='${domain}'/>`);
    // As long as the dead one is listed, half of the senders are still sent its way.
    let asked = 0;
    for (;;) {
      user.send(`<message to='echo@${domain}' id='after${++asked}'><body>hi</body></message>`);
      const arrived = await again.connection.waitUntil(
        (unread) => unread.some(({ name }) => name === 'message'),
        250,
      );
      if (arrived) break;
    }
    user.send(`<message to='echo@${domain}' id='last'><body>hi</body></message>`);
    await again.expect(has({ id: 'last' }));
    const numbers = again.connection
      .takeUnread()
      .flatMap(({ attrs }) => /^after(\d+)$/.exec(attrs['id'] ?? '')?.[1] ?? [])
      .map(Number);
    expect(numbers, 'from the first that arrived on all, in order, none twice').toEqual(
      Array.from({ length: numbers.length }, (_, index) => asked - numbers.length + 1 + index),
    );
    await again.close();
    user.send(`<message to='echo@${domain}' id='nobody'><body>hi</body></message>`);
    await user.expect(
      `<message type='error' id='nobody'><error><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    );
    await user.close();
    await cluster.frontEnd(0).start();
  });

  test('may be connected at two front-ends, which share its senders out', async () => {
    const two = [await connect(0), await connect(1)];
    const users = await Promise.all(
      Array.from({ length: 8 }, (_, number) => cluster.comeOnline(`user${number}`, number % 2)),
    );
    for (const user of users)
      for (const id of ['1', '2'])
        user.send(`<message to='echo@${domain}' id='${id}'><body>hi</body></message>`);
    const got = () =>
      two.map(({ connection }) => connection.unread().filter(({ name }) => name === 'message'));
    await expect.poll(() => got().flat().length).toBe(16);
    const senders = got().map((messages) => messages.map(({ attrs }) => attrs['from']));
    expect(senders.flat()).toHaveLength(16);
    for (const user of users) {
      expect(senders.filter((froms) => froms.includes(user.jid))).toHaveLength(1);
      const own = got()
        .flat()
        .filter(({ attrs }) => attrs['from'] === user.jid);
      expect(own.map(({ attrs }) => attrs['id'])).toEqual(['1', '2']);
    }
    await Promise.all([...two, ...users].map((one) => one.close()));
  });
});
