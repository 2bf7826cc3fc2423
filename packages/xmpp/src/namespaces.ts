/** The XML namespaces that Rollcall reads or writes, each named after what it carries. */
export const NS = {
  /** RFC 6120 §4.8.3: what clients' stanzas are qualified by. */
  client: 'jabber:client',
  /** RFC 6120 §4.8.3: stanzas between servers. */
  server: 'jabber:server',
  /** RFC 6120 §4.8.1: the stream element itself, its features and errors. */
  stream: 'http://etherx.jabber.org/streams',
  /** RFC 6120 §4.9.2: stream error conditions. */
  streams: 'urn:ietf:params:xml:ns:xmpp-streams',
  /** RFC 6120 §5. */
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  /** RFC 6120 §6. */
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  /** RFC 6120 §7. */
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  /** RFC 3921 §3: kept for clients that still ask. */
  session: 'urn:ietf:params:xml:ns:xmpp-session',
  /** RFC 6120 §8.3.2: stanza error conditions. */
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  /** RFC 6121 §2. */
  roster: 'jabber:iq:roster',
  /** RFC 6121 §2.6: the stream feature of roster versioning (XEP-0237). */
  rosterver: 'urn:xmpp:features:rosterver',
  /** RFC 6121 §3.4: the stream feature of subscription pre-approval. */
  preApproval: 'urn:xmpp:features:pre-approval',
  /** RFC 7395: open and close over WebSocket. */
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  /** XEP-0030. */
  discoInfo: 'http://jabber.org/protocol/disco#info',
  /** XEP-0030. */
  discoItems: 'http://jabber.org/protocol/disco#items',
  /** XEP-0199. */
  ping: 'urn:xmpp:ping',
  /** XEP-0077. */
  register: 'jabber:iq:register',
  /** XEP-0077: the stream feature. */
  registerFeature: 'http://jabber.org/features/iq-register',
  /** XEP-0203. */
  delay: 'urn:xmpp:delay',
  /** XEP-0016, RFC 3921 §10. */
  privacy: 'jabber:iq:privacy',
  /** XEP-0191. */
  blocking: 'urn:xmpp:blocking',
  /** XEP-0191: the `<blocked/>` application error. */
  blockingErrors: 'urn:xmpp:blocking:errors',
  /** XEP-0352. */
  csi: 'urn:xmpp:csi:0',
  /** XEP-0198. */
  sm3: 'urn:xmpp:sm:3',
  /** XEP-0114. */
  componentAccept: 'jabber:component:accept',
  /** XEP-0267. */
  serverPresence: 'urn:xmpp:server-presence',
  /** XEP-0092. */
  version: 'jabber:iq:version',
  /** XEP-0202. */
  time: 'urn:xmpp:time',
  /** Namespaces in XML 1.0 §3: bound to `xml` and to nothing else. */
  xml: 'http://www.w3.org/XML/1998/namespace',
  /** Namespaces in XML 1.0 §3: bound to `xmlns`, never declared. */
  xmlns: 'http://www.w3.org/2000/xmlns/',
} as const;
