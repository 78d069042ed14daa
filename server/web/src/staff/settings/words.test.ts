import { expect, test } from 'vitest';
import { deviceWords, loginFrom } from './words';

test('a browser is called what people call it, a program what somebody called it', () => {
  expect(deviceWords('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')).toBe('Firefox on Linux');
  expect(deviceWords('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0')).toBe('Edge on Windows');
  expect(deviceWords('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1')).toBe('Safari on iPhone or iPad');
  expect(deviceWords('export job')).toBe('export job');
});

test('a login is proposed from a name', () => {
  expect(loginFrom('Nora Lindqvist')).toBe('nora.lindqvist');
  expect(loginFrom('  Lucía  Fernández-Montgomery ')).toBe('lucia.fernandez.montgomery');
  expect(loginFrom('佐藤')).toBe('');
});
