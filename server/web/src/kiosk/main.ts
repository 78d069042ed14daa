import { mount } from 'svelte';
import '../style.css';
import '../client/neutral.css';
import Kiosk from './Kiosk.svelte';

mount(Kiosk, { target: document.getElementById('page')! });
