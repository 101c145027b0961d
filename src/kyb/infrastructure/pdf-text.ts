import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import anyAscii from 'any-ascii';
import { create, type Font } from 'fontkit';
import type PDFDocument from 'pdfkit';

export type Weight = 'regular' | 'bold';

/** A piece of a line as a PDF can show it, and the name of the font to write it in. */
export interface PdfPiece {
  readonly text: string;
  readonly font: string;
  readonly rightToLeft: boolean;
}

interface Face {
  readonly name: string;
  readonly bytes: Buffer;
  readonly font: Font;
}

/** Fonts that every reader has, and their letters: all that both standard and Windows Latin know. */
const STANDARD: Readonly<Record<Weight, string>> = { regular: 'Helvetica', bold: 'Helvetica-Bold' };
const IN_STANDARD = /^[\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u20ac]*$/;
const FILES: Readonly<Record<Weight, string>> = { regular: 'DejaVuSans', bold: 'DejaVuSans-Bold' };
/** Words from right to left, with what joins them. */
const RIGHT_TO_LEFT =
  /([\p{Script=Arabic}\p{Script=Hebrew}\p{M}]+(?:[ '\-.]+[\p{Script=Arabic}\p{Script=Hebrew}\p{M}]+)*)/u;

const faces = new Map<Weight, Face>();

const faceOf = (weight: Weight): Face => {
  const known = faces.get(weight);
  if (known) return known;
  const folder = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  const bytes = readFileSync(join(folder, 'ttf', `${FILES[weight]}.ttf`));
  const font = create(bytes);
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${FILES[weight]} is no single font`);
  const face = { name: FILES[weight], bytes, font };
  faces.set(weight, face);
  return face;
};

/** Makes the fonts known to a document; only the letters that it uses are embedded. */
export const registerFonts = (document: InstanceType<typeof PDFDocument>): void => {
  for (const weight of ['regular', 'bold'] as const) {
    const { name, bytes } = faceOf(weight);
    document.registerFont(name, bytes);
  }
};

/**
 * Latin, Cyrillic, Greek, Arabic, Hebrew, Armenian and Georgian are shown as they are. What the fonts do not have (Han, Hangul and others) is
 * transliterated: no font of a reasonable size has all. Pieces come in the order in which they are written, from left to right.
 */
export const pdfPieces = (value: string, weight: Weight): PdfPiece[] => {
  const line = value.replace(/\s+/g, ' ');
  const standard = (text: string) => [{ text, font: STANDARD[weight], rightToLeft: false }];
  if (IN_STANDARD.test(line)) return standard(line);
  const { name, font } = faceOf(weight);
  const shown = [...line]
    .map((letter) =>
      font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? letter : anyAscii(letter) || '?',
    )
    .join('');
  if (IN_STANDARD.test(shown)) return standard(shown);
  return shown
    .split(RIGHT_TO_LEFT)
    .map((text, index) => ({ text, font: name, rightToLeft: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
};

/** Writes a line; `continued`: another piece follows on it. */
export const writeLine = (
  document: InstanceType<typeof PDFDocument>,
  value: string,
  { weight, size, continued = false }: { weight: Weight; size: number; continued?: boolean },
): void => {
  const pieces = pdfPieces(value, weight);
  pieces.forEach(({ text, font, rightToLeft }, index) => {
    // With a list of features pdfkit shapes a text as one, so that its words go from right to left too, and not its letters alone.
    const features = rightToLeft ? { features: [] } : {};
    const more = continued || index < pieces.length - 1;
    document
      .font(font)
      .fontSize(size)
      .text(text, { ...features, continued: more });
  });
};
