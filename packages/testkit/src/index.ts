export { findChromium } from './browser/find-chromium.ts';
export { Inbox } from './client/inbox.ts';
export type { Credentials, SaslMechanism } from './client/sasl.ts';
export { matchesPattern, stanzaMatcher } from './client/stanza-pattern.ts';
export type { StanzaMatcher } from './client/stanza-pattern.ts';
export { Transcript } from './client/transcript.ts';
export { XmppClient } from './client/xmpp-client.ts';
export type { LoginOptions, ResumableSession } from './client/xmpp-client.ts';
export { XmppComponent } from './client/xmpp-component.ts';
export type { ComponentOptions } from './client/xmpp-component.ts';
export { XmppConnection } from './client/xmpp-connection.ts';
export type { ConnectionOptions } from './client/xmpp-connection.ts';
export { ClusterNodeProcess, rollcallCommandOutput } from './cluster/cluster-node.ts';
export type { NodePlan } from './cluster/cluster-node.ts';
export { RollcallCluster, clusterDomain, clusterPassword } from './cluster/rollcall-cluster.ts';
export type { ClusterOptions, ImportedAccount } from './cluster/rollcall-cluster.ts';
export { findNats, natsImage } from './nats/find-nats.ts';
export type { NatsSource } from './nats/find-nats.ts';
export { NatsServer, startNats } from './nats/nats-server.ts';
export type { NatsOptions, NatsUnderTest } from './nats/nats-server.ts';
export { patienceMs } from './patience.ts';
export { reservePort } from './processes/free-port.ts';
export type { ReservedPort } from './processes/free-port.ts';
export { onPath } from './processes/installed.ts';
export { RunningProcess } from './processes/running-process.ts';
export type { Exit, ProcessOptions } from './processes/running-process.ts';
export { cpuTimeMs, residentKiB } from './processes/usage.ts';
export { scramVerifiers } from './servers/scram-verifiers.ts';
export { serverKinds } from './servers/server-under-test.ts';
export type {
  Account,
  ServerKind,
  ServerOptions,
  ServerUnderTest,
} from './servers/server-under-test.ts';
export { startServer } from './servers/start-server.ts';
export {
  child,
  childText,
  children,
  clientNamespace,
  elements,
  escapeXml,
  render,
  text,
} from './xml/element.ts';
export type { XmlElement, XmlNode } from './xml/element.ts';
export { XmlReader, parseXml } from './xml/xml-reader.ts';
export type { XmlReaderEvents } from './xml/xml-reader.ts';
