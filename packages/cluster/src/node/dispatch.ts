/** Hands what has come from a process, this one included, to the part that deals with it. */
import { bareOf } from '@rollcall/xmpp';
import type { Envelope, ShownSession } from '../envelope/envelope.ts';
import type { Gate } from '../gate/gate.ts';
import type { Routes } from '../ownership/routes.ts';
import type { Tenures } from '../ownership/tenures.ts';
import type { ClusterPost } from '../post/post.cluster.ts';
import type { ProcessId } from '../process/process-id.ts';
import { shardOf } from '../shard/shard-of.ts';

export interface Parts {
  readonly gate: Gate;
  readonly routes: Routes;
  readonly tenures: Tenures;
  readonly post: ClusterPost;
}

export function dispatch(from: ProcessId, envelope: Envelope, parts: Parts): void {
  const { gate, routes, tenures } = parts;
  switch (envelope.kind) {
    case 'bind':
    case 'stanza':
    case 'end':
    case 'broadcast':
    case 'route':
    case 'probe':
    case 'answers':
    case 'ask':
    case 'audit':
      tenures.receive(envelope);
      return;
    case 'deliver':
    case 'progress':
    case 'refused':
    case 'bound':
    case 'bindRefused':
    case 'close':
    case 'ended':
    case 'asked':
      gate.receive(envelope);
      return;
    case 'leave':
      tenures.leave(from, envelope);
      return;
    case 'left':
      routes.left(from, envelope.shard, envelope.since, envelope.clean);
      return;
    case 'announce':
      tenures.announce(from, envelope);
      return;
    case 'mayBeGone':
      audit(gate.shown(envelope.shard), parts);
      return;
    case 'gone':
      gate.showGone(envelope.sessions);
      return;
    default:
      ignore(envelope);
  }
}

/** Sessions in one envelope. */
const sessionsPerAudit = 1_000;

/** Asks the owners of those sessions which of them are not to be seen any more. */
function audit(shown: readonly ShownSession[], { post }: Parts): void {
  const byShard = new Map<number, ShownSession[]>();
  for (const each of shown) {
    const shard = shardOf(bareOf(each.address));
    const some = byShard.get(shard);
    if (some === undefined) byShard.set(shard, [each]);
    else some.push(each);
  }
  for (const [shard, sessions] of byShard)
    for (let start = 0; start < sessions.length; start += sessionsPerAudit)
      post.toShard(shard, {
        kind: 'audit',
        replyTo: post.self,
        sessions: sessions.slice(start, start + sessionsPerAudit),
      });
}

/** Of a kind that a newer version sends: those that this one must understand it would not send to it. */
function ignore(_envelope: never): void {
  // Nothing to be done.
}
