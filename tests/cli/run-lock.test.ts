import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_FILE, RunLock } from '../../src/cli/run-lock.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
  file = join(folder, LOCK_FILE);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A number that no process has now. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--eval', '']).pid;
}

/** As another process would hold it. */
const holdAs = (pid: number | string, host = hostname()) =>
  writeFileSync(file, `${host} ${pid} 1\n`);

describe('RunLock', () => {
  it('is a file while it is held', async () => {
    const lock = await RunLock.acquire(folder);
    expect(readFileSync(file, 'utf8')).toContain(` ${process.pid} `);
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('is not given twice', async () => {
    holdAs(process.ppid);
    await expect(RunLock.acquire(folder)).rejects.toThrow(
      `${folder}: expected a folder that no other training writes to, got that of process ${process.ppid}: ` +
        'wait for its end, or choose another',
    );
    expect(readFileSync(file, 'utf8')).toContain(String(process.ppid));
  });

  it.each([
    ['another machine', '77', 'another-machine'],
    ['a process that is just writing it', '', ''],
  ])('is not taken from %s', async (_name, pid, host) => {
    holdAs(pid, host);
    await expect(RunLock.acquire(folder)).rejects.toThrow(/no other training writes to/);
  });

  it('is taken from a process that died, from one that had our number, and from one without a beat', async () => {
    const minutesAgo = new Date(Date.now() - 120_000);
    for (const pid of [deadProcess(), process.pid, process.ppid]) {
      holdAs(pid);
      if (pid === process.ppid) utimesSync(file, minutesAgo, minutesAgo);
      const lock = await RunLock.acquire(folder);
      expect(await lock.isHeld()).toBe(true);
      await lock.release();
      expect(existsSync(file)).toBe(false);
    }
  });

  it('notices that it was taken or removed, and then leaves what is there', async () => {
    const lock = await RunLock.acquire(folder);
    holdAs(process.ppid);
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(existsSync(file)).toBe(true);
    rmSync(file);
    const other = await RunLock.acquire(folder);
    rmSync(folder, { recursive: true });
    expect(await other.isHeld()).toBe(false);
    await other.release();
  });

  it('fails where there is no such folder', async () => {
    await expect(RunLock.acquire(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
