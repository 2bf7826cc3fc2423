/** Hands what has come from a process, this one included, to the part that deals with it. */
import type { Envelope } from '../envelope/envelope.ts';
import type { Gate } from '../gate/gate.ts';
import type { Routes } from '../ownership/routes.ts';
import type { Tenures } from '../ownership/tenures.ts';
import type { ClusterPost } from '../post/post.cluster.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { PeerExchange } from '../peers/exchange.ts';
import { audit } from './audit.ts';

export interface Parts {
  readonly gate: Gate;
  readonly routes: Routes;
  readonly tenures: Tenures;
  readonly post: ClusterPost;
  readonly peers: PeerExchange;
}

export function dispatch(from: ProcessId, envelope: Envelope, parts: Parts): void {
  const { gate, routes, tenures, post, peers } = parts;
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
      audit(gate.audience.shown(envelope.shard), post);
      return;
    case 'gone':
      gate.audience.showGone(envelope.sessions);
      return;
    case 'peer':
      peers.heard(from, envelope.message);
      return;
    default:
      ignore(envelope);
  }
}

/** Of a kind that a newer version sends: those that this one must understand it would not send to it. */
function ignore(_envelope: never): void {
  // Nothing to be done.
}
