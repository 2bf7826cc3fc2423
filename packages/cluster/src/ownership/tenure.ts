/**
 * One shard at its owner: how it comes, is served, and goes. Pure bookkeeping; what has to happen is told to `Tenures`.
 */
import type { AnnouncedSession, ToOwner } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';

export interface Announcer {
  readonly from: ProcessId;
  readonly sessions: readonly AnnouncedSession[];
}

/** Waits until everyone who may know something about the shard has told it. */
export interface Settling {
  readonly phase: 'settling';
  readonly since: number;
  /** Members who have not announced everything yet. */
  readonly awaited: Set<ProcessId>;
  readonly announced: Announcer[];
  /** What came for users of the shard meanwhile, in order. */
  readonly queue: ToOwner[];
  /** Everyone has said that nothing was lost. */
  clean: boolean;
}

export interface Active {
  readonly phase: 'active';
  readonly since: number;
  /** Those who speak to this owner, and will have to take leave. */
  readonly speakers: Set<ProcessId>;
}

/** Serves those who have not taken leave yet; when all have, finishes what is under way. */
export interface Leaving {
  readonly phase: 'leaving';
  readonly since: number;
  readonly awaited: Set<ProcessId>;
  readonly left: Set<ProcessId>;
  finishing: boolean;
}

export type Tenure = Settling | Active | Leaving;
