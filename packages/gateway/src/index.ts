/**
 * Presence for a gateway in one call.
 *
 * @module @rollcall/gateway
 */
export { embedEngine, type EmbedEngineOptions } from './embed-engine.ts';
export { joinCluster, type JoinClusterOptions } from './join-cluster.ts';
export type { GatewayFrontEndOptions, Rollcall } from './rollcall.ts';
export type { GatewayOptions } from './gateway-options.ts';
export { GatewayError, type GatewayErrorCode } from './gateway-error.ts';
export { decoySecret, type Data } from './data/data.ts';
export { openDirectoryData, type DirectoryDataOptions } from './data/directory-data.ts';
export { openNatsData, type NatsDataOptions } from './data/nats-data.ts';
