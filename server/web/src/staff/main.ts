import { mount } from 'svelte';
import '../style.css';
import '../languages/staff-problems';
import { restoreTyped } from '../languages/language';
import Dashboard from './Dashboard.svelte';

const target = document.getElementById('page')!;
target.replaceChildren();
mount(Dashboard, { target });
restoreTyped();
