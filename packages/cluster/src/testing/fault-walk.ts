/**
 * A walk through random faults: nodes die, come back, are cut off, leave and join, frames are lost, users come and go,
 * and speak all the time. Then the faults stop, and what everybody has seen is compared with what was so.
 */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import { ClusterWorld, leaseTtlMs, type Role, type TestNode } from './cluster-world.ts';
import { jid, type TestClient } from './test-client.ts';
import { sightsOf } from './watchers.ts';

interface Player {
  readonly user: BareJid;
  readonly client: TestClient;
  readonly address: FullJid;
  readonly node: Slot;
  /** Said last; sessions begin with 0. */
  change: number;
  /** Ended by itself, or died with its node. */
  over: boolean;
  readonly seen: Map<FullJid, (number | 'gone')[]>;
}

interface Slot {
  readonly name: string;
  readonly role: Role;
  running: TestNode | undefined;
  cut: boolean;
  paused: boolean;
}

export interface WalkOptions {
  readonly seed: number;
  readonly steps: number;
  readonly users: number;
  readonly nodes: readonly (readonly [name: string, role: Role])[];
  /** They also ask, approve, decline and cancel all the time; compared is then whether both halves agree. */
  readonly subscriptions?: boolean;
}

/** What went wrong; empty if nothing did. `trace` tells what happened, line by line. */
export async function faultWalk(
  options: WalkOptions,
): Promise<{ readonly faults: readonly string[]; readonly trace: readonly string[] }> {
  const walk = new Walk(options);
  await walk.begin();
  for (let step = 0; step < options.steps; step++) await walk.step();
  await walk.heal();
  const faults = options.subscriptions ? await walk.disagreements() : walk.faults();
  return { faults, trace: walk.trace };
}

class Walk {
  readonly trace: string[] = [];
  readonly #world = new ClusterWorld();
  readonly #random: () => number;
  readonly #users: readonly BareJid[];
  readonly #slots: readonly Slot[];
  readonly #players: Player[] = [];
  readonly #subscriptions: boolean;
  #logins = 0;

  constructor({ seed, users, nodes, subscriptions = false }: WalkOptions) {
    this.#subscriptions = subscriptions;
    this.#random = randomFrom(seed);
    this.#users = Array.from({ length: users }, (_, index) => jid(`user${index}@localhost`));
    this.#slots = nodes.map(([name, role]) => ({
      name,
      role,
      running: undefined,
      cut: false,
      paused: false,
    }));
  }

  async begin(): Promise<void> {
    const latencyMs = this.#random() * 200;
    this.#world.delayMs = () => this.#random() * latencyMs;
    for (const slot of this.#slots) await this.#start(slot);
    await this.#pass(leaseTtlMs * 2);
    const [first] = this.#slots;
    if (first?.running === undefined) throw new Error('a walk needs nodes');
    await this.#world.addUsers(first.running, ...this.#users);
    for (const user of this.#users) {
      const others = this.#users.filter((other) => other !== user);
      const roster = others.map((other) => ({ jid: other, state: 'Both', groups: [] }) as const);
      await this.#world.during(first.running.node.admin.importUser({ jid: user, roster }), 5_000);
    }
    for (const user of this.#users) await this.#login(user);
  }

  async step(): Promise<void> {
    const dice = this.#random();
    if (dice < 0.3 && this.#subscriptions) this.#subscribe();
    else if (dice < 0.6) this.#speak();
    else if (dice < 0.66) await this.#login(this.#one(this.#users));
    else if (dice < 0.7) this.#end();
    else if (dice < 0.73) this.#crash();
    else if (dice < 0.79) await this.#restart();
    else if (dice < 0.82) this.#cut();
    else if (dice < 0.87) this.#reconnect();
    else if (dice < 0.89) await this.#leave();
    else if (dice < 0.93) this.#disturb();
    else if (dice < 0.95) this.#pause();
    else if (dice < 0.99) this.#resume();
    await this.#pass(this.#random() < 0.9 ? 20 + this.#random() * 200 : leaseTtlMs);
  }

  /** Faults stop; everything has time to come together, and everybody says a last word. */
  async heal(): Promise<void> {
    this.#world.loses = () => false;
    for (const slot of this.#slots) this.#reconnectSlot(slot);
    for (const slot of this.#slots) this.#resumeSlot(slot);
    await this.#pass(leaseTtlMs);
    for (const slot of this.#slots) if (slot.running === undefined) await this.#start(slot);
    await this.#pass(leaseTtlMs * 6);
    for (const player of this.#alive()) {
      player.change += 1;
      this.#say(player);
    }
    await this.#pass(leaseTtlMs * 4);
  }

  faults(): readonly string[] {
    const faults: string[] = [];
    for (const watcher of this.#players) {
      for (const [address, changes] of watcher.seen) {
        const watched = this.#players.find((player) => player.address === address);
        if (watched === undefined || watched.user === watcher.user) continue;
        const isWatching = this.#isAlive(watcher);
        const fault = faultIn(changes, watched, this.#isAlive(watched), isWatching);
        if (fault !== undefined)
          faults.push(`${fault}: ${watcher.address} saw ${address}: ${changes.join(' ')}`);
      }
      if (!this.#isAlive(watcher)) continue;
      for (const watched of this.#alive())
        if (watched.user !== watcher.user && !watcher.seen.has(watched.address))
          faults.push(`never seen: ${watched.address} by ${watcher.address}`);
    }
    return faults;
  }

  /** Pairs of users of whom one believes of the other what the other does not (promise 2). */
  async disagreements(): Promise<readonly string[]> {
    const engine = this.#slots.find(({ running, role }) => running && role !== 'front-end');
    if (engine?.running === undefined) throw new Error('nobody is left');
    const states = await this.#world.during(statesOf(engine.running), 10_000);
    const stateOf = (user: BareJid, contact: BareJid) => states.get(`${user} ${contact}`) ?? 'None';
    const faults: string[] = [];
    for (const one of this.#users)
      for (const other of this.#users) {
        const mine = stateOf(one, other);
        const theirs = stateOf(other, one);
        const agree =
          /^(To|Both)/.test(mine) === /^(From|Both)/.test(theirs) &&
          mine.includes('Out') === theirs.endsWith('In');
        if (one !== other && !agree)
          faults.push(`${one} is ${mine} of ${other}, who is ${theirs} of ${one}`);
      }
    const depth = await this.#world.queue.depth();
    if (depth > 0) faults.push(`${depth} handshakes are still in the queue`);
    return faults;
  }

  #subscribe(): void {
    const player = this.#one(this.#alive());
    const to = this.#one(this.#users.filter((user) => user !== player?.user));
    const types = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'] as const;
    const type = this.#one(types);
    if (player === undefined || to === undefined || type === undefined) return;
    this.#note(`${player.address} ${type} ${to}`);
    player.client.session?.send({
      kind: 'presence',
      type,
      to,
      from: player.address,
      content: '',
    });
  }

  async #start(slot: Slot): Promise<void> {
    this.#note(`start ${slot.name}`);
    try {
      slot.running = await this.#world.start(slot.name, slot.role);
      slot.cut = false;
      slot.paused = false;
    } catch (error) {
      this.#note(`${slot.name} did not start: ${String(error)}`);
    }
  }

  async #login(user: BareJid | undefined): Promise<void> {
    const slot = this.#one(this.#slots.filter(isFrontEnd));
    if (slot?.running === undefined || user === undefined) return;
    const resource = `r${++this.#logins}`;
    this.#note(`login ${user}/${resource} at ${slot.name}`);
    try {
      const client = await this.#world.login(slot.running, user, resource);
      const player: Player = {
        user,
        client,
        address: client.address,
        node: slot,
        change: 0,
        over: false,
        seen: new Map(),
      };
      this.#players.push(player);
      this.#say(player);
    } catch (error) {
      this.#note(`not let in: ${String(error)}`);
    }
  }

  #speak(): void {
    const player = this.#one(this.#alive());
    if (player === undefined) return;
    player.change += 1;
    this.#say(player);
  }

  #say(player: Player): void {
    const outcome = player.client.session?.send({
      kind: 'presence',
      from: player.address,
      content: `<status>${player.change}</status>`,
    });
    this.#note(`${player.address} says ${player.change}${outcome?.ok ? '' : ' in vain'}`);
  }

  #end(): void {
    const player = this.#one(this.#alive());
    if (player === undefined) return;
    this.#note(`${player.address} ends`);
    this.#look();
    player.client.end();
    player.over = true;
  }

  #crash(): void {
    const running = this.#slots.filter((slot) => slot.running !== undefined);
    const slot = this.#one(running);
    if (slot === undefined || running.length < 3) return;
    this.#note(`crash ${slot.name}`);
    this.#look();
    slot.running?.node.crash();
    slot.running = undefined;
  }

  async #restart(): Promise<void> {
    const slot = this.#one(this.#slots.filter(({ running }) => running === undefined));
    if (slot !== undefined) await this.#start(slot);
  }

  async #leave(): Promise<void> {
    const engines = this.#slots.filter(
      (slot) => slot.running && slot.role === 'engine' && !slot.cut && !slot.paused,
    );
    const slot = this.#one(engines);
    if (slot?.running === undefined || engines.length < 2) return;
    this.#note(`stop ${slot.name}`);
    await this.#world.during(slot.running.node.stop({ timeoutMs: 10_000 }), 60_000);
    slot.running = undefined;
  }

  #cut(): void {
    const slot = this.#one(this.#slots.filter((each) => each.running && !each.cut));
    if (slot === undefined) return;
    this.#note(`cut off ${slot.name}`);
    slot.cut = true;
    slot.running?.setConnected(false);
  }

  #reconnect(): void {
    const slot = this.#one(this.#slots.filter(({ cut }) => cut));
    if (slot !== undefined) this.#reconnectSlot(slot);
  }

  #reconnectSlot(slot: Slot): void {
    if (!slot.cut) return;
    this.#note(`reconnect ${slot.name}`);
    slot.cut = false;
    slot.running?.setConnected(true);
  }

  #pause(): void {
    const slot = this.#one(this.#slots.filter((each) => each.running && !each.paused));
    if (slot === undefined) return;
    this.#note(`pause ${slot.name}`);
    slot.paused = true;
    slot.running?.pause();
  }

  #resume(): void {
    const slot = this.#one(this.#slots.filter(({ paused }) => paused));
    if (slot !== undefined) this.#resumeSlot(slot);
  }

  #resumeSlot(slot: Slot): void {
    if (!slot.paused) return;
    this.#note(`resume ${slot.name}`);
    slot.paused = false;
    slot.running?.resume();
  }

  /** From now on the bus loses some frames, or none. */
  #disturb(): void {
    const share = this.#random() < 0.5 ? 0 : this.#random() * 0.3;
    this.#note(`the bus loses ${Math.round(share * 100)} %`);
    this.#world.loses = () => this.#random() < share;
  }

  async #pass(ms: number): Promise<void> {
    await this.#world.clock.advance(ms);
    this.#look();
  }

  /** Takes down what everybody has seen since the last look. */
  #look(): void {
    for (const player of this.#players) {
      if (!this.#isAlive(player) && player.client.closedBy === undefined) continue;
      for (const { from, change } of sightsOf(player.client)) {
        const address = from as FullJid;
        const changes = player.seen.get(address);
        if (changes === undefined) player.seen.set(address, [change ?? 'gone']);
        else changes.push(change ?? 'gone');
      }
    }
  }

  #alive(): readonly Player[] {
    return this.#players.filter((player) => this.#isAlive(player));
  }

  #isAlive({ over, client, node }: Player): boolean {
    return !over && client.closedBy === undefined && node.running?.node.process === client.frontEnd;
  }

  #one<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }

  #note(what: string): void {
    this.trace.push(`${this.#world.clock.now() - 1_700_000_000_000} ${what}`);
  }
}

async function statesOf(engine: TestNode): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  for await (const { jid: user, roster } of engine.node.admin.exportUsers())
    for (const { jid: contact, state } of roster) states.set(`${user} ${contact}`, state);
  return states;
}

function isFrontEnd({ running, role, cut, paused }: Slot): boolean {
  return running !== undefined && role !== 'engine' && !cut && !paused;
}

function faultIn(
  changes: readonly (number | 'gone')[],
  watched: Player,
  lives: boolean,
  isWatching: boolean,
): string | undefined {
  const numbers = changes.filter((change) => change !== 'gone');
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? -1)))
    return 'repeated or out of order';
  const ends = changes.length - numbers.length;
  if (ends > 1) return 'more than one end';
  if (ends === 1 && changes.at(-1) !== 'gone') return 'seen after its end';
  if (lives && ends > 0) return 'lives, and was shown as gone';
  if (!isWatching) return undefined;
  if (lives && numbers.at(-1) !== watched.change) return `the last, ${watched.change}, is missing`;
  if (!lives && ends === 0) return 'a ghost';
  return undefined;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
