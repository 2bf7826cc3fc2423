// Scenario 15: streams that are resumed at another front-end than the one that they were lost at (XEP-0198 §5).

import { RollcallCluster, type ResumableSession, type XmppClient } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbersFrom, sightsOf } from './observer.ts';

describe('a stream that is lost', () => {
  let cluster: RollcallCluster;

  beforeAll(async () => {
    cluster = await RollcallCluster.start({ engines: 2, frontEnds: 2, leaseTtlMs: 5_000 });
    const pairs = ['mover', 'owned', 'killed'];
    await cluster.importAccounts(
      pairs.flatMap((name) => [
        { name, contacts: [`${name}-watcher`] },
        { name: `${name}-watcher`, contacts: [name] },
      ]),
    );
  });

  afterAll(() => cluster.stop());

  const available = (name: string, index: number, resource = 'r') =>
    cluster.comeOnline(name, index, { resource });

  const resume = (name: string, index: number, session: ResumableSession) =>
    cluster.login(name, index, { resume: session });

  /** Stanzas that came while the stream was managed; pings of ours are not asked for here. */
  const received = (client: XmppClient) =>
    client.connection.unread().filter(({ name }) => ['message', 'presence', 'iq'].includes(name));

  test('is resumed at the other front-end: nothing lost, nothing twice, nobody sees a change', async () => {
    const watcher = await available('mover-watcher', 0);
    const mover = await available('mover', 0);
    await watcher.expect(`<presence from='${mover.jid}'/>`);
    await mover.expect(`<presence from='${watcher.jid}'/>`);
    sightsOf(watcher);
    sightsOf(mover);
    const session = await mover.manage();
    for (let number = 1; number <= 3; number++)
      watcher.send(`<presence><status>n${number}</status></presence>`);
    await mover.connection.waitUntil((unread) => unread.length >= 3);
    expect(numbersFrom(sightsOf(mover), 'mover-watcher')).toEqual([1, 2, 3]);
    await mover.cut();
    // Two of the three were acknowledged; what comes meanwhile waits.
    watcher.send(`<message to='${mover.jid}' type='chat'><body>are you there?</body></message>`);
    await watcher.ping();

    const again = await resume('mover', 1, { ...session, handled: 2 });
    await again.expect(`<message from='${watcher.jid}' type='chat'/>`);
    expect(numbersFrom(sightsOf(again), 'mover-watcher')).toEqual([3]);

    again.send('<presence><status>n1</status></presence>');
    again.send('<presence><status>n2</status></presence>');
    await watcher.expect(`<presence from='${mover.jid}'><status>n2</status></presence>`);
    const seen = sightsOf(watcher).filter(({ from }) => from === mover.jid);
    expect(seen).toEqual([{ from: mover.jid, type: undefined, status: 'n1' }]);
    watcher.send('<presence><status>n4</status></presence>');
    await again.expect(`<presence from='${watcher.jid}'><status>n4</status></presence>`);
    await again.close();
    await watcher.expect(`<presence type='unavailable' from='${mover.jid}'/>`);
    await watcher.ping();
    expect(sightsOf(watcher).filter(({ from }) => from === mover.jid)).toEqual([]);
    await watcher.close();
  });

  test('and whose owner dies (-9) while it goes on elsewhere, stays whole', async () => {
    const watcher = await available('owned-watcher', 1);
    const owned = await available('owned', 0);
    await watcher.expect(`<presence from='${owned.jid}'/>`);
    const session = await owned.manage();
    await owned.cut();
    const again = await resume('owned', 1, { ...session, handled: 0 });
    sightsOf(watcher);
    const [engine] = cluster.engines;
    if (engine === undefined) throw new Error('there is no engine');
    await engine.kill();
    for (let number = 1; number <= 5; number++)
      again.send(`<presence><status>n${number}</status></presence>`);
    await watcher.expect(`<presence from='${owned.jid}'><status>n5</status></presence>`);
    const seen = sightsOf(watcher).filter(({ from }) => from === owned.jid);
    expect(numbersFrom(seen, 'owned')).toEqual([1, 2, 3, 4]);
    expect(seen.every(({ type }) => type === undefined)).toBe(true);
    await engine.start();
    await Promise.all([again.close(), watcher.close()]);
  });

  test('with its front-end (-9) cannot be resumed; a new session is bound, and there are no ghosts', async () => {
    const watcher = await available('killed-watcher', 1);
    const killed = await available('killed', 0);
    const bystander = await available('killed', 0, 'other');
    await watcher.expect(`<presence from='${killed.jid}'/>`);
    await watcher.expect(`<presence from='${bystander.jid}'/>`);
    const session = await killed.manage();
    await cluster.frontEnd(0).kill();
    await expect(resume('killed', 1, session)).rejects.toThrow('item-not-found');
    const back = await available('killed', 1);
    await watcher.expect(`<presence type='unavailable' from='${bystander.jid}'/>`);
    await watcher.ping();
    // It came back before its front-end was declared dead: nobody is shown that it was ever away.
    const seen = sightsOf(watcher).filter(({ from }) => from === back.jid);
    expect(seen).toEqual([{ from: back.jid, type: undefined, status: undefined }]);
    back.send('<presence><status>n1</status></presence>');
    await watcher.expect(`<presence from='${back.jid}'><status>n1</status></presence>`);
    expect(sightsOf(watcher), 'nobody goes twice').toEqual([]);
    expect(received(back).some(({ attrs }) => attrs['type'] === 'error')).toBe(false);
    await Promise.all([back.close(), watcher.close()]);
    await cluster.frontEnd(0).start();
  });
});
