// The settings in force: command line over environment over file over default. All that is wrong is said at once.

import { cataloguedSettings, type CataloguedSetting } from './catalogue.ts';
import { readConfigFile } from './config-file.ts';
import { ConfigurationError, mistakesOf, unknownName, type GivenValue } from './mistakes.ts';
import { settingsSchema, type Settings } from './settings.ts';

export interface SettingSources {
  /** From the command line, by the names of the settings; undefined where not given. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The JSON file; without it, the one that `ROLLCALL_CONFIG` names, if any. */
  readonly configFile?: string | undefined;
}

export function readSettings(sources: SettingSources): Settings {
  const settings = cataloguedSettings();
  const configFile = sources.configFile ?? sources.environment[configVariable];
  const given = new Map<string, GivenValue>();
  const mistakes: string[] = [];
  if (configFile !== undefined)
    takeFile(readConfigFile(configFile), [], { configFile, settings, given, mistakes });
  takeEnvironment(sources.environment, { settings, given, mistakes });
  takeOptions(sources.options, { settings, given });

  const parsed = settingsSchema.safeParse(treeOf(given));
  if (!parsed.success) mistakes.push(...mistakesOf(parsed.error.issues, settings, given));
  if (!parsed.success || mistakes.length > 0) throw new ConfigurationError(mistakes);
  return parsed.data;
}

const configVariable = 'ROLLCALL_CONFIG';

interface Taking {
  readonly settings: readonly CataloguedSetting[];
  readonly given: Map<string, GivenValue>;
  readonly mistakes: string[];
}

function takeFile(
  content: Record<string, unknown>,
  above: readonly string[],
  taking: Taking & { readonly configFile: string },
): void {
  const { configFile, settings, given, mistakes } = taking;
  for (const [name, value] of Object.entries(content)) {
    const key = [...above, name].join('.');
    if (settings.some((setting) => setting.key === key)) {
      given.set(key, { value, source: configFile });
    } else if (!settings.some((setting) => setting.key.startsWith(`${key}.`))) {
      const known = settings.map((setting) => setting.key);
      mistakes.push(unknownName(key, configFile, known));
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      takeFile(value as Record<string, unknown>, [...above, name], taking);
    } else {
      mistakes.push(
        `${key} (${configFile}): given is ${JSON.stringify(value)}, allowed is an object of settings.`,
      );
    }
  }
}

/** What Kubernetes sets in every container when a service is called "rollcall"; none of it is meant for us. */
const kubernetesVariable = /^ROLLCALL_(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/;

function takeEnvironment(environment: SettingSources['environment'], taking: Taking): void {
  const { settings, given, mistakes } = taking;
  const known = [configVariable, ...settings.map(({ variable }) => variable)];
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('ROLLCALL_') || kubernetesVariable.test(name)) continue;
    const setting = settings.find(({ variable }) => variable === name);
    if (setting !== undefined) given.set(setting.key, { value, source: name });
    else if (name !== configVariable) mistakes.push(unknownName(name, 'environment', known));
  }
}

function takeOptions(options: SettingSources['options'], taking: Omit<Taking, 'mistakes'>): void {
  for (const { key, option } of taking.settings) {
    const value = options[key];
    const source = option?.split(' ')[0];
    if (value !== undefined && source !== undefined) taking.given.set(key, { value, source });
  }
}

function treeOf(given: ReadonlyMap<string, GivenValue>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [key, { value }] of given) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let at = tree;
    for (const name of path) at = (at[name] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return tree;
}
