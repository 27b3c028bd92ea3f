/** What moves the cursor, colours, rings or reorders: control characters, and those that turn the direction of text. */
const COMMANDS = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu;
const COMMANDS_BUT_LINE_ENDS = /(?!\n)[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu;

const BOLD = '\x1b[1m';
const NOT_BOLD = '\x1b[22m';

/** Where to write: `process.stdout`, or a stand-in. */
export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** Colour is for terminals whose user has not said no (https://no-color.org). */
export const colourEnabled = (output: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env) =>
  output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';

/** A name that comes from a file, on one line and without commands to the terminal. */
export const printable = (name: string) => name.replace(COMMANDS, '\uFFFD');

export const bold = (text: string) => `${BOLD}${text}${NOT_BOLD}`;

/**
 * Writes lines: the door that all text for people goes through. Whatever names of classes and files hold, no command
 * reaches the terminal; bold print, which `bold` makes of a whole line, passes where colour is enabled.
 */
export function print(output: Output, text: string): void {
  const colour = colourEnabled(output);
  const lines = text.split('\n').map((line) => {
    const isBold = colour && line.startsWith(BOLD) && line.endsWith(NOT_BOLD);
    return isBold ? bold(printable(line.slice(BOLD.length, -NOT_BOLD.length))) : printable(line);
  });
  output.write(`${lines.join('\n')}\n`);
}

/** JSON with the same meaning whose text holds no command to the terminal: they are escaped. */
export function printableJson(text: string): string {
  return text.replace(
    COMMANDS_BUT_LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
