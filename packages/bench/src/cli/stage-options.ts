import { count } from '../option/option.ts';

/** How a stage is set, whatever plays on it. */
export const stageOptions = {
  concurrency: count(50, 'logins under way at once, where a scenario does not say otherwise'),
  patienceMs: count(15_000, 'what does not come for so long is lost', 100),
  quietMs: count(200, 'how long the server must be at rest before and after what is measured'),
  presenceBytes: count(180, 'bytes of a presence stanza as a client writes it, at least', 0),
};
