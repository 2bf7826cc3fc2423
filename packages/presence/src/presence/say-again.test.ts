import { describe, expect, test } from 'vitest';
import { presence, TestUser } from '../../test/test-user.ts';

function juliet() {
  return new TestUser('juliet@x', {
    contacts: { 'romeo@x': 'Both', 'nurse@x': 'From', 'paris@x': 'To' },
  });
}

describe('what may have been lost between processes', () => {
  const text = `<presence from='juliet@x/balcony'><show>away</show></presence>`;

  test('is said as it was said last, and asked of all contacts again', () => {
    const user = juliet();
    user.comes('balcony');
    user.sends('balcony', presence({ content: '<show>away</show>' }));
    expect(user.tell({ kind: 'sayAgain' })).toEqual([
      `balcony < ${text}`,
      `broadcast ${text} to romeo@x, nurse@x probing romeo@x, paris@x`,
    ]);
  });

  test('is nothing where nobody was shown anything', () => {
    const user = juliet();
    user.bind('balcony');
    expect(user.tell({ kind: 'sayAgain' })).toEqual([]);
    user.comes('chamber');
    user.sends('chamber', presence({ type: 'unavailable' }));
    expect(user.tell({ kind: 'sayAgain' })).toEqual([]);
  });
});
