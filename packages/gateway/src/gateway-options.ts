/** What is the same whether the engine is in this process or elsewhere. */
import type { ClusterLimits, DomainHandler, Metrics, OfflineStore } from '@rollcall/cluster';
import type { PresenceRules } from '@rollcall/presence';
import { parseDomain } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import { GatewayError } from './gateway-error.ts';

/** What `embedEngine` and `joinCluster` take both. */
export interface GatewayOptions {
  /** Domains that have users here, at least one: the same on all nodes of a cluster. */
  readonly domains: readonly string[];
  /** One event a line; no stanza bodies above level `debug`, no passwords. */
  readonly log: Logger;
  /** Bounds on what one user may have and do. Default those of `@rollcall/presence`. */
  readonly rules?: Partial<PresenceRules>;
  /** Bounds on what waits between front-ends and owners. Default those of `@rollcall/cluster`. */
  readonly limits?: Partial<ClusterLimits>;
  /** Takes messages for users who are not there. Default: their senders get `service-unavailable`. */
  readonly offline?: OfflineStore;
  /** Who answers for a served domain itself, or for a component's: by domain. */
  readonly handlers?: ReadonlyMap<string, DomainHandler>;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
}

/** Throws `gateway_misconfigured`. */
export function preparedDomains(texts: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = texts.map((text) => {
    const domain = parseDomain(text);
    if (domain.ok) return domain.value;
    throw misconfigured(`'${text}' is not a domain: ${domain.problem}`);
  });
  if (first === undefined) throw misconfigured('at least one domain must be served');
  return [first, ...others];
}

export function misconfigured(problem: string): GatewayError {
  return new GatewayError('gateway_misconfigured', `The gateway's options: ${problem}.`);
}
