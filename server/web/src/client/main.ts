import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import MyWeek from './MyWeek.svelte';
import { clearAway } from './notifications';

// Without it the page needs a connection to open; nothing else hangs on it.
navigator.serviceWorker?.register('/app-worker.js', { scope: '/app' }).catch(() => {});

function inSight(): void {
  if (document.visibilityState === 'visible') void clearAway().catch(() => {});
}
document.addEventListener('visibilitychange', inSight);
inSight();

mount(MyWeek, { target: document.getElementById('page')! });
