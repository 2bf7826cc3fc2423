/**
 * What processes of a cluster say to each other besides what engines and gates do: whatever the programs above them
 * agree on.
 */

/** JSON data. `about` names who it is for. */
export type PeerMessage = Readonly<Record<string, unknown>> & { readonly about: string };

/** None of these must throw. */
export interface PeerListener {
  /** In the order in which that process said it. */
  heard(from: string, message: PeerMessage): void;
  /** It is part of the cluster from now on. */
  joined?(process: string): void;
  /** It has left the cluster, or what it said may have been lost: what the two had agreed on is void. */
  gone(process: string): void;
  /** So has this process itself, from all others. It may become part of the cluster again, under another name. */
  cutOff(): void;
}

export interface Peers {
  /** The name of this process; '' while it is not part of the cluster. */
  readonly self: string;
  /** False where no other process of that name is part of the cluster. */
  say(process: string, message: PeerMessage): boolean;
  /** The newest listener for each subject counts. It hears at once who is part of the cluster. */
  listen(about: string, listener: PeerListener): void;
}
