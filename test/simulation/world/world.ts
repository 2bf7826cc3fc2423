/** One simulated cluster with its clients, and what is to be seen of both. */
import type { NodeOptions } from '@rollcall/cluster';
import { decoyVerifiers, userKey } from '@rollcall/store';
import type { Client } from '../clients/client.ts';
import { Logins } from '../clients/logins.ts';
import { Nats } from '../nats/nats.ts';
import type { Fact, Observation, Standing } from '../promises/observation.ts';
import { Dice } from '../run/dice.ts';
import { Accounts } from './accounts.ts';
import { limits } from './limits.ts';
import { Losses } from './losses.ts';
import { Machine } from './machine.ts';
import { SimNode } from './node.ts';
import { shapes, type Role, type Shape } from './shapes.ts';
import { SimClock } from './sim-clock.ts';
import { disagreeing, friends, halvesAt, users } from './users.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly observe: (observation: Observation) => void;
  readonly note: (line: string) => void;
  readonly alter: (options: NodeOptions) => NodeOptions;
  /** Made for each session with a stream: whether what is written there gets to the client. */
  readonly passes: () => (text: string) => boolean;
}

/** After a loss, engines have given back by then what they know: the outage, and a while. */
const giveBackMs = 40_000;

/** How long an audit may take that mends: half a minute where something is left over. */
const auditMs = 30_000;

/** A node's place in the cluster, whether it runs or not. */
export interface Slot {
  readonly name: string;
  readonly role: Role;
  node: SimNode | undefined;
}

export class World {
  readonly clock = new SimClock();
  readonly nats: Nats;
  readonly slots: readonly Slot[];
  clients: Client[] = [];
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly #options: WorldOptions;
  readonly #dice: Dice;
  readonly #losses: Losses;
  #hasLost = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#dice = Dice.named(options.seed, 'world');
    this.nats = new Nats(this.clock, Dice.named(options.seed, 'nats'));
    const shape: Shape = shapes[options.seed % shapes.length] ?? shapes[0];
    this.slots = shape.map(([name, role]) => ({ name, role, node: undefined }));
    this.accounts = new Accounts(this.clock, {
      admin: () => this.#engine()?.admin,
      tell: (fact) => this.tell(fact),
    });
    const { seed, note, passes } = options;
    this.logins = new Logins({
      ...{ seed, note, passes, clock: this.clock },
      places: () => this.#places,
      clients: () => this.clients,
      tell: (fact) => this.tell(fact),
      admitted: (client) => {
        this.clients.push(client);
        this.#buryTheDead();
      },
    });
    this.nats.records.onWrite = (key, { process }) => this.#written(key, process);
    this.nats.records.onLoss = (key, knownTo) => this.#lost(key, knownTo);
    this.#losses = new Losses({
      isMember: (process) => this.nats.isMember(process),
      final: (user) => this.#written(`user/${userKey(user)}/h`, undefined),
    });
    this.nats.onMembers = () => this.#buryTheDead();
  }

  /** All nodes up, all users there, the friends friends. */
  async begin(): Promise<void> {
    for (const slot of this.slots) this.start(slot);
    await this.clock.advance(15_000);
    const { admin } = this.#mustHaveEngine().cluster;
    await this.#within(30_000, async () => {
      for (const user of users) await admin.createUser(user, decoyVerifiers(user, 'simulated'));
      for (const jid of friends) {
        const others = friends.filter((other) => other !== jid);
        const roster = others.map((other) => ({ jid: other, state: 'Both', groups: [] }) as const);
        await admin.importUser({ jid, roster });
      }
    });
    for (const user of users) this.logins.begin(user, this.#dice.next());
    await this.clock.advance(5_000);
  }

  start(slot: Slot): void {
    const dice = this.#dice;
    const machine = new Machine({
      clock: this.clock,
      // Scenario 29: clocks wrong by minutes; oscillators are wrong by less than this.
      offsetMs: Math.round(dice.chance(0.5) ? 0 : dice.between(-300_000, 300_000)),
      rate: dice.chance(0.5) ? 1 : dice.between(0.995, 1.005),
    });
    const node = new SimNode({
      name: slot.name,
      role: slot.role,
      machine,
      attachment: this.nats.attach(slot.name, machine),
      random: dice.next,
      failed: (what) => this.tell({ kind: 'failure', node: slot.name, what }),
      gaveUp: (gone) => {
        if (slot.node === gone) this.crash(slot);
      },
      alter: this.#options.alter,
    });
    slot.node = node;
    this.note(`${slot.name} starts`);
    void node.cluster.start().then(
      () => this.note(`${slot.name} is ${String(node.cluster.process)}`),
      (error: unknown) => {
        this.note(`${slot.name} did not start: ${error instanceof Error ? error.message : 'why?'}`);
        if (slot.node === node) slot.node = undefined;
      },
    );
  }

  get #places(): readonly SimNode[] {
    return this.slots.flatMap(({ node }) => (node?.isFrontEnd ? [node] : []));
  }

  /** Whether NATS has lost what it acknowledged, and nobody has mended it since. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  loseTail(recordsMs: number, handshakesMs: number): void {
    this.#hasLost = true;
    void this.nats.lose(recordsMs, handshakesMs);
    this.#losses.look();
  }

  /** What an operator does then: `rollcall audit --repair`. */
  async mend(): Promise<void> {
    this.note('an audit mends what does not agree');
    for (const [user, contact] of disagreeing(this.nats.records))
      this.tell({ kind: 'touched', user, contact });
    const { admin } = this.#mustHaveEngine().cluster;
    await this.#within(auditMs, async () => {
      for await (const event of admin.audit({ repair: true }))
        if (event.kind === 'disagreement')
          this.note(`${JSON.stringify(event.disagreement)}: ${event.outcome}`);
    });
    this.#hasLost = false;
  }

  #engine(): SimNode | undefined {
    return this.slots.find(
      ({ node, role }) => node?.cluster.process !== undefined && role !== 'front-end',
    )?.node;
  }

  #mustHaveEngine(): SimNode {
    const engine = this.#engine();
    if (engine === undefined) throw new Error('no engine has started');
    return engine;
  }

  crash(slot: Slot): void {
    const { node } = slot;
    if (node === undefined) return;
    slot.node = undefined;
    node.crash();
    for (const client of this.clients)
      if (client.place === node) client.lost('its front-end was killed');
      else client.stream?.check((place) => place !== node);
    this.forgetTheLost();
  }

  forgetTheLost(): void {
    this.clients = this.clients.filter(({ alive }) => alive);
  }

  tell(fact: Fact): void {
    this.#options.observe({ ...fact, atMs: this.clock.passedMs });
  }

  note(line: string): void {
    this.#options.note(line);
  }

  /** How much everything holds that has a bound. */
  measure(): void {
    for (const { name, node } of this.slots) {
      if (node === undefined) continue;
      this.#measured(
        name,
        'stanzas of one session',
        node.mostUnacknowledged,
        limits.unacknowledgedPerSession,
      );
      const gauge = (read: 'mailbox_depth' | 'handshakes_in_flight') =>
        node.gauges.get(read)?.() ?? 0;
      const bound = users.length * (limits.mailboxLimit + limits.presenceLimit);
      this.#measured(name, 'letters', gauge('mailbox_depth'), bound);
    }
  }

  async standing(): Promise<Standing> {
    this.forgetTheLost();
    return {
      atMs: this.clock.passedMs,
      devices: this.clients.map(({ device }) => device),
      users,
      queued: await this.nats.queued(),
    };
  }

  /** The sessions of a front-end that the cluster has declared dead are over, even if it does not know it yet. */
  #buryTheDead(): void {
    for (const client of this.clients)
      if (!this.nats.isMember(client.process)) client.lost('its front-end was declared dead');
      else client.stream?.check((_place, process) => this.nats.isMember(process));
    this.#losses.look();
  }

  /** Whoever knows better gives it back at once; afterwards it counts as it is. */
  #lost(key: string, knownTo: ReadonlySet<string>): void {
    const lost = halvesAt(this.nats.records, key);
    if (lost === undefined) return;
    this.tell({ kind: 'stored', ...lost, isLoss: true });
    this.#losses.lost(lost.user, knownTo);
    this.clock.setTimeout(() => {
      this.#losses.givenBack(lost.user);
      this.#written(key, undefined);
    }, giveBackMs);
  }

  #measured(where: string, what: string, amount: number, bound: number): void {
    this.tell({ kind: 'measured', where, what, amount, bound });
  }

  #written(key: string, by: string | undefined): void {
    // Accounts are nobody's: an operator's word is carried out wherever it is said.
    const isOwned = key.startsWith('user/');
    const buriedMs = by === undefined || !isOwned ? undefined : this.nats.buriedMs(by);
    if (buriedMs !== undefined) this.tell({ kind: 'lateWrite', by: by ?? '', buriedMs });
    const written = halvesAt(this.nats.records, key);
    if (written !== undefined) this.tell({ kind: 'stored', ...written });
  }

  async #within(ms: number, act: () => Promise<void>): Promise<void> {
    const state = { done: false };
    const acting = act().then(() => {
      state.done = true;
    });
    await this.clock.advance(ms);
    if (!state.done) throw new Error(`not done within ${ms} ms`);
    await acting;
  }
}
