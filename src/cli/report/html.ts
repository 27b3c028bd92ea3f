/** Markup that is safe to insert as it is; everything else is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or a quoted attribute. */
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => ESCAPES[c]!);

export const raw = (markup: string) => new Html(markup);

/** Template tag: values are escaped, `Html` is not, lists are joined, nothing is `undefined`. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(toMarkup)));
}

function toMarkup(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(toMarkup).join('');
  return value === undefined ? '' : escapeHtml(String(value));
}

/** JSON that cannot end the script it stands in, nor open a comment in it. */
export const scriptJson = (value: unknown) => raw(JSON.stringify(value).replace(/</g, '\\u003c'));

/** A script's source, kept from ending its own element. */
export const scriptSource = (source: string) => raw(source.replace(/<\/(?=script)/gi, '<\\/'));
