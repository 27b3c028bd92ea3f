// The safetensors files that state_dict.py has PyTorch load, as base64: of its own values, which went through our models.
import { readFileSync } from 'node:fs';
import { init, loadStateDict, saveStateDict } from '../../src/index.js';
import { NETS, type StateDictGolden, stateOf } from '../formats/state-dict-nets.js';

const golden = JSON.parse(
  readFileSync(new URL('state_dict.json', import.meta.url), 'utf8'),
) as StateDictGolden;

await init({ source: readFileSync('build/release.wasm') });
const written: Record<string, Record<string, string>> = {};
for (const [name, { make, options }] of Object.entries(NETS)) {
  const model = make();
  loadStateDict(model, stateOf(golden, 'zip', name), { layout: 'torch', ...options });
  const file = (dtype: 'float32' | 'float16') =>
    Buffer.from(saveStateDict(model, { layout: 'torch', dtype, ...options })).toString('base64');
  written[name] = { float32: file('float32'), float16: file('float16') };
}
process.stdout.write(JSON.stringify(written));
