import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from '../../bench/options.js';

const parse = (...args: string[]) => parseOptions(args, ['a', 'b'], ['js', 'simdgrad']);
const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bench/index.ts', ...args], { encoding: 'utf8' });

test('options', () => {
  expect(parse()).toEqual({
    suites: ['ops', 'grads', 'nets', 'train', 'start'],
    only: ['a', 'b'],
    impl: ['js', 'simdgrad'],
    rounds: 10,
    json: undefined,
    report: false,
  });
  expect(
    parse('--suite', 'ops', '--only', 'b,a', '--impl=simdgrad', '--rounds', '3', '--json', 'f'),
  ).toEqual({
    suites: ['ops'],
    only: ['a', 'b'],
    impl: ['simdgrad'],
    rounds: 3,
    json: 'f',
    report: false,
  });
});

test.each([
  [['--bogus'], "Unknown option '--bogus'"],
  [['--suite', 'opps'], '--suite: expected some of ops, grads, nets, train, start, all, got opps'],
  [['--only', 'a,c'], '--only: expected some of a, b, got c'],
  [['--impl', 'wasm'], '--impl: expected some of js, simdgrad, got wasm'],
  [['--rounds', '0'], '--rounds: expected an integer from 1 to 9999, got 0'],
  [['--rounds', '2.5'], '--rounds: expected an integer from 1 to 9999, got 2.5'],
  [['extra'], "Unexpected argument 'extra'"],
])('%j is refused', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test('wrong usage exits with 2 and says what is possible', { timeout: 60_000 }, () => {
  const { status, stderr, stdout } = bench('--bogus');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /^bench: Unknown option '--bogus'.*\n.*--suite ops\|grads\|nets\|train\|start\|all/,
  );
});

test('a choice that leaves nothing to run is wrong usage too', { timeout: 60_000 }, () => {
  const { status, stderr } = bench('--suite', 'ops', '--only', 'train_lenet_sgdm_b32');
  expect([status, stderr.split('\n')[0]]).toEqual([
    2,
    'bench: --only: expected some of the suite, got none of it',
  ]);
});

test('prints a header and a table, and writes the rows', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'simdgrad-bench-'));
  try {
    const json = join(folder, 'rows.json');
    const args = ['--suite', 'ops', '--only', 'dw3x3_512x14', '--rounds', '1', '--json', json];
    const { status, stderr, stdout } = bench(...args, '--impl', 'simdgrad,js');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^simdgrad \d.*, Node v.*cores\n1 rounds/);
    expect(stdout).toMatch(/\nchecked against float64/);
    expect(stdout).toMatch(/\ndw3x3_512x14 +forward +simdgrad simd .*GFLOP\/s +\d+ % +[\d.]+\n/);
    expect(stdout).toMatch(
      /\npeak of one thread .*: [\d.]+ multiplying and adding, [\d.]+ fused\n$/,
    );
    const { environment, peak, rows } = JSON.parse(readFileSync(json, 'utf8'));
    expect(environment.node).toBe(process.version);
    expect(peak.simd).toBeGreaterThan(1);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ suite: 'ops', id: 'dw3x3_512x14', impl: 'simdgrad' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
