import { mount } from 'svelte';
import '../style.css';
import Dashboard from './Dashboard.svelte';

const target = document.getElementById('page')!;
target.replaceChildren();
mount(Dashboard, { target });
