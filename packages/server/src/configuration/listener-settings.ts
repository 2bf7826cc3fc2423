// Where clients and components come in, besides the XMPP port, and what each of these listeners wants to know.

import { z } from 'zod';
import { parseDomain } from '@rollcall/xmpp';
import { onOrOff, optionalEndpoint, settingFacts, textList, type SettingFacts } from './setting.ts';

export const listenWebsocket = optionalEndpoint('127.0.0.1:5280', {
  option: '--listen-websocket <HOST:PORT>',
  summary: 'Where browsers connect by WebSocket (RFC 7395), and find out so (host-meta); or off',
});

export const listenDirectTls = optionalEndpoint('off', {
  option: '--listen-direct-tls <HOST:PORT>',
  summary: 'Where clients connect that begin with TLS (XEP-0368), often port 5223',
});

export const listenComponent = optionalEndpoint('off', {
  option: '--listen-component <HOST:PORT>',
  summary: 'Where components connect (XEP-0114), often port 5347; `components` says which',
});

export const websocket = z.strictObject({
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/)
    .prefault('/xmpp-websocket')
    .register(settingFacts, {
      summary: 'Path of the WebSocket',
      allowed: 'a path that begins with /',
    }),
  publicUrl: z
    .string()
    .regex(/^wss?:\/\/[^\s]+$/)
    .optional()
    .register(settingFacts, {
      summary: 'URL of the WebSocket that host-meta tells, if not made of what the browser asked',
      allowed: 'a URL that begins with wss:// or ws://',
    }),
  origins: textList(/^https?:\/\/[^\s/]+$/, {
    summary: 'Web pages that may connect, by their origin; all unless given',
    allowed: 'origins such as https://chat.example.org, with commas between',
  }),
  behindProxy: onOrOff(false, {
    summary:
      "A web proxy in front ends TLS and tells the clients' addresses (X-Forwarded-For, X-Forwarded-Proto)",
  }),
  proxyProtocol: onOrOff(false, {
    summary: "A proxy in front of --listen-websocket tells the clients' addresses (PROXY protocol)",
  }),
});

export const directTls = z.strictObject({
  proxyProtocol: onOrOff(false, {
    summary:
      "A proxy in front of --listen-direct-tls tells the clients' addresses (PROXY protocol)",
  }),
});

export const component = z.strictObject({
  proxyProtocol: onOrOff(false, {
    summary:
      "A proxy in front of --listen-component tells the components' addresses (PROXY protocol)",
  }),
});

const componentFacts: SettingFacts = {
  summary: 'Domains of components with the secret of each; the same on all nodes of a cluster',
  allowed:
    'domains with a secret each: {"bots.example.org": "…"}, or as text bots.example.org=…, with commas between',
  isSecret: true,
};

/** Secrets by prepared domain. */
export const components = z
  .preprocess(componentsInText, z.record(z.string(), z.string().min(1)))
  .transform((secrets, context): Readonly<Record<string, string>> => {
    const prepared = Object.entries(secrets).map(([name, secret]) => {
      const domain = parseDomain(name.trim());
      if (!domain.ok) context.addIssue(domain.problem);
      return [domain.ok ? domain.value : name, secret];
    });
    return Object.fromEntries(prepared) as Record<string, string>;
  })
  .prefault({})
  .register(settingFacts, componentFacts);

/** A secret may hold anything but a comma; one that does is for the file, or for JSON in the variable. */
function componentsInText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.trimStart().startsWith('{')) return parsedJson(value);
  const pairs = value.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
