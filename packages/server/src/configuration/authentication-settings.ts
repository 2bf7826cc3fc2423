// How clients prove who they are: by the accounts of this server, by tokens of a web application, by asking a service.

import { mechanismsSchema, saslMechanisms } from '@rollcall/front-end';
import { z } from 'zod';
import {
  breach,
  listOf,
  onOrOff,
  optionalPath,
  optionalText,
  settingFacts,
  textList,
  wholeNumber,
} from './setting.ts';

/** By what a token is checked, and the signatures that fit (RFC 7518 §3). */
export const secretAlgorithms = ['HS256', 'HS384', 'HS512'];
export const keyAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const minSecretBytes = 32;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Passwords go there: not in clear over a network. */
function isPrivateUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const webUrl = (summary: string) =>
  z.string().refine(isPrivateUrl).optional().register(settingFacts, {
    summary,
    allowed: 'a URL that begins with https://, or with http:// on this machine',
  });

const jwt = z
  .strictObject({
    secret: z
      .string()
      .refine((text) => Buffer.byteLength(text) >= minSecretBytes)
      .optional()
      .register(settingFacts, {
        summary: 'Log in with JSON Web Tokens that are signed with this secret',
        allowed: `text of at least ${minSecretBytes} bytes`,
        isSecret: true,
      }),
    publicKeyFile: optionalPath({
      summary: 'Log in with JSON Web Tokens that are checked by this PEM file with a public key',
      allowed: 'a path',
    }),
    jwksUrl: webUrl('Log in with JSON Web Tokens that are checked by the JWK set published there'),
    algorithms: textList(/^[A-Za-z0-9]+$/, {
      summary: 'Signatures that are taken; without it, all that fit the kind of key',
      allowed: `some of ${secretAlgorithms.join(', ')} with a secret, of ${keyAlgorithms.join(', ')} otherwise`,
    }),
    issuer: optionalText({ summary: 'Who must have issued the tokens (`iss`)', allowed: 'text' }),
    audience: optionalText({ summary: 'Whom the tokens must be for (`aud`)', allowed: 'text' }),
    userClaim: z.string().min(1).prefault('sub').register(settingFacts, {
      summary: 'Claim that names the user, by JID or by name',
      allowed: 'text',
    }),
  })
  .superRefine(({ secret, publicKeyFile, jwksUrl, algorithms, issuer, audience }, context) => {
    const keys = { secret, publicKeyFile, jwksUrl };
    const given = Object.entries(keys).flatMap(([name, key]) => (key === undefined ? [] : [name]));
    for (const name of given.slice(1))
      context.addIssue(breach([name], `tokens are checked by one key; ${given[0] ?? ''} is given`));
    const fitting = secret === undefined ? keyAlgorithms : secretAlgorithms;
    if (algorithms?.every((name) => fitting.includes(name)) === false)
      context.addIssue({ code: 'custom', path: ['algorithms'], message: 'not for such a key' });
    for (const [name, value] of Object.entries({ issuer, audience, algorithms }))
      if (value !== undefined && given.length === 0)
        context.addIssue(breach([name], 'there is no jwt.secret, publicKeyFile or jwksUrl'));
  });

const http = z
  .strictObject({
    url: webUrl(
      'Log in by asking this web service: a POST of JSON, answered by 200 with {"jid":"…"}, or by 401',
    ),
    authorization: optionalText({
      summary: 'Authorization header by which the service knows this server',
      allowed: 'text',
      isSecret: true,
    }),
    timeoutMs: wholeNumber(
      5_000,
      { from: 100, to: 60_000 },
      { summary: 'How long the service may take to answer' },
    ),
  })
  .superRefine(({ url, authorization }, context) => {
    if (authorization !== undefined && url === undefined)
      context.addIssue(breach(['authorization'], 'there is no http.url to send it to'));
  });

export const authentication = z
  .strictObject({
    accounts: onOrOff(true, { summary: 'Log in with the passwords of this server (SCRAM, PLAIN)' }),
    createAccounts: onOrOff(true, {
      summary:
        'Whoever logs in by token or web service for the first time gets an account, without a password',
    }),
    mechanisms: listOf(mechanismsSchema, {
      summary: 'SASL mechanisms that may be offered; without it, all that can be carried',
      allowed: `some of ${saslMechanisms.join(', ')}`,
    }),
    jwt: jwt.prefault({}),
    http: http.prefault({}),
  })
  .superRefine(({ accounts, jwt: { secret, publicKeyFile, jwksUrl }, http: { url } }, context) => {
    const others = [secret, publicKeyFile, jwksUrl, url];
    if (!accounts && others.every((given) => given === undefined))
      context.addIssue(breach(['accounts'], 'without it nobody can log in: set jwt or http'));
  });

export type AuthenticationSettings = z.output<typeof authentication>;
