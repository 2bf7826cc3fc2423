/** The peers of a node's front-end, over all lives of the node. */
import type { ProcessId } from '../process/process-id.ts';
import type { FrontEndPeers, PeerListener, PeerMessage } from './front-end-peers.ts';

/** The part of a life that carries what is said. */
export interface PeerWay {
  readonly self: ProcessId;
  /** Whether that process is a front-end of the cluster. */
  isFrontEnd(process: string): boolean;
  send(to: ProcessId, message: PeerMessage): void;
}

export class PeerExchange implements FrontEndPeers {
  readonly #way: () => PeerWay | undefined;
  #listener: PeerListener | undefined;

  constructor(way: () => PeerWay | undefined) {
    this.#way = way;
  }

  say(frontEnd: string, message: PeerMessage): boolean {
    const way = this.#way();
    if (way === undefined || frontEnd === way.self || !way.isFrontEnd(frontEnd)) return false;
    way.send(frontEnd as ProcessId, message);
    return true;
  }

  listen(listener: PeerListener): void {
    this.#listener = listener;
  }

  heard(from: ProcessId, message: PeerMessage): void {
    this.#listener?.heard(from, message);
  }

  gone(frontEnd: ProcessId): void {
    this.#listener?.gone(frontEnd);
  }

  cutOff(): void {
    this.#listener?.cutOff();
  }
}
