/** Where a session's text goes: one peer's connection, seen from above. */
export interface Outlet {
  /** False while the peer takes less than it was given; the queue is told when that is over. */
  readonly ready: boolean;
  /** One whole element. It leaves with what else is written in the same turn of the event loop. */
  write(element: string): void;
}
