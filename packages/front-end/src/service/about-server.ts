/** Small questions to the server: is it there (XEP-0199), what is it (XEP-0092), what time has it (XEP-0202)? */
import type { Timers } from '@rollcall/store';
import { formatTimestamp, NS } from '@rollcall/xmpp';
import { granted, onGet, type Serve } from './service-request.ts';

export const ping: Serve = onGet(() => granted());

export const version: Serve = onGet(() =>
  granted(`<query xmlns='${NS.version}'><name>Rollcall</name><version>0.1.0</version></query>`),
);

export function time(timers: Timers): Serve {
  return onGet(() => {
    const utc = formatTimestamp(Math.floor(timers.now() / 1000) * 1000);
    return granted(`<time xmlns='${NS.time}'><tzo>+00:00</tzo><utc>${utc}</utc></time>`);
  });
}
