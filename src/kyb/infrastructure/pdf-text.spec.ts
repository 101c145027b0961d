import PDFDocument from 'pdfkit';
import { wordsOf } from '../../../test/support/pdf-words.js';
import { pdfPieces, registerFonts, writeLine } from './pdf-text.js';

const written = async (lines: readonly string[]): Promise<string> => {
  const document = new PDFDocument();
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((done) => document.on('end', done));
  registerFonts(document);
  for (const line of lines) writeLine(document, line, { weight: 'regular', size: 9 });
  document.end();
  await ended;
  return wordsOf(Buffer.concat(chunks));
};

/** `<`: from right to left. */
const texts = (line: string): string[] =>
  pdfPieces(line, 'regular').map(({ text, rightToLeft }) => `${rightToLeft ? '<' : ''}${text}`);

describe('texts in a PDF', () => {
  it.each([
    ['Latin', 'Zoë Müller–Łukasz Š. Ñandú'],
    ['Cyrillic', 'Михайло Володимирович Гаврилюк'],
    ['Greek', 'Αλέξανδρος Παπαδόπουλος'],
    ['Armenian', 'Արամ Խաչատրյան'],
    ['Georgian', 'გიორგი ბერიძე'],
  ])('shows %s as it is', async (_script, name) => {
    expect(await written([name])).toBe(name);
  });

  it('writes what every reader can show in the fonts that every reader has', () => {
    expect(pdfPieces('Zoë Müller', 'bold')).toEqual([
      { text: 'Zoë Müller', font: 'Helvetica-Bold', rightToLeft: false },
    ]);
  });

  it('shapes the words of a name from right to left as one', async () => {
    expect(texts('Also: محمد علي حسن; Jan')).toEqual(['Also: ', '<محمد علي حسن', '; Jan']);
    expect(texts('דוד כהן; משה')).toEqual(['<דוד כהן', '; ', '<משה']);
    // Readers turn it back: what is copied reads as it was written, whatever the order on the page.
    expect((await written(['محمد علي حسن'])).split(/\s+/).sort()).toEqual(['محمد', 'علي', 'حسن'].sort());
  });

  it('transliterates what the fonts do not have, and leaves the rest of the line', () => {
    expect(texts('Владимир 王伟')).toEqual(['Владимир WangWei']);
    expect(pdfPieces('김정은', 'bold')).toEqual([
      { text: 'GimJeongEun', font: 'Helvetica-Bold', rightToLeft: false },
    ]);
  });
});
