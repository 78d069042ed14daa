// The key of a wish: the same wish sent again (after a cut, after a second click) goes under the same key,
// so that it can never be granted twice; a changed one is another wish.
import { freshKey } from './api';

export function once(): (wish: unknown) => string {
  let key = '';
  let sent = '';
  return (wish) => {
    const text = JSON.stringify(wish);
    if (text !== sent) {
      sent = text;
      key = freshKey();
    }
    return key;
  };
}
