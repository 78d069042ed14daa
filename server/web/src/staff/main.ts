import { mount } from 'svelte';
import '../style.css';
import '../languages/staff-problems';
import { restoreTyped } from '../languages/language';
import Dashboard from './Dashboard.svelte';

mount(Dashboard, { target: document.getElementById('page')! });
restoreTyped();
