// Which subjects a node uses: what infra/nats/permissions.conf allows, and what is looked at before it starts.

import type { Permissions } from './forbidden.ts';
import type { NatsOptions } from './options.ts';

export interface NatsRole {
  readonly nodeName: string;
  readonly engine: boolean;
  /** A front-end at which people register writes accounts. */
  readonly registration: boolean;
}

/** All but the making of streams, which only the first engine of a cluster does. */
export function neededBy(
  { nodeName, engine, registration }: NatsRole,
  { prefix, inboxPrefix }: NatsOptions,
): Permissions {
  const writesRecords = engine || registration;
  return {
    publish: [
      `${prefix}.v1.frame.*.*.${nodeName}.*`,
      `${prefix}.v1.frames.${nodeName}.*`,
      `$KV.${prefix}_leases.node.${nodeName}`,
      `$KV.${prefix}_facts.incarnation.${nodeName}`,
      `$KV.${prefix}_facts.drain.${nodeName}`,
      ...reading(prefix),
      ...watching(`KV_${prefix}_facts`),
      ...(writesRecords ? writing(prefix) : []),
      ...(engine ? owning(prefix) : []),
    ],
    subscribe: [
      `${inboxPrefix}.>`,
      `${prefix}.v1.frame.${nodeName}.*.*.*`,
      `${prefix}.v1.frames.*.*`,
    ],
  };
}

function reading(prefix: string): readonly string[] {
  const buckets = ['records', 'unsettled', 'leases', 'facts'];
  const streams = [...buckets.map((bucket) => `KV_${prefix}_${bucket}`), `${prefix}_handshakes`];
  return [
    '$JS.API.INFO',
    ...streams.map((stream) => `$JS.API.STREAM.INFO.${stream}`),
    ...['records', 'leases', 'facts'].map(
      (bucket) => `$JS.API.STREAM.MSG.GET.KV_${prefix}_${bucket}`,
    ),
  ];
}

function watching(stream: string): readonly string[] {
  return [`$JS.API.CONSUMER.CREATE.${stream}.>`, `$JS.FC.${stream}.>`];
}

function writing(prefix: string): readonly string[] {
  return [`$KV.${prefix}_records.>`, `$KV.${prefix}_unsettled.>`, `${prefix}.v1.handshake.*`];
}

function owning(prefix: string): readonly string[] {
  const handshakes = `${prefix}_handshakes`;
  return [
    `$KV.${prefix}_leases.leader`,
    `$KV.${prefix}_facts.map`,
    ...['records', 'unsettled', 'leases'].flatMap((bucket) => watching(`KV_${prefix}_${bucket}`)),
    // Listing asks how much there is; a watcher that missed heartbeats is made anew in the place of the former one.
    ...['records', 'unsettled', 'leases', 'facts'].flatMap((bucket) => [
      `$JS.API.CONSUMER.INFO.KV_${prefix}_${bucket}.>`,
      `$JS.API.CONSUMER.DELETE.KV_${prefix}_${bucket}.>`,
    ]),
    ...['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map(
      (verb) => `$JS.API.CONSUMER.${verb}.${handshakes}.>`,
    ),
    `$JS.ACK.${handshakes}.>`,
  ];
}
