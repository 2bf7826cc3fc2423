/** Names of sessions, and of what they say. */

/** Names one stream for its whole life: the front-end process (with its incarnation) and a number that it gave. */
export interface SessionRef {
  readonly frontEnd: string;
  readonly id: number;
}

/**
 * Orders what one session says. `seq` is the number that the front-end gave to the client's stanza, so it grows for
 * the whole life of the session, across owners; receivers drop what is not newer than what they have.
 */
export interface PresenceStamp {
  readonly session: SessionRef;
  readonly seq: number;
}

export function isSameSession(a: SessionRef, b: SessionRef): boolean {
  return a.id === b.id && a.frontEnd === b.frontEnd;
}
