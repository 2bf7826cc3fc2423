/** Tells the owners of shards what this process knows and wants, before it says anything else to them. */
import type { AnnouncedSession } from '../envelope/envelope.ts';
import type { Gate } from '../gate/gate.ts';
import type { Opened } from '../ownership/routes.ts';
import type { ClusterPost } from '../post/post.cluster.ts';

/** Sessions in one envelope: their memos hold presence, so that they may be large. */
const sessionsPerEnvelope = 100;

export function announce(shards: readonly Opened[], post: ClusterPost, gate: Gate): void {
  for (const { shard, owner, since, lost } of shards) {
    const sessions = gate.announced(shard, lost);
    const parts = partsOf(sessions);
    for (const [index, part] of parts.entries())
      post.send(owner, {
        kind: 'announce',
        shard,
        since,
        sessions: part,
        clean: lost === 'nothing',
        done: index === parts.length - 1,
      });
    gate.repeat(shard, lost !== 'nothing');
  }
}

/** At least one, which says that this is all. */
function partsOf(sessions: readonly AnnouncedSession[]): readonly (readonly AnnouncedSession[])[] {
  const parts: (readonly AnnouncedSession[])[] = [];
  for (let start = 0; start === 0 || start < sessions.length; start += sessionsPerEnvelope)
    parts.push(sessions.slice(start, start + sessionsPerEnvelope));
  return parts;
}
