import { init } from 'simdgrad';

await init();
