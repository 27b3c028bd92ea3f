// A transform of the AssemblyScript compiler: names each build of the kernels, in a custom section of the module and in
// build/kernels-id.js, so that the library can tell kernels of another build, and those for inference from all.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import compiler from 'assemblyscript/package.json' with { type: 'json' };
import { Transform } from 'assemblyscript/transform';
import pkg from '../package.json' with { type: 'json' };

/** The same for both: of all sources of the kernels, and the compiler. */
function buildId() {
  const hash = createHash('sha256').update(compiler.version);
  const files = readdirSync('assembly', { recursive: true }).filter((file) => file.endsWith('.ts'));
  for (const file of files.sort()) hash.update(file).update(readFileSync(`assembly/${file}`));
  return `${pkg.version}-${hash.digest('hex').slice(0, 8)}`;
}

export default class Stamp extends Transform {
  afterCompile(module) {
    const id = buildId();
    const isInference = this.program.sources.some(
      ({ normalizedPath }) => normalizedPath === 'assembly/inference.ts',
    );
    const name = isInference ? `${id}-inference` : id;
    module.addCustomSection('simdgrad', new TextEncoder().encode(name));
    this.writeFile('build/kernels-id.js', `export const KERNELS_ID = '${id}';\n`, '.');
    this.writeFile('build/kernels-id.d.ts', 'export declare const KERNELS_ID: string;\n', '.');
  }
}
