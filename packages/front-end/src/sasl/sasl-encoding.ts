/** SASL messages are base64 within XML (RFC 6120 §6.4.2). */

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The text of a message; `=` stands for an empty one. Undefined where it is neither base64 nor UTF-8. */
export function decodeSasl(data: string): string | undefined {
  if (data === '=') return '';
  if (!base64.test(data)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(data, 'base64'),
    );
  } catch {
    return undefined;
  }
}

export function encodeSasl(data: string): string {
  return data === '' ? '=' : Buffer.from(data, 'utf8').toString('base64');
}

/** Bytes of a base64 attribute within a message, or undefined. */
export function bytesOfBase64(data: string): Buffer | undefined {
  return base64.test(data) ? Buffer.from(data, 'base64') : undefined;
}
