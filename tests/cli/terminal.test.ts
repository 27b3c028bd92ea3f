import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  bold,
  colourEnabled,
  type Output,
  print,
  printable,
  printableJson,
} from '../../src/cli/terminal.js';

/** What is written by `write`, to a terminal or to a file. */
function written(isTTY: boolean, write: (output: Output) => void): string {
  const stream = new PassThrough();
  write(Object.assign(stream, { isTTY }));
  return String(stream.read());
}

/** Commands to a terminal: colour, a title, 8-bit control characters, a bell, a turn of direction, a line separator. */
const COMMANDS = [
  '\x1b[31m',
  '\x1b]0;title\x07',
  '\x9b2J',
  '\x90q\x9c',
  '\r',
  '\x7f',
  '\u202e',
  '\u2066',
  '\u2028',
];
const isCommand = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

describe('print', () => {
  it.each([true, false])('lets no command through (terminal: %s)', (isTTY) => {
    for (const command of COMMANDS) {
      expect(command).toMatch(isCommand);
      const text = written(isTTY, (output) => print(output, `a${command}b\nc`));
      expect(text).not.toMatch(isCommand);
      expect(text).toMatch(/^a.*b\nc\n$/);
    }
  });

  it('leaves text of every script as it is', () => {
    const text = 'Übung 数字 שלום 🙂 a-b_c  ✓';
    expect(written(true, (output) => print(output, text))).toBe(`${text}\n`);
  });

  it('prints bold what `bold` made so, on terminals only, and nothing inside it', () => {
    const text = `${bold('head\x1b[2J')}\nline`;
    const env = { NO_COLOR: process.env['NO_COLOR'], TERM: process.env['TERM'] };
    Object.assign(process.env, { NO_COLOR: '', TERM: 'xterm' });
    expect(written(true, (output) => print(output, text))).toBe(
      '\x1b[1mhead\uFFFD[2J\x1b[22m\nline\n',
    );
    expect(written(false, (output) => print(output, text))).not.toContain('\x1b');
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
});

describe('printable', () => {
  it('is one line', () => {
    expect(printable('a\nb\tc')).toBe('a\uFFFDb\uFFFDc');
  });
});

describe('printableJson', () => {
  it('means the same, without a command', () => {
    const value = { [COMMANDS.join('key')]: COMMANDS, plain: 'é' };
    const text = printableJson(JSON.stringify(value, null, 2));
    expect(text).not.toMatch(isCommand);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain('é');
  });
});

describe('colourEnabled', () => {
  it('wants a terminal and no NO_COLOR', () => {
    expect(colourEnabled({ isTTY: true }, {})).toBe(true);
    expect(colourEnabled({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(colourEnabled({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(colourEnabled({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(colourEnabled({}, {})).toBe(false);
  });
});
