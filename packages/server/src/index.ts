/**
 * The command as a library.
 *
 * @module @rollcall/server
 */
export { startEmbedded } from './compose/embedded.ts';
export type { RunningServer } from './compose/running-server.ts';
export type { Endpoint } from './configuration/endpoint.ts';
export { ConfigurationError } from './configuration/mistakes.ts';
export { readSettings, type SettingSources } from './configuration/read-settings.ts';
export type { Settings } from './configuration/settings.ts';
