/** Login by asking a web service. */
import { parseBareJid } from '@rollcall/xmpp';
import { z } from 'zod';
import type { Credentials } from '../sasl/sasl-step.ts';
import { callbackAuthenticator } from './authenticator.callback.ts';
import type { Authenticator } from './authenticator.ts';

/** Which web service is asked, and how. */
export interface HttpAuthenticatorOptions {
  /**
   * Takes a POST of JSON: `{"mechanism":"PLAIN","user":"alice@example.org","password":"…"}` or
   * `{"mechanism":"OAUTHBEARER","domain":"example.org","token":"…"}`. Answers 200 with `{"jid":"alice@example.org"}`,
   * or 401, 403 or 404 for no.
   */
  readonly url: string;
  /** Sent with each request, such as an `authorization` that the service knows us by. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 5,000. */
  readonly timeoutMs?: number;
}

const answerSchema = z.object({ jid: z.string().refine((text) => parseBareJid(text).ok) });
const refusals: ReadonlySet<number> = new Set([401, 403, 404]);

/** PLAIN and OAUTHBEARER. Rejects where the service cannot be reached or answers something else. */
export function httpAuthenticator(
  options: HttpAuthenticatorOptions,
): Required<Pick<Authenticator, 'checkPassword' | 'checkToken'>> {
  const { url, headers = {}, timeoutMs = 5000 } = options;
  return callbackAuthenticator(async (mechanism, credentials) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ mechanism, ...shown(credentials) }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    if (refusals.has(response.status)) {
      await response.body?.cancel();
      return undefined;
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the login service answered ${response.status}`);
    }
    return answerSchema.parse(await response.json()).jid;
  });
}

function shown(credentials: Credentials): Readonly<Record<string, string | undefined>> {
  return credentials.kind === 'password'
    ? { user: credentials.user, password: credentials.password }
    : { domain: credentials.domain, user: credentials.user, token: credentials.token };
}
