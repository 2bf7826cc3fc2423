// The schema's settings as a flat list, under the names that each of the three sources has for them.

import { z } from 'zod';
import { settingFacts, type SettingFacts } from './setting.ts';
import { settingsSchema } from './settings.ts';

export interface CataloguedSetting extends SettingFacts {
  /** As in the file, joined by dots: `limits.stanzaBytes`. */
  readonly key: string;
  readonly path: readonly string[];
  /** `ROLLCALL_LIMITS_STANZA_BYTES` */
  readonly variable: string;
  /** As a person would write it; undefined where there is none. */
  readonly default: string | undefined;
}

export function cataloguedSettings(): readonly CataloguedSetting[] {
  return settingsOf(settingsSchema, []);
}

type Group = z.ZodObject<Readonly<Record<string, z.core.$ZodType>>>;

function settingsOf(schema: Group, above: readonly string[]): CataloguedSetting[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = [...above, name];
    const facts = settingFacts.get(field);
    if (facts !== undefined) return [catalogued(path, facts, field)];
    const group = field instanceof z.ZodPrefault ? field.def.innerType : field;
    if (group instanceof z.ZodObject) return settingsOf(group, path);
    throw new Error(`the setting ${path.join('.')} is neither described nor a group`);
  });
}

function catalogued(
  path: readonly string[],
  facts: SettingFacts,
  field: z.core.$ZodType,
): CataloguedSetting {
  const fallback: unknown = field instanceof z.ZodPrefault ? field.def.defaultValue : undefined;
  return {
    ...facts,
    path,
    key: path.join('.'),
    variable: variableName(path),
    default: typeof fallback === 'string' ? fallback : JSON.stringify(fallback),
  };
}

function variableName(path: readonly string[]): string {
  const words = path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`));
  return `ROLLCALL_${words.join('_').toUpperCase()}`;
}
