import { mount } from 'svelte';
import '../style.css';
import Dashboard from './Dashboard.svelte';

mount(Dashboard, { target: document.getElementById('page')! });
