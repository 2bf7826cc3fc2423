/** The width mapping rule (RFC 8264 §5.2.1): fullwidth and halfwidth forms become what they stand for. */
export function mapWidth(text: string): string {
  return text.replace(/[\u3000\uff01-\uffee]/g, (form) => form.normalize('NFKC'));
}
