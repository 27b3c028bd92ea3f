#!/usr/bin/env node
import { main } from './program.js';

// Not process.exit: what is still to be written, is.
process.exitCode = await main(process.argv.slice(2));
