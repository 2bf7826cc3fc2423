// Privacy lists as XML.

import type { Person } from '../conversation/person.ts';

export function privacy(content: string): string {
  return `<query xmlns='jabber:iq:privacy'>${content}</query>`;
}

/** `item('deny', 1, "type='jid' value='bob@localhost'", '<message/>')` */
export function item(action: string, order: number, criterion = '', kinds = ''): string {
  return `<item action='${action}' order='${order}' ${criterion}>${kinds}</item>`;
}

export function list(name: string, ...items: readonly string[]): string {
  return privacy(`<list name='${name}'>${items.join('')}</list>`);
}

export const getNames = privacy('');

export function getList(name: string): string {
  return privacy(`<list name='${name}'/>`);
}

export function active(name?: string): string {
  return privacy(name === undefined ? '<active/>' : `<active name='${name}'/>`);
}

export function byDefault(name?: string): string {
  return privacy(name === undefined ? '<default/>' : `<default name='${name}'/>`);
}

/** Makes a list and activates it for the person's device. */
export async function applies(person: Person, ...items: readonly string[]): Promise<void> {
  await person.sets(list('applied', ...items));
  await person.sets(active('applied'));
  await person.conversation.quiets();
}
