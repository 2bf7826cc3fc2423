// What the blocking command looks like.

export function block(...jids: readonly string[]): string {
  return `<block xmlns='urn:xmpp:blocking'>${jids.map((jid) => `<item jid='${jid}'/>`).join('')}</block>`;
}

export function unblock(...jids: readonly string[]): string {
  return `<unblock xmlns='urn:xmpp:blocking'>${jids.map((jid) => `<item jid='${jid}'/>`).join('')}</unblock>`;
}
