import { mount } from 'svelte';
import '../style.css';
import { restoreTyped } from '../languages/language';
import Help from './Help.svelte';

document.title = 'Do I need help?';
mount(Help, { target: document.getElementById('page')! });
restoreTyped();
