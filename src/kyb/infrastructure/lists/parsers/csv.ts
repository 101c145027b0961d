import { type Bytes, ListRejected } from './parser.js';

/** In characters, with what quotes and separates: what is longer is a quote that is not closed. */
const LONGEST_RECORD = 1_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Rows of CSV (RFC 4180) as they come, all that are in a piece of the file together. Empty lines are skipped; lines end as the first one does.
 * `relaxed`: a quote where none may stand is one character like others. Error: `ListRejected`. How many columns a row has is for the caller to
 * look at.
 *
 * Not by `csv-parse`, which reads the same (`csv.spec.ts` holds one against the other): for the UK list it takes 0.9 s of CPU and this 0.1 s, as it makes an
 * error with its stack of each row that is not as long as the first.
 */
export async function* readCsv(bytes: Bytes, { relaxed = false } = {}): AsyncGenerator<string[][]> {
  const decoder = new TextDecoder();
  const rows = new Rows(relaxed);
  let first = true;
  for await (const piece of bytes) {
    if (first && /^[\uFEFF\s]*</.test(new TextDecoder().decode(piece.subarray(0, 64))))
      throw new ListRejected('kyb.list_not_csv', 'The file is a page or XML, not CSV.');
    first = false;
    const read = rows.read(decoder.decode(piece, { stream: true }), false);
    if (read.length > 0) yield read;
  }
  if (first) throw new ListRejected('kyb.list_empty', 'The file is empty.');
  const read = rows.read(decoder.decode(), true);
  if (read.length > 0) yield read;
}

class Rows {
  private text = '';
  private at = 0;
  /** Of the record that is read, where it began. */
  private from = 0;
  /** `\r\n`, `\n` or `\r`; none until a line has ended. */
  private lineEnd = '';
  private row: string[] = [];

  constructor(private readonly relaxed: boolean) {}

  /** The rows that end in what has come; a row that does not is read again with what comes next. */
  read(more: string, last: boolean): string[][] {
    this.text = this.text.slice(this.from) + more;
    this.from = this.at = 0;
    const rows: string[][] = [];
    while (this.from < this.text.length) {
      this.row = [];
      if (!this.readRow(last)) {
        if (last || this.text.length - this.from > LONGEST_RECORD) throw malformed();
        break;
      }
      if (this.at - this.from > LONGEST_RECORD) throw malformed();
      const empty = this.row.length === 1 && this.row[0] === '' && this.text.charCodeAt(this.from) !== QUOTE;
      if (!empty) rows.push(this.row);
      this.from = this.at;
    }
    return rows;
  }

  /** false when its end has not come. */
  private readRow(last: boolean): boolean {
    this.at = this.from;
    for (;;) {
      const field = this.text.charCodeAt(this.at) === QUOTE ? this.quoted(last) : this.plain(this.at, last);
      if (field === null) return false;
      this.row.push(field);
      if (this.at >= this.text.length) return true;
      if (this.text.charCodeAt(this.at) === COMMA) {
        this.at += 1;
        if (this.at < this.text.length) continue;
        // What follows the comma may be another field, or nothing.
        if (!last) return false;
        this.row.push('');
        return true;
      }
      this.at += this.lineEnd.length;
      return true;
    }
  }

  /** Up to where the field ends. */
  private plain(start: number, last: boolean): string | null {
    const { text } = this;
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      // Of all others a field has the most.
      if (code > COMMA) continue;
      if (code === QUOTE && !this.relaxed) throw malformed();
      const ends = code === COMMA || ((code === CR || code === LF) && this.endsLine(at, last));
      if (ends === null) return null;
      if (!ends) continue;
      this.at = at;
      return text.slice(start, at);
    }
    this.at = text.length;
    return last ? text.slice(start) : null;
  }

  private quoted(last: boolean): string | null {
    const { text } = this;
    let value = '';
    this.at += 1;
    for (;;) {
      const end = text.indexOf('"', this.at);
      if (end === -1) return null;
      value += text.slice(this.at, end);
      this.at = end + 1;
      if (this.at === text.length) return last ? value : null;
      const next = text.charCodeAt(this.at);
      if (next === QUOTE) {
        value += '"';
        this.at += 1;
        continue;
      }
      const ends = next === COMMA || ((next === CR || next === LF) && this.endsLine(this.at, last));
      if (ends === null) return null;
      if (ends) return value;
      if (!this.relaxed) throw malformed();
      const rest = this.plain(this.at, last);
      return rest === null ? null : `"${value}"${rest}`;
    }
  }

  /** null when more must come to tell. */
  private endsLine(at: number, last: boolean): boolean | null {
    const { text } = this;
    if (this.lineEnd === '' || this.lineEnd === '\r\n') {
      if (text.charCodeAt(at) === CR && at + 1 === text.length && !last) return null;
    }
    if (this.lineEnd === '')
      this.lineEnd = text.charCodeAt(at) === LF ? '\n' : text.charCodeAt(at + 1) === LF ? '\r\n' : '\r';
    return text.startsWith(this.lineEnd, at);
  }
}

const malformed = (): ListRejected =>
  new ListRejected('kyb.list_malformed', 'The file is no such CSV: it is damaged, or was cut off.');
