// Two users and a network, at random: what their clients do, and what becomes of what is on its way.

import fc from 'fast-check';
import { withResource, type BareJid, type Stanza } from '@rollcall/xmpp';
import { ModelNetwork, type NetworkOptions } from './model-network.ts';
import { iq, presence, rosterSet } from './test-user.ts';

export const alice = 'alice@x' as BareJid;
export const bob = 'bob@x' as BareJid;

/** Addressed to `them@x`, which stands for the other of the two. */
const stanzas = {
  available: presence(),
  unavailable: presence({ type: 'unavailable' }),
  subscribe: presence({ type: 'subscribe', to: 'them@x' }),
  subscribed: presence({ type: 'subscribed', to: 'them@x' }),
  unsubscribe: presence({ type: 'unsubscribe', to: 'them@x' }),
  unsubscribed: presence({ type: 'unsubscribed', to: 'them@x' }),
  probe: presence({ type: 'probe', to: 'them@x' }),
  directed: presence({ to: 'them@x' }),
  setItem: rosterSet(`<item jid='them@x' name='Them'/>`),
  removeItem: rosterSet(`<item jid='them@x' subscription='remove'/>`),
  block: iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='them@x'/></block>`),
  unblock: iq('set', `<unblock xmlns='urn:xmpp:blocking'><item jid='them@x'/></unblock>`),
} as const satisfies Record<string, Stanza>;

type StanzaName = keyof typeof stanzas;
type ActionName = 'bind' | 'end' | 'publish' | 'deliver' | 'soft' | 'redeliver' | 'crash' | 'wait';

export interface Step {
  readonly user: BareJid;
  readonly action: StanzaName | ActionName;
  readonly resource: string;
  readonly choice: number;
}

const weights: Readonly<Record<Step['action'], number>> = {
  bind: 2,
  end: 2,
  available: 3,
  unavailable: 1,
  subscribe: 3,
  subscribed: 3,
  unsubscribe: 1,
  unsubscribed: 1,
  probe: 1,
  directed: 1,
  setItem: 1,
  removeItem: 1,
  block: 1,
  unblock: 1,
  publish: 6,
  deliver: 6,
  soft: 6,
  redeliver: 2,
  crash: 1,
  wait: 1,
};

/** Steps of all kinds but those left out. */
export function walks(leftOut: readonly Step['action'][] = []): fc.Arbitrary<readonly Step[]> {
  const actions = (Object.keys(weights) as readonly Step['action'][]).filter(
    (action) => !leftOut.includes(action),
  );
  const action = fc.oneof(
    ...actions.map((name) => ({ weight: weights[name], arbitrary: fc.constant(name) })),
  );
  const step = fc.record({
    user: fc.constantFrom(alice, bob),
    action,
    resource: fc.constantFrom('r1', 'r2'),
    choice: fc.nat(50),
  });
  return fc.array(step, { maxLength: 60 });
}

export interface WalkOptions extends NetworkOptions {
  /** Both are subscribed to each other and online when the walk begins. */
  readonly friends?: boolean;
  /** Called after each step. */
  readonly after?: (network: ModelNetwork) => void;
}

/** Walks, then lets everything come to rest. */
export function walk(
  steps: readonly Step[],
  { friends = false, after, ...circumstances }: WalkOptions = {},
): ModelNetwork {
  const network = new ModelNetwork([alice, bob], circumstances);
  if (friends) {
    befriend(network);
    for (const user of network.users) send(network, user, 'r1', 'available');
    network.settle();
  }
  for (const step of steps) {
    take(network, step);
    after?.(network);
  }
  network.settle();
  network.pass(60_000);
  network.settle();
  return network;
}

/** Both are subscribed to each other. */
export function befriend(network: ModelNetwork): void {
  for (const [user, jid] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    network.tell(user, { kind: 'rosterImported', items: [{ jid, state: 'Both', groups: [] }] });
  }
}

export function take(network: ModelNetwork, { user, action, resource, choice }: Step): void {
  switch (action) {
    case 'bind':
      return bind(network, user, resource);
    case 'end':
      return end(network, user, resource);
    case 'publish':
      return network.publishOne(user);
    case 'deliver':
      return network.deliverOne(user);
    case 'soft':
      return network.deliverSoft(user);
    case 'redeliver':
      return network.redeliver(user, choice);
    case 'crash':
      return network.crash(user);
    case 'wait':
      return network.pass(choice * 100);
    default:
      return send(network, user, resource, action);
  }
}

function bind(network: ModelNetwork, user: BareJid, resource: string): void {
  network.tell(user, { kind: 'sessionBound', session: network.nextSession(user), resource });
}

function end(network: ModelNetwork, user: BareJid, resource: string): void {
  const session = network.stateOf(user).sessions.get(resource);
  if (session === undefined) return;
  const seq = session.seq + 1;
  network.tell(user, { kind: 'sessionEnded', session: session.ref, resource, seq });
}

function send(network: ModelNetwork, user: BareJid, resource: string, name: StanzaName): void {
  if (!network.stateOf(user).sessions.has(resource)) bind(network, user, resource);
  const session = network.stateOf(user).sessions.get(resource);
  if (session === undefined) throw new Error('a session that was just bound is not there');
  const template: Stanza = stanzas[name];
  const other = user === alice ? bob : alice;
  const stanza = {
    ...template,
    from: withResource(user, resource),
    ...(template.to === undefined ? {} : { to: other }),
    content: template.content.replaceAll('them@x', other),
  };
  const seq = session.seq + 1;
  network.tell(user, { kind: 'stanzaReceived', session: session.ref, resource, seq, stanza });
  if (name === 'unavailable') network.forgetView(user, session.ref);
}
