import { describe } from '../describe.js';
import { FormatError } from '../errors.js';

/** A line of a table that is not blank. */
export interface Row {
  /** The line in the file that it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
/** What is looked for, in this order; a blank stands for white space of any length. */
const SEPARATORS: Readonly<Record<string, string>> = {
  '\t': 'tabs',
  ';': 'semicolons',
  ',': 'commas',
  ' ': 'white space',
};
/** So many rows show what separates the cells. */
const SAMPLE = 20;

/**
 * The text of a table and what separates its cells. Quotes are those of RFC 4180, and a quoted cell can hold line breaks;
 * blanks around cells, blank lines, and lines before the first row that begin with `#` are passed over.
 */
export class CsvTable {
  readonly separator: string;
  /** The last line before the first row that begins with `#`, without it. */
  readonly comment: string;
  readonly #begin: number;
  readonly #line: number;

  /** @param separator the one that fits best where it is undefined */
  constructor(
    readonly text: string,
    separator?: string,
  ) {
    [this.#begin, this.#line, this.comment] = skipComments(text);
    this.separator = separator ?? this.#findSeparator();
  }

  /** The rows, in time linear in the length of the text. */
  rows(separator = this.separator): Generator<Row> {
    return readRows(this.text, separator, this.#begin, this.#line);
  }

  /** The number in a cell, with a decimal comma where semicolons separate; NaN unless float32 holds it. */
  number(cell: string, separator = this.separator): number {
    if (cell === '' || /^0[box]/i.test(cell)) return NaN;
    const number = Number(separator === ';' ? cell.replace(',', '.') : cell);
    return Number.isFinite(Math.fround(number)) ? number : NaN;
  }

  /** The line of row `index`, which is there. */
  lineOf(index: number): number {
    for (const { line } of this.rows()) if (index-- === 0) return line;
    return NaN;
  }

  /** The error for a place. */
  error(place: string, expected: string, got: string): FormatError {
    return csvError(place, expected, got, this.separator);
  }

  /** The first that divides most rows and leaves the fewest cells that are no numbers or hold another before it. */
  #findSeparator(): string {
    let [best, fewest] = ['', Infinity];
    for (const separator of Object.keys(SEPARATORS)) {
      const texts = this.#countTexts(separator);
      if (texts < fewest) [best, fewest] = [separator, texts];
    }
    return best || ',';
  }

  #countTexts(separator: string): number {
    const foreign = separator === ',' ? /[\t;]/ : /\t/;
    let [rows, divided, texts] = [0, 0, 0];
    try {
      for (const { cells } of this.rows(separator)) {
        for (const cell of cells) {
          if (cell !== '' && isNaN(this.number(cell, separator))) texts++;
          if (foreign.test(cell)) texts++;
        }
        if (cells.length > 1) divided++;
        if (++rows === SAMPLE) break;
      }
    } catch {
      // A damaged quote: the rows before it show as much.
    }
    return 2 * divided > rows ? texts : Infinity;
  }
}

function csvError(place: string, expected: string, got: string, separator: string): FormatError {
  const separated = SEPARATORS[separator] ?? describe(separator);
  return new FormatError(
    `csv: ${place}: expected ${expected}, got ${got} (cells separated by ${separated})`,
  );
}

/** Where the rows begin, the line there, and the comment above it. */
function skipComments(text: string): [begin: number, line: number, comment: string] {
  const pattern = /[ \t]*(?:#(.*))?(?:\r\n?|\n|$)/y;
  let [begin, line, comment] = [0, 1, ''];
  while (begin < text.length) {
    const match = pattern.exec(text);
    if (!match) break;
    comment = match[1] ?? comment;
    begin = pattern.lastIndex;
    line++;
  }
  return [begin, line, comment];
}

function* readRows(text: string, separator: string, at: number, line: number): Generator<Row> {
  const scanner = new Scanner(text, separator, at, line);
  while (scanner.at < text.length) {
    const begin = scanner.line;
    const cells = scanner.readCells();
    if (cells.length > 1 || cells[0]) yield { line: begin, cells };
  }
}

/** Goes through the text of a table once. */
class Scanner {
  readonly #cut: number;
  readonly #isSpaced: boolean;

  constructor(
    readonly text: string,
    readonly separator: string,
    public at: number,
    public line: number,
  ) {
    this.#cut = separator.charCodeAt(0);
    this.#isSpaced = separator === ' ';
  }

  /** The cells of a line, and on to the next one. */
  readCells(): string[] {
    const cells: string[] = [];
    for (;;) {
      this.#skipBlanks();
      if (this.#isSpaced && this.#isBreak()) break;
      cells.push(this.text[this.at] === '"' ? this.#readQuoted() : this.#readPlain());
      if (this.#isBreak()) break;
      this.at++;
    }
    if (this.text.startsWith('\r\n', this.at)) this.at++;
    this.at++;
    this.line++;
    return cells;
  }

  #isBreak(): boolean {
    const code = this.text.charCodeAt(this.at);
    return code === LF || code === CR || isNaN(code);
  }

  #isBlank(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === SPACE || (code === TAB && this.#cut !== TAB);
  }

  #skipBlanks(): void {
    while (this.#isBlank(this.at)) this.at++;
  }

  #isEnd(code: number): boolean {
    return code === this.#cut || code === LF || code === CR || (code === TAB && this.#isSpaced);
  }

  #readPlain(): string {
    const { text, at } = this;
    let end = at;
    while (end < text.length && !this.#isEnd(text.charCodeAt(end))) end++;
    this.at = end;
    while (end > at && this.#isBlank(end - 1)) end--;
    return text.slice(at, end);
  }

  #readQuoted(): string {
    const { text, line } = this;
    let cell = '';
    for (let begin = this.at + 1; ;) {
      const end = text.indexOf('"', begin);
      if (end < 0) throw this.#error(line, 'a closing quote', 'the end of the table');
      cell += text.slice(begin, end);
      this.at = end + 1;
      if (text[this.at] !== '"') break;
      cell += '"';
      begin = end + 2;
    }
    this.line += cell.match(/\r\n?|\n/g)?.length ?? 0;
    if (!this.#isSpaced) this.#skipBlanks();
    if (!this.#isBreak() && !this.#isEnd(text.charCodeAt(this.at))) {
      throw this.#error(this.line, 'nothing behind a closing quote', describe(text[this.at]));
    }
    return cell;
  }

  #error(line: number, expected: string, got: string): FormatError {
    return csvError(`line ${line}`, expected, got, this.separator);
  }
}
