// What nobody may find out: that somebody is there, or that somebody exists, or that one is blocked. Here the question
// is not what the answer is, but that it is the same.

import { child, render } from '@rollcall/testkit';
import type { XmlElement } from '@rollcall/testkit';
import { expect } from 'vitest';
import type { Person } from '../conversation/person.ts';
import { befriend, follows, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Cast, Chapter } from '../conversation/rule.ts';
import { discoInfo, message, unknownRequest } from '../conversation/stanzas.ts';

export const chapter: Chapter = {
  title: 'Leaks of presence',
  rules: [
    rule(
      'RFC 6121 §11; RFC 6121 §4.3.2; XEP-0191 §3.3',
      'a probe of a stranger who is there, of a stranger who is not, of one who blocks and of nobody has one and the same answer',
      async (cast) => {
        const { alice } = cast;
        const targets = await fourStrangers(cast);
        const answers: string[] = [];
        for (const target of targets) {
          alice.sends(`<presence type='probe' to='${target}'/>`);
          await alice.conversation.settles();
          answers.push(answersFrom(alice, target).join(''));
        }
        expect(new Set(answers)).toHaveLength(1);
      },
    ),
    rule('RFC 6121 §11; RFC 6121 §4.3.2', 'the same of full JIDs', async (cast) => {
      const { alice } = cast;
      const targets = await fourStrangers(cast);
      const answers: string[] = [];
      for (const target of targets) {
        alice.sends(`<presence type='probe' to='${target}/home'/>`);
        await alice.conversation.settles();
        answers.push(answersFrom(alice, target).join(''));
      }
      expect(new Set(answers)).toHaveLength(1);
    }),
    rule(
      'RFC 6121 §11; RFC 6121 §4.3.2',
      'those answers take the same time: none at its fastest takes three times another',
      async (cast) => {
        const { alice } = cast;
        const targets = await fourStrangers(cast);
        if (await areSilent(alice, targets)) return;
        const times = targets.map((): number[] => []);
        // What else the machine does makes single answers slow, but not the fastest of them, if there are enough.
        for (let round = 0; round < 12 || (round < 60 && !areAlike(times)); round += 1) {
          // A session of its own for each round, below the limit for probes.
          const device = await alice.logsIn(`round-${round}`);
          device.sends('<presence/>');
          await device.client.ping();
          for (const [index, target] of targets.entries()) {
            const start = performance.now();
            device.sends(`<presence type='probe' to='${target}'/>`);
            await device.receives((stanza) => (stanza.attrs['from'] ?? '').startsWith(target));
            times[index]?.push(performance.now() - start);
          }
          await device.leaves();
        }
        expect(areAlike(times), JSON.stringify(times)).toBe(true);
      },
    ),
    rule(
      'XEP-0191 §3.3; RFC 6121 §11',
      'to a subscriber who is blocked, the user looks offline: nothing, or unavailable without details',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await bob.sets(block(alice.bare));
        await alice.conversation.quiets();
        bob.sends('<presence><status>secret</status></presence>');
        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        await alice.conversation.settles();
        const answers = answersFrom(alice, bob.bare);
        expect(['', `<presence type='unavailable'/>`]).toContain(answers.join(''));
      },
    ),
    rule(
      'XEP-0191 §3.3; XEP-0318 §5',
      'to a subscriber who is blocked, the last presence of a user who left later is not told',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await bob.sets(block(alice.bare));
        await bob.device.leaves(`<presence type='unavailable'><status>secret</status></presence>`);
        await alice.conversation.quiets();
        alice.sends(`<presence type='probe' to='${bob.bare}'/>`);
        await alice.conversation.settles();
        expect(answersFrom(alice, bob.bare).join('')).not.toMatch(/secret|delay/);
      },
    ),
    rule(
      'RFC 6121 §4.5.2; RFC 6121 §11',
      'a resource that was never available tells nobody that it goes',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        const hidden = await alice.logsIn('hidden');
        hidden.sends(`<presence type='unavailable'/>`);
        await bob.receivesNothing();
        await hidden.client.close();
        await bob.receivesNothing();
      },
    ),
    rule(
      'RFC 6121 §4.6; RFC 6121 §11',
      'a resource that only directed its presence is not shown to subscribers who log in',
      async ({ alice, bob, carol }) => {
        await follows(alice, bob);
        await online(carol);
        await bob.leaves();
        const hidden = await bob.logsIn('hidden');
        hidden.sends(`<presence to='${carol.bare}'/>`);
        await carol.receives(`<presence from='${hidden.full}'/>`);
        await alice.leaves();
        await alice.comesOnline('later');
        await alice.receivesNo((stanza) => stanza.attrs['from'] === hidden.full);
      },
    ),
    rule(
      'RFC 6121 §8.5.1; RFC 6121 §11',
      'an iq to the bare JID of a stranger who is there, of one who is not, of one who blocks and of nobody has one and the same answer',
      async (cast) => {
        const targets = await fourStrangers(cast);
        for (const request of [unknownRequest, discoInfo, `<query xmlns='jabber:iq:last'/>`]) {
          const answers: string[] = [];
          for (const target of targets) {
            answers.push(withoutAddress(await cast.alice.asks('get', request, target), target));
          }
          expect(new Set(answers)).toHaveLength(1);
        }
      },
    ),
    rule(
      'RFC 6121 §8.5.3.2.3; RFC 6121 §11',
      'an iq to a resource that is not there has the same answer, whether the account is online, offline, or does not exist',
      async (cast) => {
        const targets = await fourStrangers(cast);
        const answers: string[] = [];
        for (const target of targets) {
          answers.push(
            withoutAddress(await cast.alice.asks('get', unknownRequest, `${target}/guess`), target),
          );
        }
        expect(new Set(answers)).toHaveLength(1);
      },
    ),
    rule(
      'RFC 6121 §8.5.2.2.1; XEP-0191 §3.3; RFC 6121 §11',
      'a message to one who is offline, to one who blocks and to nobody fails alike',
      async (cast) => {
        const { alice } = cast;
        const [, ...unreachable] = await fourStrangers(cast);
        const answers: string[] = [];
        for (const target of unreachable) {
          alice.sends(message(target, 'hello'));
          const answer = await alice.receives(
            (stanza) => stanza.name === 'message' && stanza.attrs['from'] === target,
          );
          answers.push(withoutAddress(answer, target));
        }
        expect(new Set(answers)).toHaveLength(1);
      },
    ),
    rule(
      'XEP-0012 §4; RFC 6121 §11',
      'how long a user has been gone is for subscribers alone',
      async ({ alice, bob, carol }) => {
        await online(carol);
        await follows(alice, bob);
        await bob.leaves();
        const answer = await carol.asks('get', `<query xmlns='jabber:iq:last'/>`, bob.bare);
        expect(child(answer, 'query')?.attrs['seconds']).toBeUndefined();
      },
    ),
  ],
};

/** One who is online, one who is offline, one who is online and blocks Alice, nobody: bare JIDs. */
async function fourStrangers({
  alice,
  bob,
  carol,
  dave,
  server,
}: Cast): Promise<readonly string[]> {
  await online(alice, bob, dave);
  await dave.sets(block(alice.bare));
  await alice.conversation.quiets();
  return [bob.bare, carol.bare, dave.bare, `nobody-of-that-name@${server.domain}`];
}

/** No answer to anybody takes no time. */
async function areSilent(prober: Person, targets: readonly string[]): Promise<boolean> {
  for (const target of targets) prober.sends(`<presence type='probe' to='${target}'/>`);
  await prober.conversation.settles();
  return targets.every((target) => answersFrom(prober, target).length === 0);
}

function block(jid: string): string {
  return `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'/></block>`;
}

/** What has come from there, in a form that does not depend on whose it is. */
function answersFrom(person: Person, jid: string): readonly string[] {
  const unread = person.device.client.connection.takeUnread();
  return unread
    .filter(({ attrs }) => (attrs['from'] ?? '').startsWith(jid))
    .map((stanza) => withoutAddress(stanza, jid));
}

function withoutAddress(stanza: XmlElement, jid: string): string {
  const { id: _id, from: _from, to: _to, ...attrs } = stanza.attrs;
  return render({ ...stanza, attrs }).replaceAll(jid, 'SOMEBODY');
}

/** None at its fastest takes three times another. */
function areAlike(times: readonly (readonly number[])[]): boolean {
  const fastest = times.map((each) => Math.min(...each));
  // Below a millisecond it is the noise of the machine that is compared.
  return Math.max(...fastest) < 3 * Math.max(1, Math.min(...fastest));
}
