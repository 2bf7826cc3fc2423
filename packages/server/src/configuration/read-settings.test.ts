import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigurationError } from './mistakes.ts';
import { readSettings, type SettingSources } from './read-settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'rollcall-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: unknown): string {
  const path = join(directory, 'rollcall.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function read(sources: Partial<SettingSources>) {
  return readSettings({ options: {}, environment: {}, ...sources });
}

function mistakes(sources: Partial<SettingSources>): readonly string[] {
  try {
    read(sources);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('where settings come from', () => {
  test('without any, the defaults of the command line hold', () => {
    expect(read({})).toMatchObject({
      domain: ['localhost'],
      data: './data',
      listenXmpp: { host: '127.0.0.1', port: 5222 },
      listenAdmin: { host: '127.0.0.1', port: 5281 },
      listenWebsocket: { host: '127.0.0.1', port: 5280 },
      listenDirectTls: undefined,
      listenComponent: undefined,
      components: {},
      authentication: { accounts: true, jwt: { userClaim: 'sub' } },
      cleartextAuth: false,
      registration: false,
      logLevel: 'info',
      limits: { stanzaBytesBeforeLogin: 65_536, stanzaBytes: 262_144 },
    });
  });

  test('the command line goes before the environment, the environment before the file', () => {
    const configFile = file({ data: 'file', logLevel: 'warn', registration: true });
    const environment = { ROLLCALL_DATA: 'environment', ROLLCALL_LOG_LEVEL: 'error' };
    const settings = read({ options: { data: 'option' }, environment, configFile });
    expect(settings).toMatchObject({ data: 'option', logLevel: 'error', registration: true });
  });

  test('the file can be named by a variable', () => {
    const configFile = file({ data: 'file' });
    expect(read({ environment: { ROLLCALL_CONFIG: configFile } }).data).toBe('file');
  });

  test('variables give numbers, switches, lists and limits as text', () => {
    const environment = {
      ROLLCALL_DOMAIN: 'EXAMPLE.org,example.net',
      ROLLCALL_CLEARTEXT_AUTH: 'true',
      ROLLCALL_LIMITS_STANZA_BYTES: '100000',
      ROLLCALL_USERS_ROSTER_ITEMS: '7',
    };
    expect(read({ environment })).toMatchObject({
      domain: ['example.org', 'example.net'],
      cleartextAuth: true,
      limits: { stanzaBytes: 100_000 },
      users: { rosterItems: 7 },
    });
  });

  test('a group in the file keeps the defaults of what it leaves out', () => {
    const { limits } = read({ configFile: file({ limits: { sessions: 9 } }) });
    expect(limits).toMatchObject({ sessions: 9, stanzaBytes: 262_144 });
  });

  test('what Kubernetes says of a service called rollcall is not meant for us', () => {
    const environment = {
      ROLLCALL_SERVICE_HOST: '10.0.0.1',
      ROLLCALL_SERVICE_PORT_XMPP: '5222',
      ROLLCALL_PORT: 'tcp://10.0.0.1:5222',
      ROLLCALL_PORT_5222_TCP_ADDR: '10.0.0.1',
    };
    expect(mistakes({ environment })).toEqual([]);
  });
});

describe('a mistake', () => {
  test('names the key, where it was given, what was given and what is allowed', () => {
    expect(mistakes({ options: { listenXmpp: 'here' } })).toEqual([
      'listenXmpp (--listen-xmpp): given is "here", allowed is HOST:PORT, such as 127.0.0.1:5222 or [::1]:5222.',
    ]);
    expect(mistakes({ environment: { ROLLCALL_LIMITS_STANZA_DEPTH: 'deep' } })).toEqual([
      'limits.stanzaDepth (ROLLCALL_LIMITS_STANZA_DEPTH): given is "deep", ' +
        'allowed is a whole number from 1 to 1000000000.',
    ]);
  });

  test('is told together with all the others', () => {
    const configFile = file({ logLevel: 'loud', domian: 'x', limits: 5 });
    const environment = { ROLLCALL_LISTEN_XMP: '[::]:1' };
    expect(mistakes({ configFile, environment, options: { domain: ['a b', 'c d'] } })).toEqual([
      `domian (${configFile}): there is no such setting. Did you mean domain?`,
      `limits (${configFile}): given is 5, allowed is an object of settings.`,
      'ROLLCALL_LISTEN_XMP (environment): there is no such setting. Did you mean ROLLCALL_LISTEN_XMPP?',
      'domain (--domain): given is ["a b","c d"], allowed is one domain name or more, such as example.org.',
      expect.stringContaining(
        `logLevel (${configFile}): given is "loud", allowed is one of trace,`,
      ),
    ]);
  });

  test('in a name never shows the value, which may be a secret', () => {
    const secret = 'hunter2';
    const told = mistakes({
      configFile: file({ password: secret, limits: { key: secret } }),
      environment: { ROLLCALL_PASSWORD: secret },
    });
    expect(told).toHaveLength(3);
    expect(told.join()).not.toContain(secret);
  });

  test('in a secret or in a URL with a password shows neither', () => {
    const told = mistakes({
      environment: {
        ROLLCALL_NATS: 'http://user:hunter2@127.0.0.1:4222',
        ROLLCALL_NATS_CONNECTION_PASSWORD: '',
      },
      configFile: file({ natsConnection: { token: ['hunter3'] } }),
    });
    expect(told).toEqual([
      expect.stringContaining(
        'nats (ROLLCALL_NATS): given is "http://…@127.0.0.1:4222", allowed is',
      ),
      'natsConnection.password (ROLLCALL_NATS_CONNECTION_PASSWORD): given is a value not shown here, allowed is text.',
      expect.stringContaining('natsConnection.token'),
    ]);
    expect(told.join()).not.toMatch(/hunter/);
  });

  test('is a certificate without its key', () => {
    expect(mistakes({ options: {}, configFile: file({ tls: { certificate: 'a.pem' } }) })).toEqual([
      'tls.key: given is nothing, allowed is a path, together with that of the certificate.',
    ]);
  });

  test.each(['localhost', '127.0.0.1:70000', '::1:5222', ':5222', 'host:', 'host:52 22'])(
    'is the endpoint %j',
    (listenXmpp) => expect(mistakes({ options: { listenXmpp } })).toHaveLength(1),
  );
});

describe('a configuration file', () => {
  test('that is missing is told by name', () => {
    const configFile = join(directory, 'none.json');
    expect(mistakes({ configFile })).toEqual([
      `The configuration file ${configFile} cannot be read: there is no such file.`,
    ]);
  });

  test('that is no JSON is told with the place, without an excerpt', () => {
    const configFile = file('{\n  "domain": "hunter2",\n  oops\n}');
    const [told] = mistakes({ configFile });
    expect(told).toContain(`${configFile}, line 3, column 3, is not JSON: `);
    expect(told).not.toContain('hunter2');
  });

  test('that is no object is refused', () => {
    const configFile = file([1]);
    expect(mistakes({ configFile })[0]).toContain('allowed is one JSON object');
  });
});
