import { expect, test } from 'vitest';
import { cataloguedSettings } from './catalogue.ts';
import { settingsTable } from './settings-table.ts';

test('SETTINGS.md is the table that the schema gives (npx vitest -u writes it anew)', async () => {
  await expect(settingsTable()).toMatchFileSnapshot('../../SETTINGS.md');
});

test('every setting says what it is and what is allowed', () => {
  for (const { key, summary, allowed } of cataloguedSettings()) {
    expect(summary, key).not.toBe('');
    expect(allowed, key).not.toBe('');
  }
});
