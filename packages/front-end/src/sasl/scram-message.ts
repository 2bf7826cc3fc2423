/** The messages of SCRAM (RFC 5802 §7), read strictly. */

export interface ClientFirst {
  /** As it came: channel-binding flag, authzid and both commas. */
  readonly gs2Header: string;
  readonly binding: { readonly kind: 'unsupported' | 'notOffered' } | NamedBinding;
  readonly authzid: string;
  readonly name: string;
  readonly nonce: string;
  /** What follows the gs2 header: it goes into the signed text. */
  readonly bare: string;
}

interface NamedBinding {
  readonly kind: 'named';
  readonly type: string;
}

export interface ClientFinal {
  /** base64 of the gs2 header and the channel binding's data. */
  readonly binding: string;
  readonly nonce: string;
  readonly proof: string;
  readonly withoutProof: string;
}

const firstPattern =
  /^((?:(n|y)|p=([A-Za-z0-9.-]{1,64})),(?:a=([^,]{1,3071}))?,)(n=([^,]{1,3071}),r=([\x21-\x2b\x2d-\x7e]{1,256})(?:,[A-Za-z]=[^,]+)*)$/;

/** A mandatory extension (`m=`) comes before the name, so the pattern refuses it as RFC 5802 §5.1 asks. */
export function parseClientFirst(message: string): ClientFirst | undefined {
  const match = firstPattern.exec(message);
  if (!match) return undefined;
  const [, gs2Header = '', flag, type, rawAuthzid = '', bare = '', rawName = '', nonce = ''] =
    match;
  const name = unescapeName(rawName);
  const authzid = unescapeName(rawAuthzid);
  if (name === undefined || authzid === undefined) return undefined;
  return { gs2Header, binding: bindingOf(flag, type), authzid, name, nonce, bare };
}

function bindingOf(flag: string | undefined, type: string | undefined): ClientFirst['binding'] {
  if (type !== undefined) return { kind: 'named', type };
  return { kind: flag === 'y' ? 'notOffered' : 'unsupported' };
}

const finalPattern =
  /^(c=([A-Za-z0-9+/=]{1,4096}),r=([\x21-\x2b\x2d-\x7e]{1,1024})(?:,[A-Za-oq-z]=[^,]+)*),p=([A-Za-z0-9+/=]{1,128})$/;

export function parseClientFinal(message: string): ClientFinal | undefined {
  const match = finalPattern.exec(message);
  if (!match) return undefined;
  const [, withoutProof = '', binding = '', nonce = '', proof = ''] = match;
  return { withoutProof, binding, nonce, proof };
}

/** `=2C` is a comma and `=3D` an equals sign; any other `=` is a mistake (RFC 5802 §5.1). */
function unescapeName(name: string): string | undefined {
  if (/=(?!2C|3D)/.test(name)) return undefined;
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
