// The listeners that the settings ask for.

import type { ComponentGate, FrontEnd } from '@rollcall/front-end';
import type { Settings } from '../configuration/settings.ts';
import type { Listening } from './running-server.ts';

/** Rejects with `FrontEndError`; those that listen by then are the front-end's to close. */
export async function openListeners(
  frontEnd: FrontEnd,
  settings: Settings,
  components: ComponentGate,
): Promise<Listening> {
  const { listenXmpp, listenWebsocket, listenDirectTls, listenComponent, proxyProtocol } = settings;
  const { websocket, directTls, component } = settings;
  const xmpp = await frontEnd.listenTcp({ ...listenXmpp, proxyProtocol });
  const webSocket =
    listenWebsocket && (await frontEnd.listenWebSocket({ ...websocket, ...listenWebsocket }));
  const tls = listenDirectTls && (await frontEnd.listenTls({ ...directTls, ...listenDirectTls }));
  const componentListener =
    listenComponent &&
    (await frontEnd.listenComponents({
      ...component,
      ...listenComponent,
      components: settings.components,
      gate: components,
    }));
  return {
    xmpp: xmpp.address,
    ...(webSocket && { webSocket: webSocket.address }),
    ...(tls && { directTls: tls.address }),
    ...(componentListener && { component: componentListener.address }),
  };
}
