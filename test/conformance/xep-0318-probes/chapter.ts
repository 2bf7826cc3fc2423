// XEP-0318: probes that people send, and what they tell about those who are gone.

import { child } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import { expect } from 'vitest';
import { errorCondition } from '../conversation/device.ts';
import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Chapter } from '../conversation/rule.ts';

const outOfBattery =
  `<presence type='unavailable'><status>Going offline. Out of battery.</status>` +
  `<x xmlns='urn:example:x'><y>kept</y></x></presence>`;

export const chapter: Chapter = {
  title: 'Client-initiated presence probes (XEP-0318)',
  rules: [
    rule(
      'XEP-0318 §3.1; RFC 6121 §4.3.2',
      'a probe of one who is gone brings the last unavailable presence, from the bare JID, with who went and when',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        const { full } = bob;
        const before = Date.now();
        await bob.device.leaves(outOfBattery);
        await alice.conversation.quiets();
        const after = Date.now();

        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        const presence = await alice.receives(
          `<presence type='unavailable' from='${bob.bare}'>` +
            `<status>Going offline. Out of battery.</status><x xmlns='urn:example:x'><y>kept</y></x></presence>`,
        );
        const { from, stampMs } = delayOf(presence);
        expect(from).toBe(full);
        expect(stampMs).toBeGreaterThanOrEqual(before - 1_000);
        expect(stampMs).toBeLessThanOrEqual(after + 1_000);
      },
    ),
    rule(
      'XEP-0318 §3.1',
      'the last to go counts, and the time is that of its going, however often one asks',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        const phone = await bob.comesOnline('phone');
        await bob.device.leaves(`<presence type='unavailable'><status>first</status></presence>`);
        await phone.leaves(`<presence type='unavailable'><status>last</status></presence>`);
        await alice.conversation.quiets();
        const stamps: number[] = [];
        for (let asked = 0; asked < 2; asked += 1) {
          alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
          const presence = await alice.receives(
            `<presence type='unavailable' from='${bob.bare}'><status>last</status></presence>`,
          );
          expect(delayOf(presence).from).toBe(phone.full);
          stamps.push(delayOf(presence).stampMs);
        }
        expect(stamps[0]).toBe(stamps[1]);
      },
    ),
    rule(
      'XEP-0318 §3.1',
      'it is known too of one whose connection broke',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        const { full } = bob;
        await bob.device.vanishes();
        await alice.receives(`<presence type='unavailable' from='${full}'/>`);
        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        const presence = await alice.receives(`<presence type='unavailable' from='${bob.bare}'/>`);
        expect(delayOf(presence).from).toBe(full);
      },
    ),
    rule('XEP-0318 §3.1', 'it survives a restart of the server', async ({ alice, bob, server }) => {
      await follows(alice, bob);
      const { full } = bob;
      await bob.device.leaves(outOfBattery);
      await alice.receives(`<presence type='unavailable' from='${full}'/>`);
      const gone = Date.now();
      await server.restart();
      await online(alice);
      alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
      const presence = await alice.receives(
        `<presence type='unavailable' from='${bob.bare}'><status>Going offline. Out of battery.</status></presence>`,
      );
      expect(delayOf(presence).from).toBe(full);
      expect(delayOf(presence).stampMs).toBeLessThanOrEqual(gone + 1_000);
    }),
    rule(
      'XEP-0318 §3.1; RFC 6121 §4.3.2',
      'one who was never online is unavailable, without more',
      async ({ alice, bob }) => {
        await online(alice);
        const quiet = await bob.logsIn('quiet');
        await quiet.getsRoster();
        alice.sends(`<presence type='subscribe' to='${bob.bare}'/>`);
        await alice.receivesPush(bob.bare, { ask: 'subscribe' });
        await alice.conversation.settles();
        quiet.sends(`<presence type='subscribed' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='subscribed' from='${bob.bare}'/>`);
        await alice.conversation.quiets();
        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        const presence = await alice.receives(`<presence type='unavailable' from='${bob.bare}'/>`);
        expect(presence.children).toEqual([]);
      },
    ),
    rule(
      'XEP-0318 §3.1',
      'a probe of one who is there brings the presence of each resource, with the time of its last change',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        const before = Date.now();
        bob.sends('<presence><show>away</show></presence>');
        await alice.receives(`<presence from='${bob.full}'><show>away</show></presence>`);
        await alice.conversation.quiets();
        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        const presence = await alice.receives(
          `<presence from='${bob.full}'><show>away</show></presence>`,
        );
        expect(delayOf(presence).stampMs).toBeGreaterThanOrEqual(before - 1_000);
        expect(delayOf(presence).stampMs).toBeLessThanOrEqual(Date.now() + 1_000);
      },
    ),
    rule(
      'XEP-0318 §3.1; RFC 6121 §4.2.3',
      'what comes at login has the time of its last change too',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        await alice.leaves();
        await alice.comesOnline('later');
        const presence = await alice.receives(`<presence from='${bob.full}'/>`);
        expect(Number.isNaN(delayOf(presence).stampMs)).toBe(false);
      },
    ),
    rule(
      'XEP-0318 §3.1; XEP-0203 §2',
      'a change that is told as it happens carries no time',
      async ({ alice, bob }) => {
        await follows(alice, bob);
        bob.sends('<presence><show>away</show></presence>');
        const presence = await alice.receives(
          `<presence from='${bob.full}'><show>away</show></presence>`,
        );
        expect(child(presence, 'delay', 'urn:xmpp:delay')).toBeUndefined();
      },
    ),
    rule(
      'XEP-0318 §3.2',
      'a probe of the served domain is answered with available presence and the time when the server came up',
      async ({ alice, server }) => {
        await online(alice);
        const stamps: number[] = [];
        for (let asked = 0; asked < 2; asked += 1) {
          alice.sends(`<presence type='probe' to='${server.domain}'/>`);
          const presence = await alice.receives(`<presence from='${server.domain}'/>`);
          expect(delayOf(presence).from).toBe(server.domain);
          stamps.push(delayOf(presence).stampMs);
        }
        expect(stamps[0]).toBe(stamps[1]);
        expect(stamps[0]).toBeLessThanOrEqual(Date.now() + 1_000);
      },
    ),
    rule(
      'XEP-0318 §3.2',
      'after a restart the server tells the new time',
      async ({ alice, server }) => {
        const restarting = Date.now();
        await server.restart();
        await online(alice);
        alice.sends(`<presence type='probe' to='${server.domain}'/>`);
        const presence = await alice.receives(`<presence from='${server.domain}'/>`);
        // Stamps may be cut to whole seconds.
        expect(delayOf(presence).stampMs).toBeGreaterThanOrEqual(restarting - 1_000);
      },
    ),
    rule(
      'XEP-0318 §2',
      'probes are for human requests: a session that floods is told to wait, and is served otherwise',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        const probes = Array.from(
          { length: 500 },
          (_, index) => `<presence type='probe' id='probe-${index}' to='${bob.bare}'/>`,
        );
        alice.sends(probes.join(''));
        await alice.receives((stanza) => {
          const condition = errorCondition(stanza) ?? '';
          return ['resource-constraint', 'policy-violation'].includes(condition);
        });
        await alice.conversation.quiets();
        bob.sends('<presence><show>away</show></presence>');
        await alice.receives(`<presence from='${bob.full}'><show>away</show></presence>`);
      },
    ),
    rule(
      'XEP-0318 §5',
      'the last presence is for subscribers alone: not for strangers, nor for those whose subscription has ended',
      async ({ alice, bob, carol }) => {
        await online(carol);
        await follows(alice, bob);
        bob.sends(`<presence type='unsubscribed' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='unsubscribed' from='${bob.bare}'/>`);
        await bob.device.leaves(outOfBattery);
        await alice.conversation.quiets();
        for (const prober of [alice, carol]) {
          prober.sends(`<presence type='probe' to='${bob.bare}'/>`);
          await prober.receivesNo((stanza) => child(stanza, 'delay') !== undefined);
          await prober.receivesNo((stanza) => child(stanza, 'status') !== undefined);
        }
      },
    ),
  ],
};

interface Delay {
  readonly from: string | undefined;
  /** Epoch milliseconds; NaN if there is no stamp. */
  readonly stampMs: number;
}

function delayOf(presence: XmlElement): Delay {
  const attrs = child(presence, 'delay', 'urn:xmpp:delay')?.attrs ?? {};
  return { from: attrs['from'], stampMs: Date.parse(attrs['stamp'] ?? '') };
}
