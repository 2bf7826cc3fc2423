// The components that the settings name, between their listener and the engine.

import { ComponentSwitch } from '@rollcall/front-end';
import { systemTimers } from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { Settings } from '../configuration/settings.ts';

export function composeComponents(
  { components }: Pick<Settings, 'components'>,
  route: (stanza: Stanza) => void,
): ComponentSwitch {
  return new ComponentSwitch({ domains: Object.keys(components), route, timers: systemTimers });
}
