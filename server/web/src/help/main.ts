import { mount } from 'svelte';
import '../style.css';
import Help from './Help.svelte';

mount(Help, { target: document.getElementById('page')! });
