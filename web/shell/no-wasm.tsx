import { text } from '../text.js';

/** What a browser without SIMD shows. */
export function NoWasm() {
  return (
    <main class="page">
      <section class="card">
        <h1>{text.noWasm.title}</h1>
        <p>{text.noWasm.body}</p>
      </section>
    </main>
  );
}
