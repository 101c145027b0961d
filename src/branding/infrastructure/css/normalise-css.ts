import { ident, tokenize, tokenTypes } from 'css-tree';

/** Deeper than any style that a person writes. */
const DEEPEST = 12;

const NAMES: ReadonlySet<number> = new Set([
  tokenTypes.Ident,
  tokenTypes.Function,
  tokenTypes.AtKeyword,
  tokenTypes.Hash,
]);
const OPEN: ReadonlySet<number> = new Set([
  tokenTypes.LeftCurlyBracket,
  tokenTypes.LeftParenthesis,
  tokenTypes.LeftSquareBracket,
  tokenTypes.Function,
]);
const CLOSE: ReadonlySet<number> = new Set([
  tokenTypes.RightCurlyBracket,
  tokenTypes.RightParenthesis,
  tokenTypes.RightSquareBracket,
]);

export class TooDeep extends Error {}

/**
 * The same styles with every escaped name written out: `\75rl(` is `url(` to a browser, and so it must be to whoever checks
 * it. Comments and `<!--` go, which else could part what belongs together. A name that cannot be written without an escape
 * keeps its backslash, and is refused for it later.
 * @throws TooDeep
 */
export const normaliseCss = (source: string): string => {
  const parts: string[] = [];
  let depth = 0;
  tokenize(source, (type, start, end) => {
    const text = source.slice(start, end);
    if (OPEN.has(type)) depth += 1;
    else if (CLOSE.has(type)) depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) throw new TooDeep();
    if (type === tokenTypes.Comment || type === tokenTypes.CDO || type === tokenTypes.CDC) parts.push(' ');
    else parts.push(NAMES.has(type) && text.includes('\\') ? plain(text) : text);
  });
  return parts.join('');
};

const PLAIN = /^[\w-]+$/;

const plain = (text: string): string => {
  const [, mark = '', name = '', call = ''] = /^([@#]?)(.*?)(\(?)$/s.exec(text) ?? [];
  const decoded = ident.decode(name);
  return PLAIN.test(decoded) ? `${mark}${decoded}${call}` : text;
};
