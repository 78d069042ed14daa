import { mount } from 'svelte';
import '../style.css';
import AnswerPage from './AnswerPage.svelte';

document.title = 'My week';
mount(AnswerPage, { target: document.getElementById('page')! });
