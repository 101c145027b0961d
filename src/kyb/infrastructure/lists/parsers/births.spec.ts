import type { ListName } from '../../../domain/sources.js';
import { PARSERS } from './index.js';
import { birthOfText } from './parser.js';

it.each([
  ['10 Dec 1948', '1948-12-10'],
  ['Sep 1938', '1938-09'],
  ['1946', '1946'],
  ['1951 to 1953', '1951/1953'],
  ['01 Jan 1961 to 31 Dec 1962', '1961-01-01/1962-12-31'],
  ['Mar 1962 to Feb 1963', '1962-03/1963-02'],
  ['circa 1951', '1948/1954'],
  ['circa 07 Jul 1966', '1963/1969'],
  ['circa 1979-1982', '1979/1982'],
  ['1953 to 1951', null],
  ['unknown', null],
])('of OFAC, the birth date %s is %s', (text, date) => {
  expect(birthOfText(text)).toBe(date);
});

const births = async (list: ListName, file: string): Promise<readonly string[]> => {
  const list_ = (async function* () {
    yield Buffer.from(file);
  })();
  for await (const { birthDates } of PARSERS[list].parse({ list: list_ }, { publishedAt: null }))
    return birthDates;
  throw new Error('nobody');
};

it.each([
  ['circa="true" calendarType="GREGORIAN" birthdate="" year="1957"', ['1954/1960']],
  [
    'circa="true" calendarType="GREGORIAN" birthdate="1973-04-03" dayOfMonth="3" monthOfYear="4" year="1973"',
    ['1970/1976'],
  ],
  [
    'circa="false" calendarType="GREGORIAN" birthdate="" year="" yearRangeFrom="1960" yearRangeTo="1963"',
    ['1960/1963'],
  ],
  ['circa="false" calendarType="GREGORIAN" birthdate="" monthOfYear="8" year="1961"', ['1961-08']],
  ['circa="false" calendarType="GREGORIAN" birthdate="1982-06-09" year="1982"', ['1982-06-09']],
  [
    'circa="false" calendarType="ISLAMIC" birthdate="1982-04-19" dayOfMonth="24" monthOfYear="6" year="1402"',
    ['1982-04-19'],
  ],
  ['circa="false" calendarType="ISLAMIC" birthdate="" year="1343"', []],
  ['circa="true" calendarType="GREGORIAN" birthdate="" year=""', []],
])('of the EU, the birth date %s is %j', async (attributes, dates) => {
  const file = `<export><sanctionEntity euReferenceNumber="EU.1"><nameAlias wholeName="Invented"/><birthdate ${attributes}/></sanctionEntity></export>`;
  expect(await births('eu', file)).toEqual(dates);
});

it.each([
  ['<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1978-04-28</DATE>', ['1978-04-28']],
  ['<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1971</YEAR>', ['1971']],
  ['<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1966</YEAR>', ['1963/1969']],
  [
    '<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1955</FROM_YEAR><TO_YEAR>1958</TO_YEAR><NOTE>Approximately</NOTE>',
    ['1955/1958'],
  ],
  ['<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1940</FROM_YEAR><TO_YEAR>1970</TO_YEAR>', ['1940/1970']],
  ['<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE>', ['1973-11']],
  ['<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Between Aug. and Sep. 1977</NOTE>', ['1977']],
  ['<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>24/06/1402 (Hijri Calendar)</NOTE>', []],
  ['<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><NOTE>30-35 years old</NOTE>', []],
  ['<TYPE_OF_DATE/>', []],
])('of the UN, the birth date %s is %j', async (elements, dates) => {
  const file = `<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>INVENTED</FIRST_NAME><REFERENCE_NUMBER>QDi.1</REFERENCE_NUMBER><INDIVIDUAL_DATE_OF_BIRTH>${elements}</INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>`;
  expect(await births('un', file)).toEqual(dates);
});
