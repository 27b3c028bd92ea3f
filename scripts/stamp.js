// A transform of the AssemblyScript compiler: names each build of the kernels, in a custom section of the module and in
// build/kernels-id.js, so that the library can tell kernels of another build.
import { createHash } from 'node:crypto';
import { Transform } from 'assemblyscript/transform';
import pkg from '../package.json' with { type: 'json' };

export default class Stamp extends Transform {
  afterCompile(module) {
    const hash = createHash('sha256');
    for (const { text } of this.program.sources) hash.update(text);
    const id = `${pkg.version}-${hash.digest('hex').slice(0, 8)}`;
    module.addCustomSection('simdgrad', new TextEncoder().encode(id));
    this.writeFile('build/kernels-id.js', `export const KERNELS_ID = '${id}';\n`, '.');
    this.writeFile('build/kernels-id.d.ts', 'export declare const KERNELS_ID: string;\n', '.');
  }
}
