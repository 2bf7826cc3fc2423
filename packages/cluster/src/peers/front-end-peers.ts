/** What front-ends of a cluster say to each other, past all engines: whatever the programs above the gates agree on. */

/** JSON data. */
export type PeerMessage = Readonly<Record<string, unknown>>;

export interface PeerListener {
  /** In the order in which that front-end said it. Must not throw. */
  heard(from: string, message: PeerMessage): void;
  /** It has left the cluster, or what it said may have been lost: what the two had agreed on is void. */
  gone(frontEnd: string): void;
  /** So has this front-end itself, from all others. It may become part of the cluster again, under another name. */
  cutOff(): void;
}

export interface FrontEndPeers {
  /** False where no such front-end is part of the cluster. */
  say(frontEnd: string, message: PeerMessage): boolean;
  /** There is one listener; the newest counts. */
  listen(listener: PeerListener): void;
}
