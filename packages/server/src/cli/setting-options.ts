// Settings on the command line: the options of a command, and the settings in force once it was read.

import { Option, type Command } from 'commander';
import { cataloguedSettings } from '../configuration/catalogue.ts';
import { readSettings } from '../configuration/read-settings.ts';
import type { Settings } from '../configuration/settings.ts';

/** Gives a command the options of these settings, or of all that have one. */
export function addSettingOptions(command: Command, keys?: readonly string[]): void {
  for (const { key, option, summary, default: fallback } of cataloguedSettings()) {
    if (option === undefined || (keys !== undefined && !keys.includes(key))) continue;
    const shown = fallback === undefined || fallback === 'false' ? '' : ` (default: ${fallback})`;
    command.addOption(optionOf(key, option, `${summary}${shown}`));
  }
}

/** `--domain` may be given several times. */
function optionOf(key: string, flags: string, description: string): Option {
  const option = new Option(flags, description);
  if (key !== 'domain') return option;
  return option.argParser((name: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    name,
  ]);
}

/** What `addSettingOptions` has read, with the rest from the environment and the file. */
export function settingsInForce(options: Readonly<Record<string, unknown>>): Settings {
  const { config, ...given } = options;
  return readSettings({
    options: given,
    environment: process.env,
    configFile: typeof config === 'string' ? config : undefined,
  });
}
