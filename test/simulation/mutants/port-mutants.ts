/** Faults in how a node uses its leases and its limits. */
import type { Bucket, NodeOptions } from '@rollcall/cluster';

/** Whatever a client says is kept for its user's owner, without bound. */
export function hasNoBounds(options: NodeOptions): NodeOptions {
  const limits = { unacknowledgedPerSession: Infinity, mailboxLimit: Infinity };
  return { ...options, limits: { ...options.limits, ...limits } };
}

/** A node takes its lease for renewed, and does not hear that it was declared dead. */
export function doesNotFenceItself(options: NodeOptions): NodeOptions {
  const { leases, facts } = options.coordination;
  const name = options.name;
  let lastRevision = 0;
  const believing: Bucket = {
    ...through(leases),
    write: async (key, value, expected) => {
      const written = await leases.write(key, value, expected).catch(() => undefined);
      if (written?.ok) lastRevision = written.revision;
      return { ok: true, revision: lastRevision };
    },
  };
  const isBad = (value: string | undefined): boolean => {
    const map = value === undefined ? undefined : (JSON.parse(value) as Partial<Membership>);
    const members = [...(map?.engines ?? []), ...(map?.frontEnds ?? [])];
    return map?.fenced?.[name] !== undefined && !members.some((id) => id.startsWith(`${name}~`));
  };
  const deaf: Bucket = {
    ...through(facts),
    read: async (key) => {
      const entry = await facts.read(key);
      return key === 'map' && isBad(entry?.value) ? undefined : entry;
    },
    watch: (onChange) =>
      facts.watch((change) => {
        if (change.key !== 'map' || !isBad(change.value)) onChange(change);
      }),
  };
  const coordination = {
    leases: Object.assign(believing, { ttlMs: leases.ttlMs }),
    facts: deaf,
  };
  return { ...options, coordination };
}

interface Membership {
  readonly engines: readonly string[];
  readonly frontEnds: readonly string[];
  readonly fenced: Readonly<Record<string, number>>;
}

function through(bucket: Bucket): Bucket {
  return {
    read: (key) => bucket.read(key),
    entries: (prefix) => bucket.entries(prefix),
    write: (key, value, expected) => bucket.write(key, value, expected),
    remove: (key, expected) => bucket.remove(key, expected),
    watch: (onChange) => bucket.watch(onChange),
  };
}
