/** What a served domain knows as an entity with presence: since when it is up, and who subscribed to it. */

import { parseBareJid, type BareJid, type Parsed } from '@rollcall/xmpp';
import { domainTable, type DomainSubscription } from './domain-table.ts';

export interface DomainRules {
  /** Whether requests are approved by themselves (XEP-0267 §1); else they are refused. */
  readonly approves: boolean;
  /** Entities in the roster; beyond them, requests are refused. */
  readonly rosterItems: number;
}

/** What outlives the process: another node that takes the domain over goes on with it. */
export interface DomainRecord {
  /** Epoch milliseconds; undefined while it is down. */
  readonly upSinceMs: number | undefined;
  /** The "server roster" of XEP-0267 §1. Those with state None are not in it. */
  readonly roster: ReadonlyMap<BareJid, DomainSubscription>;
}

export interface DomainState extends DomainRecord {
  readonly jid: BareJid;
  readonly rules: DomainRules;
}

const unknown: DomainRecord = { upSinceMs: undefined, roster: new Map() };

/** A domain as its record has it; without one, it has not come up yet. */
export function domainState(
  jid: BareJid,
  rules: DomainRules,
  record: DomainRecord = unknown,
): DomainState {
  return { jid, rules, ...record };
}

/** The text of the record. */
export function encodeDomain({ upSinceMs, roster }: DomainRecord): string {
  return JSON.stringify({ v: 1, upSinceMs, roster: [...roster] });
}

/** Reads what `encodeDomain` wrote; unknown fields are ignored. */
export function decodeDomain(text: string): Parsed<DomainRecord> {
  const record = recordOf(text);
  if (record === undefined || !Array.isArray(record['roster'])) return corrupt;
  const { upSinceMs } = record;
  if (upSinceMs !== undefined && typeof upSinceMs !== 'number') return corrupt;
  const roster = new Map<BareJid, DomainSubscription>();
  for (const entry of record['roster'] as readonly unknown[]) {
    if (!Array.isArray(entry)) return corrupt;
    const [jid, state] = entry as readonly unknown[];
    const parsed = typeof jid === 'string' ? parseBareJid(jid) : corrupt;
    if (!parsed.ok || !isSubscription(state)) return corrupt;
    roster.set(parsed.value, state);
  }
  return { ok: true, value: { upSinceMs, roster } };
}

const corrupt = { ok: false, problem: 'the record of a domain is corrupt' } as const;

function recordOf(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return 'v' in value && value.v === 1 ? { ...value } : undefined;
}

function isSubscription(value: unknown): value is DomainSubscription {
  return typeof value === 'string' && Object.hasOwn(domainTable, value);
}
