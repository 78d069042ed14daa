import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import { language, restoreTyped } from '../languages/language';
import MyWeek from './MyWeek.svelte';
import { clearAway } from './notifications';

// Without it the page needs a connection to open; nothing else hangs on it.
navigator.serviceWorker?.register(`/app-worker.js?language=${language}`, { scope: '/app' }).catch(() => {});

document.title = 'My week';
function inSight(): void {
  if (document.visibilityState === 'visible') void clearAway().catch(() => {});
}
document.addEventListener('visibilitychange', inSight);
inSight();

const page = document.getElementById('page')!;
page.replaceChildren(); // the sign that stands there while this is on its way
mount(MyWeek, { target: page });
restoreTyped();
