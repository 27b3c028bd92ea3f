import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { callsOnLoad, parsed } from './support/calls-on-load.js';

/** All source files, parsed, by their path. */
const sources = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file))
    .map((path) => [path, parsed(path, readFileSync(path, 'utf8'))]),
);

describe('bundles can leave out what is not used', () => {
  // The command, and the scripts of workers, which run to have effects.
  const scripts = /^src.(cli.*|node.index|runtime.pool-worker|worker.\w+-worker)\.ts$/;

  test('no module calls anything when it is loaded', () => {
    const found = Array.from(sources)
      .filter(([path]) => !scripts.test(path))
      .flatMap(([path, file]) => callsOnLoad(file).map((call) => `${path}: ${call}`));
    expect(found).toEqual([]);
  });

  test.each([
    'const known = new WeakSet();',
    'const plan = /* @__PURE__ */ memoized(planConv2d);',
    'const text = tag`a`;',
    'const table = { row: { value: make() } };',
    'class A { static x = make(); }',
    'class A { static { A.x = 1; } }',
    'class A extends mixin(B) {}',
    "class A { [Symbol.for('x')]() {} }",
    'enum A { B }',
    'const copy = { ...table };',
    'const copy = [...table];',
  ])('%s is found', (text) => expect(callsOnLoad(parsed('a.ts', text))).toHaveLength(1));

  test.each([
    'const plan = () => make();',
    'class A { #x = make(); static y = 1; static make() { return new A(); } }',
    "const OP = { name: 'exp', plan() { return make(); } };",
    'class A { [Symbol.dispose]() { make(); } }',
    'const enum A { B }',
    'const names = [...([1, 2] as const), 3];',
  ])('%s is not', (text) => expect(callsOnLoad(parsed('a.ts', text))).toEqual([]));
});

test('no file imports, by way of others, itself, not even for types', () => {
  const imports = new Map(Array.from(sources, ([path, file]) => [path, importsOf(path, file)]));
  const circles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.add([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  expect([...circles]).toEqual([]);
});

/** The files of the library that a file imports, or exports from. */
function importsOf(path: string, file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier?.startsWith('.')) {
      found.push(join(dirname(path), specifier.replace(/\.js$/, '.ts')));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const [from] =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? [node.moduleSpecifier]
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? [node.argument.literal]
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments
          : [];
  return from && ts.isStringLiteral(from) ? from.text : undefined;
}
