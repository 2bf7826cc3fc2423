// Makes of a node one of a version to come (`node --import`): all that it writes for others, be it a frame, a lease, the
// shard map, a handshake or a record, has fields that the version at hand does not know; its frames also have an envelope
// of an unknown kind.

import { register } from 'node:module';

const hooks = `
  const writers = /\\/packages\\/(cluster|presence|store)\\/dist\\/.*\\.js$/;
  const unknown = "later: { than: 'now' }";

  export async function load(url, context, nextLoad) {
    const loaded = await nextLoad(url, context);
    if (!writers.test(url)) return loaded;
    const source = String(loaded.source)
      .replaceAll('JSON.stringify({', 'JSON.stringify({ ' + unknown + ',')
      .replaceAll('JSON.stringify(encodeHead(record))', 'JSON.stringify({ ' + unknown + ', ...encodeHead(record) })')
      .replaceAll(
        'v: frameFormat, ...frame',
        "v: frameFormat, ...frame, ...(frame.kind === 'data' && { envelopes: [{ kind: 'unheardOf' }, " +
          '...frame.envelopes.map((envelope) => ({ ...envelope, ' + unknown + ' }))] })',
      );
    return { ...loaded, source };
  }
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
