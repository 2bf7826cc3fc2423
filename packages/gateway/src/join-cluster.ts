/** A gateway as a node of a cluster over NATS: it holds sessions, and owns users too if it is asked to. */
import { hostname } from 'node:os';
import { createNode, nodeNamePattern } from '@rollcall/cluster';
import type { NatsLink, NatsOptionsInput } from '@rollcall/nats';
import { openNatsData } from './data/nats-data.ts';
import { misconfigured, preparedDomains, type GatewayOptions } from './gateway-options.ts';
import { openRollcall, type Rollcall } from './rollcall.ts';

/** What `joinCluster` takes. */
export interface JoinClusterOptions extends GatewayOptions {
  /** `nats://host:port`, `tls://…` or `ws://…`: one, or several that are tried in turn. */
  readonly nats: string | readonly string[];
  /**
   * Names this node in the cluster, over restarts: up to 63 letters, digits, `-` and `_`, of one process at a time.
   * Default `gateway-` and the name of the host.
   */
  readonly nodeName?: string;
  /** Whether it owns users as well as holding their sessions. Default false: other nodes do. */
  readonly engine?: boolean;
  /** Credentials, TLS, replicas and the prefix of the cluster's names in NATS. */
  readonly connection?: Partial<Omit<NatsOptionsInput, 'urls' | 'connectionName'>>;
  /** How long a silent node counts as alive; fixed when the cluster is first started. Default 4,000. */
  readonly leaseTtlMs?: number;
}

const defaultLeaseTtlMs = 4_000;

/**
 * Connects to NATS and becomes part of the cluster; afterwards the connection is made again for ever. Rejects with
 * `gateway_misconfigured`, `NatsError`, `StoreError`, or `CoordinationError` (`node_name_taken`); nothing is left running then.
 */
export async function joinCluster(options: JoinClusterOptions): Promise<Rollcall> {
  const name = options.nodeName ?? nameOfHost();
  const domains = preparedDomains(options.domains);
  if (!nodeNamePattern.test(name)) throw misconfigured(`'${name}' cannot name a node`);
  const link = await connect(options, name);
  try {
    return await join({ ...options, domains, link, name });
  } catch (error) {
    await link.connection.close();
    throw error;
  }
}

async function connect(options: JoinClusterOptions, name: string) {
  const { nats, connection, log, engine = false } = options;
  // Whoever has the engine in the same process need not load the NATS client.
  const { connectNats, natsOptionsSchema, requireJetStream, requirePermissions } =
    await import('@rollcall/nats');
  const urls = typeof nats === 'string' ? [nats] : [...nats];
  const read = natsOptionsSchema.safeParse({ ...connection, urls, connectionName: name });
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw misconfigured(`the connection to NATS: ${problems.join('; ')}`);
  }
  const link = await connectNats(read.data, log);
  try {
    await requireJetStream(link);
    await requirePermissions(link, { nodeName: name, engine, registration: false });
    return link;
  } catch (error) {
    await link.connection.close();
    throw error;
  }
}

type Joining = JoinClusterOptions &
  Pick<Rollcall, 'domains'> & { readonly link: NatsLink; readonly name: string };

async function join(options: Joining): Promise<Rollcall> {
  const { link, domains, log, leaseTtlMs = defaultLeaseTtlMs, engine = false } = options;
  const { joinNatsBus, openNatsCoordination } = await import('@rollcall/nats');
  const data = await openNatsData(link);
  try {
    const node = createNode({
      ...options,
      ...data,
      roles: { engine, frontEnd: true },
      joinBus: (self) => joinNatsBus(link, self),
      coordination: await openNatsCoordination(link, { leaseTtlMs }),
    });
    await node.start();
    const disconnect = () => link.connection.close();
    return await openRollcall({ domains, engine: node, data, log, disconnect });
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** A host's name may have dots, which a node's may not. */
function nameOfHost(): string {
  return `gateway-${hostname().replace(/[^-_a-zA-Z0-9]/g, '-')}`.slice(0, 63);
}
