import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import MyWeek from './MyWeek.svelte';

// Without it the page needs a connection to open; nothing else hangs on it.
navigator.serviceWorker?.register('/app-worker.js', { scope: '/app' }).catch(() => {});

mount(MyWeek, { target: document.getElementById('page')! });
