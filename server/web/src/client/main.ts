import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import { language, restoreTyped } from '../languages/language';
import MyWeek from './MyWeek.svelte';

// Without it the page needs a connection to open; nothing else hangs on it.
navigator.serviceWorker?.register(`/app-worker.js?language=${language}`, { scope: '/app' }).catch(() => {});

document.title = 'My week';
mount(MyWeek, { target: document.getElementById('page')! });
restoreTyped();
