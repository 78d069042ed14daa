import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import MyWeek from './MyWeek.svelte';

// Without it the page needs a connection to open; nothing else hangs on it.
navigator.serviceWorker?.register('/app-worker.js', { scope: '/app' }).catch(() => {});

const target = document.getElementById('page')!;
target.replaceChildren();
mount(MyWeek, { target });
