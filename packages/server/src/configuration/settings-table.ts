// The settings as a table for people, made from the schema so that it cannot be behind it.

import { cataloguedSettings, type CataloguedSetting } from './catalogue.ts';

const introduction = `# Settings

Every setting can be given in the JSON file of \`--config\` (or \`ROLLCALL_CONFIG\`), as an environment variable, and some as
an option of the command. The command line goes before the environment, the environment before the file. Keys with a dot
are objects in the file: \`limits.stanzaBytes\` is \`{ "limits": { "stanzaBytes": … } }\`.

| key | option | variable | default | allowed | what it is |
| --- | --- | --- | --- | --- | --- |
`;

export function settingsTable(): string {
  return introduction + cataloguedSettings().map(row).join('');
}

function row({ key, option, variable, allowed, summary, ...rest }: CataloguedSetting): string {
  const cells = [
    code(key),
    option === undefined ? '' : code(option),
    code(variable),
    rest.default === undefined ? '' : code(rest.default),
    allowed,
    summary,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
