/** The peers of a node, over all of its lives. */
import type { ProcessId } from '../process/process-id.ts';
import type { PeerListener, PeerMessage, Peers } from './peers.ts';

/** The part of a life that carries what is said. */
export interface PeerWay {
  readonly self: ProcessId;
  readonly members: ReadonlySet<string>;
  say(to: ProcessId, message: PeerMessage): void;
}

export class PeerExchange implements Peers {
  readonly #way: () => PeerWay | undefined;
  readonly #listeners = new Map<string, PeerListener>();

  constructor(way: () => PeerWay | undefined) {
    this.#way = way;
  }

  get self(): string {
    return this.#way()?.self ?? '';
  }

  say(process: string, message: PeerMessage): boolean {
    const way = this.#way();
    if (way === undefined || process === way.self || !way.members.has(process)) return false;
    way.say(process as ProcessId, message);
    return true;
  }

  listen(about: string, listener: PeerListener): void {
    this.#listeners.set(about, listener);
    const way = this.#way();
    for (const process of way?.members ?? []) if (process !== way?.self) listener.joined?.(process);
  }

  heard(from: ProcessId, message: PeerMessage): void {
    this.#listeners.get(message.about)?.heard(from, message);
  }

  joined(process: ProcessId): void {
    for (const listener of this.#listeners.values()) listener.joined?.(process);
  }

  gone(process: ProcessId): void {
    for (const listener of this.#listeners.values()) listener.gone(process);
  }

  cutOff(): void {
    for (const listener of this.#listeners.values()) listener.cutOff();
  }
}
