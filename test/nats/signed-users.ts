// Users as NATS accounts with an operator know them: who they are and what they may is in signed tokens, as nsc makes them.

import { createHash } from 'node:crypto';
import { createAccount, createOperator, createUser } from '@nats-io/nkeys';
import type { KeyPair } from '@nats-io/nkeys';

export interface UserLimits {
  /** Subjects that the user may publish to; everything unless given. */
  readonly publish?: readonly string[];
  /** Seconds since the epoch; never unless given. */
  readonly expires?: number;
}

/** One operator with one account that has JetStream. */
export class Accounts {
  readonly #operator = createOperator();
  readonly #account = createAccount();
  /** What the server itself uses. */
  readonly #system = createAccount();

  /** The part of a server's configuration that makes it believe the operator alone. */
  get serverConfig(): string {
    const system = this.#system.getPublicKey();
    const operator = tokenOf(this.#operator, this.#operator, {
      type: 'operator',
      version: 2,
      system_account: system,
    });
    const jetStream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
    const preload = [
      `${system}: ${this.#accountToken(this.#system, {})}`,
      `${this.#account.getPublicKey()}: ${this.#accountToken(this.#account, jetStream)}`,
    ];
    return `operator: ${operator}\nresolver: MEMORY\nresolver_preload: { ${preload.join('\n')} }\n`;
  }

  #accountToken(account: KeyPair, more: object): string {
    const limits = {
      subs: -1,
      data: -1,
      payload: -1,
      imports: -1,
      exports: -1,
      conn: -1,
      leaf: -1,
    };
    return tokenOf(account, this.#operator, {
      type: 'account',
      version: 2,
      limits: { ...limits, wildcards: true, ...more },
    });
  }

  /** A `.creds` file, as "nsc generate creds" prints it. */
  credentialsOf({ publish, expires }: UserLimits = {}): string {
    const user = createUser();
    const unlimited = { subs: -1, data: -1, payload: -1 };
    const token = tokenOf(
      user,
      this.#account,
      { type: 'user', version: 2, ...unlimited, pub: publish ? { allow: publish } : {}, sub: {} },
      expires,
    );
    const seed = new TextDecoder().decode(user.getSeed());
    return [
      '-----BEGIN NATS USER JWT-----',
      token,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      seed,
      '------END USER NKEY SEED------',
      '',
    ].join('\n');
  }
}

/** A JSON Web Token as NATS reads it: signed by an nkey, its id the hash of what it says. */
function tokenOf(subject: KeyPair, issuer: KeyPair, nats: object, exp?: number): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'test',
    nats,
    ...(exp === undefined ? {} : { exp }),
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const body = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    { jti, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = issuer.sign(Buffer.from(body.join('.')));
  return [...body, Buffer.from(signature).toString('base64url')].join('.');
}
