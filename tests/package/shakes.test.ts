import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { callsOnLoad, parsed } from '../support/calls-on-load.js';

// The command, and the scripts of workers, which run to have effects.
const SCRIPT = /^cli|-worker\.js$/;
const files = readdirSync('dist').filter((file) => file.endsWith('.js') && !SCRIPT.test(file));

test.each(files)('%s calls nothing when it is loaded: a bundle takes what it uses', (file) => {
  const module = parsed(file, readFileSync(`dist/${file}`, 'utf8'));
  expect(callsOnLoad(module).map((call) => call.slice(0, 100))).toEqual([]);
});
