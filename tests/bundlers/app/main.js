import { showDigits } from './page.js';

const threads = Number(new URLSearchParams(location.search).get('threads'));
showDigits(threads ? { threads } : {});
