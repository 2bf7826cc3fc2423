// The settings of listeners, components and logins: what they give, and how each misuse is told.

import { expect, test } from 'vitest';
import { ConfigurationError } from './mistakes.ts';
import { readSettings } from './read-settings.ts';
import type { Settings } from './settings.ts';

type Environment = Readonly<Record<string, string>>;

function read(environment: Environment): Settings {
  return readSettings({ options: {}, environment });
}

function mistakes(environment: Environment): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

test('listeners are turned on by an address, and off', () => {
  const settings = read({
    ROLLCALL_LISTEN_WEBSOCKET: 'off',
    ROLLCALL_LISTEN_DIRECT_TLS: '[::]:5223',
    ROLLCALL_LISTEN_COMPONENT: '127.0.0.1:5347',
    ROLLCALL_COMPONENTS: 'Bots.localhost=one,gateway.localhost=t=wo',
  });
  expect(settings).toMatchObject({
    listenWebsocket: undefined,
    listenDirectTls: { host: '::', port: 5223 },
    listenComponent: { host: '127.0.0.1', port: 5347 },
    components: { 'bots.localhost': 'one', 'gateway.localhost': 't=wo' },
  });
});

test('secrets with commas are given as JSON', () => {
  const { components } = read({ ROLLCALL_COMPONENTS: '{"bots.localhost": "a,b"}' });
  expect(components).toEqual({ 'bots.localhost': 'a,b' });
});

test('the pages that may connect are a list', () => {
  const ROLLCALL_WEBSOCKET_ORIGINS = 'https://chat.example.org, http://localhost:8080';
  expect(read({ ROLLCALL_WEBSOCKET_ORIGINS }).websocket.origins).toEqual([
    'https://chat.example.org',
    'http://localhost:8080',
  ]);
});

test('the mechanisms that may be offered are a list', () => {
  const ROLLCALL_AUTHENTICATION_MECHANISMS = 'SCRAM-SHA-256, PLAIN';
  const { mechanisms } = read({ ROLLCALL_AUTHENTICATION_MECHANISMS }).authentication;
  expect(mechanisms).toEqual(['SCRAM-SHA-256', 'PLAIN']);
});

const secret = 'hunter2-hunter2-hunter2-hunter2-hunter2';

test.each<[string, Environment, string]>([
  [
    'a listener nowhere',
    { ROLLCALL_LISTEN_DIRECT_TLS: 'here' },
    'listenDirectTls (ROLLCALL_LISTEN_DIRECT_TLS): given is "here", allowed is HOST:PORT',
  ],
  [
    'components without a name',
    { ROLLCALL_LISTEN_COMPONENT: '127.0.0.1:5347' },
    'listenComponent (ROLLCALL_LISTEN_COMPONENT): name those who may connect in `components`.',
  ],
  [
    'a component without a secret',
    { ROLLCALL_COMPONENTS: 'bots.localhost' },
    'components (ROLLCALL_COMPONENTS): given is a value not shown here, allowed is domains with a secret',
  ],
  [
    'a component whose domain is none',
    { ROLLCALL_COMPONENTS: `a b=${secret}` },
    'components (ROLLCALL_COMPONENTS): given is a value not shown here',
  ],
  [
    'a component in the place of users',
    { ROLLCALL_COMPONENTS: `localhost=${secret}` },
    'components (ROLLCALL_COMPONENTS): localhost is served here, it cannot be a component.',
  ],
  [
    'a page that is no origin',
    { ROLLCALL_WEBSOCKET_ORIGINS: 'chat.example.org' },
    'websocket.origins (ROLLCALL_WEBSOCKET_ORIGINS): given is "chat.example.org", allowed is origins',
  ],
  [
    'a path that is none',
    { ROLLCALL_WEBSOCKET_PATH: 'xmpp' },
    'websocket.path (ROLLCALL_WEBSOCKET_PATH): given is "xmpp", allowed is a path',
  ],
  [
    'a public URL that is no WebSocket',
    { ROLLCALL_WEBSOCKET_PUBLIC_URL: 'https://chat.example.org' },
    'allowed is a URL that begins with wss:// or ws://',
  ],
  [
    'a secret for tokens that is too short (RFC 7518 §3.2)',
    { ROLLCALL_AUTHENTICATION_JWT_SECRET: 'hunter2' },
    'authentication.jwt.secret (ROLLCALL_AUTHENTICATION_JWT_SECRET): given is a value not shown here, ' +
      'allowed is text of at least 32 bytes.',
  ],
  [
    'two keys for tokens',
    {
      ROLLCALL_AUTHENTICATION_JWT_SECRET: secret,
      ROLLCALL_AUTHENTICATION_JWT_JWKS_URL: 'https://login.example.org/keys',
    },
    'authentication.jwt.jwksUrl (ROLLCALL_AUTHENTICATION_JWT_JWKS_URL): ' +
      'tokens are checked by one key; secret is given.',
  ],
  [
    'a signature that does not fit the key',
    {
      ROLLCALL_AUTHENTICATION_JWT_PUBLIC_KEY_FILE: 'key.pem',
      ROLLCALL_AUTHENTICATION_JWT_ALGORITHMS: 'ES256,HS256',
    },
    'authentication.jwt.algorithms (ROLLCALL_AUTHENTICATION_JWT_ALGORITHMS): given is "ES256,HS256"',
  ],
  [
    'tokens without signature',
    {
      ROLLCALL_AUTHENTICATION_JWT_SECRET: secret,
      ROLLCALL_AUTHENTICATION_JWT_ALGORITHMS: 'none',
    },
    'allowed is some of HS256',
  ],
  [
    'an issuer without a key',
    { ROLLCALL_AUTHENTICATION_JWT_ISSUER: 'login.example.org' },
    'there is no jwt.secret, publicKeyFile or jwksUrl.',
  ],
  [
    'passwords in clear over a network',
    { ROLLCALL_AUTHENTICATION_HTTP_URL: 'http://login.example.org/check' },
    'allowed is a URL that begins with https://, or with http:// on this machine.',
  ],
  [
    'an authorization for nobody',
    { ROLLCALL_AUTHENTICATION_HTTP_AUTHORIZATION: secret },
    'authentication.http.authorization (ROLLCALL_AUTHENTICATION_HTTP_AUTHORIZATION): there is no http.url',
  ],
  [
    'no way to log in',
    { ROLLCALL_AUTHENTICATION_ACCOUNTS: 'false' },
    'authentication.accounts (ROLLCALL_AUTHENTICATION_ACCOUNTS): without it nobody can log in',
  ],
])('%s is refused, and no secret is shown', (_case, environment, sentence) => {
  const told = mistakes(environment);
  expect(told.join('\n')).toContain(sentence);
  expect(told).toHaveLength(1);
  expect(told.join()).not.toMatch(/hunter/);
});

test('registration without accounts is refused', () => {
  const told = mistakes({
    ROLLCALL_REGISTRATION: 'true',
    ROLLCALL_AUTHENTICATION_ACCOUNTS: 'false',
    ROLLCALL_AUTHENTICATION_HTTP_URL: 'http://127.0.0.1:8080/',
  });
  expect(told).toEqual([
    'registration (ROLLCALL_REGISTRATION): nobody could log in with what they registered: accounts is off.',
  ]);
});
