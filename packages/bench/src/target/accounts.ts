// The accounts that a benchmark logs in with: numbered, all with one password.

export interface AccountOptions {
  readonly domain: string;
  /** Localparts, with `%d` in the place of the number. */
  readonly users: string;
  readonly password: string;
}

export class Accounts {
  readonly domain: string;
  readonly password: string;
  readonly #before: string;
  readonly #after: string;

  /** The pattern must hold `%d` once. */
  constructor({ domain, users, password }: AccountOptions) {
    const [before = '', after, ...more] = users.split('%d');
    if (after === undefined || more.length > 0)
      throw new Error(`"${users}" is no pattern for accounts: %d must be in it, once`);
    this.domain = domain;
    this.password = password;
    this.#before = before;
    this.#after = `${after}@`;
  }

  nameOf(user: number): string {
    return `${this.#before}${user}${this.#after.slice(0, -1)}`;
  }

  jidOf(user: number): string {
    return `${this.#before}${user}${this.#after}${this.domain}`;
  }

  /** The number in a bare or full JID; undefined when it is none of these accounts. */
  userOf(jid: string): number | undefined {
    if (!jid.startsWith(this.#before)) return undefined;
    let user = 0;
    let at = this.#before.length;
    for (; isDigit(jid.charCodeAt(at)); at += 1) user = user * 10 + jid.charCodeAt(at) - digitZero;
    return at > this.#before.length && jid.startsWith(this.#after, at) ? user : undefined;
  }
}

const digitZero = 48;

function isDigit(code: number): boolean {
  return code >= digitZero && code <= digitZero + 9;
}
