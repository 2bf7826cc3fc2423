// The process of the target `raw`. It tells its parent the port, and ends when the parent lets go of it.

import { loopback } from './server-process.ts';
import { createRawServer } from './raw-server.ts';

const server = createRawServer();
server.listen({ port: 0, host: loopback, backlog: 1024 }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.once('disconnect', () => process.exit());
