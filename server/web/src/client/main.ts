import { mount } from 'svelte';
import '../style.css';
import './neutral.css';
import MyWeek from './MyWeek.svelte';

mount(MyWeek, { target: document.getElementById('page')! });
