/** What the checkers remember together of a run: who is there, what they said, and what each was shown of the others. */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import { isCatchingUp, type Device, type Observation, type Subscription } from './observation.ts';
import { Relations } from './relations.ts';

export interface View {
  /** The highest number that was shown. */
  readonly number: number;
  readonly available: boolean;
  /** It was shown by directed presence, for which nobody has to be entitled. */
  readonly directed: boolean;
  /**
   * The number that directed presence stands for: of what waits for a slow reader only the newest of each session is
   * kept, and what was directed to the reader is newer than what was broadcast before.
   */
  readonly standsFor: number;
  /** When it was last shown as gone. */
  readonly goneMs: number | undefined;
  /** How often it was shown as gone since it was last shown as available. */
  readonly timesGone: number;
}

export interface Item {
  readonly subscription: Subscription;
  readonly asked: boolean;
}

export class Ledger {
  readonly relations = new Relations();
  readonly #devices = new Map<FullJid, Device>();
  readonly #views = new Map<Device, Map<FullJid | BareJid, View>>();
  readonly #rosters = new Map<Device, Map<BareJid, Item>>();
  readonly #probed = new Map<string, number>();
  /** Of each address, the users to whom it has sent presence directly, and who have seen it. */
  readonly #directed = new Map<FullJid | BareJid, Set<BareJid>>();
  /** Of each address, when it said each number. */
  readonly #sayings = new Map<FullJid, Map<number, number>>();
  /** Of each address, what it had said last whenever it said that it goes. */
  readonly #goings = new Map<FullJid, number[]>();

  /** To be told after the checkers: they compare what happens with what was before. */
  observe(observation: Observation): void {
    const { atMs } = observation;
    this.relations.observe(observation);
    switch (observation.kind) {
      case 'opened':
        this.#devices.set(observation.device.address, observation.device);
        return;
      case 'said':
        if (observation.number !== undefined)
          mapIn(this.#sayings, observation.device.address).set(observation.number, atMs);
        // Whoever is not there is told of nobody, and forgets what it was told.
        else {
          this.#views.delete(observation.device);
          this.#noteGoing(observation.device);
        }
        return;
      case 'probed':
        this.#probed.set(`${observation.device.address} ${observation.contact}`, atMs);
        return;
      case 'over':
        this.#views.delete(observation.device);
        this.#rosters.delete(observation.device);
        return;
      case 'saw':
        if (observation.isDirected) this.#noteDirected(observation.from, observation.device.user);
        if (!observation.device.silent) this.#noteSeen(observation);
        return;
      case 'item': {
        const { device, contact, subscription, asked } = observation;
        mapIn(this.#rosters, device).set(contact, { subscription, asked });
        return;
      }
      default:
    }
  }

  device(address: FullJid | BareJid): Device | undefined {
    return this.#devices.get(address as FullJid);
  }

  view(device: Device, address: FullJid | BareJid): View | undefined {
    return this.#views.get(device)?.get(address);
  }

  *views(): IterableIterator<readonly [Device, FullJid | BareJid, View]> {
    for (const [device, views] of this.#views)
      for (const [address, view] of views) yield [device, address, view];
  }

  /** Of devices that have fetched it, the roster as they have been told of it. */
  rosters(): Iterable<readonly [Device, ReadonlyMap<BareJid, Item>]> {
    return this.#rosters;
  }

  /** When the address said that; the beginning if it is not known. */
  saidMs(address: FullJid | BareJid, number: number): number {
    return this.#sayings.get(address as FullJid)?.get(number) ?? -Infinity;
  }

  /** How often it said that it goes, after the one number and before the other. */
  goingsBetween(address: FullJid | BareJid, after: number, before: number): number {
    const goings = this.#goings.get(address as FullJid) ?? [];
    return goings.filter((number) => number >= after && number < before).length;
  }

  hasDirected(from: FullJid | BareJid, to: BareJid): boolean {
    return this.#directed.get(from)?.has(to) === true;
  }

  hasProbedSince(device: Device, contact: BareJid, sinceMs: number): boolean {
    return (this.#probed.get(`${device.address} ${contact}`) ?? -Infinity) >= sinceMs;
  }

  #noteDirected(from: FullJid | BareJid, to: BareJid): void {
    const users = this.#directed.get(from);
    if (users === undefined) this.#directed.set(from, new Set([to]));
    else users.add(to);
  }

  #noteGoing({ address, said: last }: Device): void {
    const goings = this.#goings.get(address);
    if (goings === undefined) this.#goings.set(address, [last]);
    else goings.push(last);
  }

  #noteSeen({
    device,
    from,
    number,
    isDirected,
    after = 0,
    atMs,
  }: Extract<Observation, { readonly kind: 'saw' }>): void {
    const views = mapIn(this.#views, device);
    const before = views.get(from);
    const isGone = number === undefined && !isDirected;
    const standsFor = isCatchingUp(device, atMs) ? after : 0;
    views.set(from, {
      number: Math.max(before?.number ?? 0, number ?? 0),
      available: !isGone,
      directed: !isGone && (isDirected || before?.directed === true),
      standsFor: Math.max(before?.standsFor ?? 0, standsFor),
      goneMs: isGone ? atMs : before?.goneMs,
      timesGone: isGone ? (before?.timesGone ?? 0) + 1 : 0,
    });
  }
}

function mapIn<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) maps.set(key, (map = new Map<L, V>()));
  return map;
}
