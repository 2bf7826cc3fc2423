// RFC 3921 §10.9 to §10.14: what each kind of block does, by JID, group, subscription and for all.

import type { Person } from '../conversation/person.ts';
import { errorCondition } from '../conversation/device.ts';
import { befriend, hasHeardAll, hearsNo, online } from '../conversation/relations.ts';
import { rule } from '../conversation/rule.ts';
import type { Rule } from '../conversation/rule.ts';
import { message, messageFrom, unknownRequest } from '../conversation/stanzas.ts';
import { applies, item } from './lists.ts';

interface Criterion {
  readonly name: string;
  /** The attributes of an item that matches Bob, who is a friend. */
  readonly of: (bob: Person) => string;
}

const criteria: readonly Criterion[] = [
  { name: 'a JID', of: (bob) => `type='jid' value='${bob.bare}'` },
  { name: 'a group', of: () => `type='group' value='Friends'` },
  { name: 'a subscription', of: () => `type='subscription' value='both'` },
  { name: 'all', of: () => '' },
];

/** Alice and Bob are friends, he is in her group; she denies him these kinds of stanza. */
async function denies(alice: Person, bob: Person, criterion: Criterion, kinds = ''): Promise<void> {
  await befriend(alice, bob);
  await alice.sets(
    `<query xmlns='jabber:iq:roster'><item jid='${bob.bare}'><group>Friends</group></item></query>`,
  );
  await applies(alice, item('deny', 1, criterion.of(bob), kinds));
}

const [byJid] = criteria as [Criterion, ...Criterion[]];

export const blockingEffects: readonly Rule[] = criteria
  .flatMap((criterion) => [
    rule(
      'RFC 3921 §10.9',
      `messages may be blocked by ${criterion.name}; presence and iqs still come`,
      async ({ alice, bob }) => {
        await denies(alice, bob, criterion, '<message/>');
        bob.sends(message(alice.bare, 'one'));
        bob.sends(message(alice.full, 'two'));
        await alice.receivesNothing();
        bob.sends('<presence><show>away</show></presence>');
        await alice.receives(`<presence from='${bob.full}'><show>away</show></presence>`);
        alice.sends(message(bob.full, 'the other way'));
        await bob.receives(messageFrom(alice.full, 'the other way'));
      },
    ),
    rule(
      'RFC 3921 §10.10',
      `inbound presence may be blocked by ${criterion.name}; messages and requests still come`,
      async ({ alice, bob }) => {
        await denies(alice, bob, criterion, '<presence-in/>');
        bob.sends('<presence><show>away</show></presence>');
        bob.sends(`<presence to='${alice.full}'><show>dnd</show></presence>`);
        await alice.receivesNo(
          (stanza) => stanza.name === 'presence' && stanza.attrs['from'] === bob.full,
        );
        bob.sends(message(alice.bare, 'hello'));
        await alice.receives(messageFrom(bob.full, 'hello'));
        alice.sends('<presence><show>xa</show></presence>');
        await bob.receives(`<presence from='${alice.full}'><show>xa</show></presence>`);
        bob.sends(`<presence type='unsubscribe' to='${alice.bare}'/>`);
        await alice.receives(`<presence type='unsubscribe' from='${bob.bare}'/>`);
      },
    ),
    rule(
      'RFC 3921 §10.11',
      `outbound presence may be blocked by ${criterion.name}; inbound presence still comes`,
      async ({ alice, bob }) => {
        await denies(alice, bob, criterion, '<presence-out/>');
        bob.device.forgets();
        alice.sends('<presence><show>away</show></presence>');
        await bob.receivesNo(`<presence from='${alice.full}'/>`);
        bob.sends('<presence><show>xa</show></presence>');
        await alice.receives(`<presence from='${bob.full}'><show>xa</show></presence>`);
        bob.sends(message(alice.bare, 'hello'));
        await alice.receives(messageFrom(bob.full, 'hello'));
      },
    ),
    rule(
      'RFC 3921 §10.12',
      `iqs may be blocked by ${criterion.name}, and are answered with service-unavailable; messages still come`,
      async ({ alice, bob }) => {
        await denies(alice, bob, criterion, '<iq/>');
        await bob.isRefused('get', unknownRequest, ['service-unavailable'], alice.full);
        await alice.receivesNothing();
        bob.sends(message(alice.bare, 'hello'));
        await alice.receives(messageFrom(bob.full, 'hello'));
      },
    ),
    rule(
      'RFC 3921 §10.13',
      `all communication may be blocked by ${criterion.name}, subscription stanzas among it`,
      async ({ alice, bob }) => {
        await denies(alice, bob, criterion);
        bob.device.forgets();
        bob.sends(message(alice.bare, 'hello'));
        bob.sends('<presence><show>away</show></presence>');
        bob.sends(`<presence to='${alice.full}'/>`);
        await bob.isRefused('get', unknownRequest, ['service-unavailable'], alice.full);
        await alice.receivesNo((stanza) => (stanza.attrs['from'] ?? '').startsWith(bob.bare));
        alice.sends('<presence><show>xa</show></presence>');
        await bob.receivesNo(`<presence from='${alice.full}'/>`);
      },
    ),
  ])
  .concat([
    rule(
      'RFC 3921 §10.13',
      'a request of one who is blocked is neither delivered nor kept',
      async ({ alice, bob, carol }) => {
        await online(alice, bob, carol);
        await applies(alice, item('deny', 1, byJid.of(bob)));
        bob.sends(`<presence type='subscribe' to='${alice.bare}' id='blocked'/>`);
        await bob.receivesPush(alice.bare, { ask: 'subscribe' });
        await hasHeardAll(alice, carol);
        await alice.sets(`<query xmlns='jabber:iq:privacy'><active/></query>`);
        await hearsNo('subscribed', alice, bob);
        await alice.receivesNo(`<presence type='subscribe' id='blocked'/>`);
        await alice.leaves();
        await alice.comesOnline();
        await alice.receives(`<presence type='subscribe' from='${bob.bare}'/>`);
        await alice.receivesNo(`<presence type='subscribe'/>`);
      },
    ),
    rule(
      'RFC 3921 §10.14; XEP-0016 §2.14',
      'presence of one who is blocked is not answered, not even with an error',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await applies(alice, item('deny', 1, byJid.of(bob)));
        bob.sends(`<presence to='${alice.bare}'/>`);
        bob.sends(`<presence to='${alice.full}'/>`);
        await bob.receivesNothing();
        await alice.receivesNothing();
      },
    ),
    rule(
      'XEP-0016 §2.14',
      'a message of one who is blocked is answered with service-unavailable',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await applies(alice, item('deny', 1, byJid.of(bob)));
        bob.sends(message(alice.bare, 'hello'));
        await bob.receives(
          (stanza) => stanza.name === 'message' && errorCondition(stanza) === 'service-unavailable',
        );
        await alice.receivesNothing();
      },
    ),
    rule(
      'RFC 3921 §10.14; XEP-0016 §2.14',
      'iq results and errors of one who is blocked are dropped',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await applies(alice, item('deny', 1, byJid.of(bob)));
        bob.sends(`<iq type='result' id='unasked' to='${alice.full}'/>`);
        await alice.receivesNothing();
        await bob.receivesNothing();
      },
    ),
    rule(
      'RFC 3921 §10.14; XEP-0016 §2.14',
      'what the user sends to one who is blocked is refused with not-acceptable and not delivered',
      async ({ alice, bob }) => {
        await online(alice, bob);
        await applies(alice, item('deny', 1, byJid.of(bob)));
        alice.sends(message(bob.bare, 'hello'));
        await alice.receives(
          (stanza) => stanza.name === 'message' && errorCondition(stanza) === 'not-acceptable',
        );
        await alice.isRefused('get', unknownRequest, ['not-acceptable'], bob.full);
        await bob.receivesNothing();
      },
    ),
    rule(
      'XEP-0016 §2.11',
      'a contact whose presence is blocked on the way out is told unavailable at once, and probes find nobody',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(
          `<query xmlns='jabber:iq:privacy'><list name='hide'>${item('deny', 1, byJid.of(bob), '<presence-out/>')}</list></query>`,
        );
        await alice.sets(`<query xmlns='jabber:iq:privacy'><active name='hide'/></query>`);
        await bob.receives(`<presence type='unavailable' from='${alice.full}'/>`);
        await bob.conversation.quiets();
        bob.sends(`<presence type='probe' to='${alice.bare}'/>`);
        await bob.receivesNo(`<presence from='${alice.full}'/>`);
        await alice.sets(`<query xmlns='jabber:iq:privacy'><active/></query>`);
        await bob.receives(`<presence from='${alice.full}'/>`);
      },
    ),
    rule(
      'XEP-0016 §2.10',
      'when inbound presence of a contact is blocked, the user is told that the contact is unavailable',
      async ({ alice, bob }) => {
        await befriend(alice, bob);
        await alice.sets(
          `<query xmlns='jabber:iq:privacy'><list name='blind'>${item('deny', 1, byJid.of(bob), '<presence-in/>')}</list></query>`,
        );
        await alice.sets(`<query xmlns='jabber:iq:privacy'><active name='blind'/></query>`);
        await alice.receives(`<presence type='unavailable' from='${bob.full}'/>`);
      },
    ),
  ]);
