import { expect, test } from 'vitest';
import { storyPath, telLink } from './words';

test('a number is dialled without what people write between its digits', () => {
  expect(['+1 (212) 555-0199', '555 0134', '212.555.0199'].map(telLink)).toEqual(['tel:+12125550199', 'tel:5550134', 'tel:2125550199']);
});
test('a story is told of appointments and meetings, and of nothing else', () => {
  expect([storyPath('session', 41, 9), storyPath('occurrence', 7, 9), storyPath('check_in', 3, 9)]).toEqual([
    '#/reminders/of/session/41/9', '#/reminders/of/occurrence/7/9', '',
  ]);
});
