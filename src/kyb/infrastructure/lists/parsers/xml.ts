import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Bytes, ListRejected } from './parser.js';

export interface XmlHandlers {
  /** Name of the document's element: what is no such document is refused. */
  readonly root: string;
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  /** `text`: of the element itself, without that of elements in it. */
  readonly close?: (name: string, text: string) => void;
}

/** Reads XML as it comes; yields after each piece, so that the caller can hand on what `close` has put together. */
export async function* readXml(bytes: Bytes, { root, open, close }: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser({});
  const texts: string[] = [];
  let begun = false;
  let fault: Error | null = null;
  parser.on('error', (error) => (fault ??= error));
  parser.on('doctype', () => {
    fault ??= new ListRejected(
      'kyb.list_not_xml',
      'The file has a document type: it is a page, or an attack.',
    );
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    if (!begun && name !== root)
      fault ??= new ListRejected(
        'kyb.list_not_xml',
        `The file begins with <${name.slice(0, 40)}>, not <${root}>.`,
      );
    begun = true;
    texts.push('');
    open?.(name, attributes);
  });
  const add = (text: string): void => {
    if (texts.length > 0) texts.push((texts.pop() ?? '') + text);
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ name }) => close?.(name, texts.pop() ?? ''));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const feed = (text: string): void => {
    parser.write(text);
    if (fault) throw rejected(fault);
  };
  for await (const piece of bytes) {
    feed(decode(() => decoder.decode(piece, { stream: true })));
    yield;
  }
  feed(decode(() => decoder.decode()));
  if (!begun)
    throw new ListRejected('kyb.list_empty', 'The file is empty, or its first element does not end.');
  parser.close();
  if (fault) throw rejected(fault);
  yield;
}

const decode = (work: () => string): string => {
  try {
    return work();
  } catch {
    throw new ListRejected('kyb.list_not_xml', 'The file is not text in UTF-8.');
  }
};

const rejected = (fault: Error): Error =>
  fault instanceof ListRejected
    ? fault
    : new ListRejected(
        'kyb.list_malformed',
        'The file is no well-formed XML: it is damaged, or was cut off.',
      );
