import { mount } from 'svelte';
import '../style.css';
import '../client/neutral.css';
import { restoreTyped } from '../languages/language';
import Kiosk from './Kiosk.svelte';

document.title = 'Check in';
mount(Kiosk, { target: document.getElementById('page')! });
restoreTyped();
