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
  for (let renewals = 0; held !== undefined;) {
    await new Promise<void>((resolve) => {
      timers.setTimeout(resolve, waitMs);
    });
    const later = await leases.read(key);
    const isSilent = later?.revision === held.revision;
    held = later;
    if (isSilent) break;
    // One may have been on its way when its sender died; a second one was sent by the living.
    if (later !== undefined && ++renewals === 2) throw nameTaken(nodeName);
  }
  if (await keeper.take(held?.revision ?? 0)) return;
  // What was silent may have run out since it was looked at.
  if (held !== undefined && (await leases.read(key)) === undefined && (await keeper.take(0)))
    return;
  throw nameTaken(nodeName);
}

function nameTaken(nodeName: string): CoordinationError {
  return new CoordinationError(
    'node_name_taken',
    `A node named ${nodeName} is part of this cluster already; stop it, or give this one another name.`,
  );
}
