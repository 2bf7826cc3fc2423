/**
 * A node takes its name: at once if nobody has it, from a former life of its own as soon as that is certainly silent, and
 * never from a node that lives.
 */
import type { Timers } from '@rollcall/store';
import { CoordinationError, type Leases } from '../coordination/coordination.ts';
import { nodeKeyPrefix } from './keys.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

export interface ClaimOptions {
  readonly leases: Leases;
  readonly timers: Timers;
  readonly nodeName: string;
  readonly keeper: LeaseKeeper;
  /** Longer than the time between two renewals. */
  readonly waitMs: number;
}

/** Rejects with `CoordinationError`: `node_name_taken` if a living node has the name. */
export async function claimName({
  leases,
  timers,
  nodeName,
  keeper,
  waitMs,
}: ClaimOptions): Promise<void> {
  const key = nodeKeyPrefix + nodeName;
  let held = await leases.read(key);
  for (let renewals = 0; ;) {
    if (held === undefined && (await keeper.take(0))) return;
    await new Promise<void>((resolve) => {
      timers.setTimeout(resolve, waitMs);
    });
    const later = await leases.read(key);
    if (later !== undefined && later.revision === held?.revision) {
      if (await keeper.take(later.revision)) return;
      // It has run out in this moment, or somebody was faster: the next look tells.
    } else if (later !== undefined && ++renewals === 2) {
      // One may have been on its way when its sender died; a second one was sent by the living.
      throw nameTaken(nodeName);
    }
    held = later;
  }
}

function nameTaken(nodeName: string): CoordinationError {
  return new CoordinationError(
    'node_name_taken',
    `A node named ${nodeName} is part of this cluster already; stop it, or give this one another name.`,
  );
}
