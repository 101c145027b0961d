import { draftOf } from './import-draft.js';
import { readImportFile } from './import-file.js';

const lines = (csv: string) => readImportFile(csv).rows.map(({ line, cells }) => [line, cells.name]);
const problems = (csv: string) =>
  readImportFile(csv).rows.map(({ line, errors }) => [line, errors.map(({ column }) => column)]);

describe('a file of counterparties', () => {
  it('is separated by what its header is separated by, so that the others stand in cells', () => {
    const [row] = readImportFile('name;country\nSchmidt, Meyer\t& Co. KG;DE\n').rows;
    expect(row).toMatchObject({ cells: { name: 'Schmidt, Meyer\t& Co. KG', country: 'DE' }, errors: [] });
    expect(readImportFile('name,note\nMeier; Sohn,x\n').rows[0]?.cells.name).toBe('Meier; Sohn');
    expect(readImportFile('sep=\t\r\nname\tnote\r\nMeier; Sohn\tx\r\n').rows[0]).toMatchObject({
      line: 3,
      cells: { name: 'Meier; Sohn' },
    });
  });

  it('has quotes in names', () => {
    expect(readImportFile('name,country\nHotel "Adler" GmbH,DE\n"ООО ""Ромашка""",RU\n').rows).toMatchObject([
      { cells: { name: 'Hotel "Adler" GmbH', country: 'DE' }, errors: [] },
      { cells: { name: 'ООО "Ромашка"', country: 'RU' }, errors: [] },
    ]);
  });

  it('says of a row where it begins, also behind cells of many lines and lines without anything', () => {
    expect(lines('\uFEFFname,note\r\nA,"one\r\ntwo\r\nthree"\r\n\r\n,\r\nB,x\r\n"C\nD",y\r\n')).toEqual([
      [2, 'A'],
      [7, 'B'],
      [8, 'C\nD'],
    ]);
  });

  it('refuses the row that has other cells than the header, and no other', () => {
    expect(problems('name,country,note\nGood,DE,x\nBad, Inc,US,x\nShort\nGood,DE,x,,\n')).toEqual([
      [2, []],
      [3, ['row']],
      [4, ['row']],
      [5, []],
    ]);
  });

  it('knows its columns however they are written, each once', () => {
    expect([...readImportFile('Name;VAT Number;register_number;\nA;;;\n').columns]).toEqual([
      'name',
      'vatNumber',
      'registerNumber',
    ]);
    expect(() => readImportFile('name,vatNumber,VAT number\nA,,\n')).toThrow('vatNumber twice');
  });

  it.each(['M\uFFFDller GmbH', 'MÃ¼ller GmbH'])('refuses letters that were lost: %s', (name) => {
    expect(problems(`name,note\n${name},x\nJoão São GmbH,x\n`)).toEqual([
      [2, ['name']],
      [3, []],
    ]);
  });
});

describe('a row of it', () => {
  const draft = (csv: string) => {
    const { columns, rows } = readImportFile(csv);
    return draftOf(rows[0]!, columns, undefined);
  };

  it('names countries that there are', () => {
    expect(draft('name,country\nA,gb\n').draft).toMatchObject({ country: 'GB' });
    expect(draft('name,country\nA,UK\n').errors).toMatchObject([{ column: 'country' }]);
  });

  it('has roles with whatever between', () => {
    expect(draft('name;roles\nA;customer, supplier|owner\n').draft?.roles).toEqual([
      'customer',
      'supplier',
      'owner',
    ]);
  });

  it('names the column that contradicts another', () => {
    expect(draft('name,schedule\nA,custom\n').errors).toMatchObject([{ column: 'everyDays' }]);
    expect(draft('name,birthDate\nA,1970\n').errors).toMatchObject([{ column: 'birthDate' }]);
  });
});
