import { createHash } from 'node:crypto';
import { canonicalJson } from '#libs/kernel';
import { ukFile } from '../../../../../test/support/uk-file.js';
import type { ListName } from '../../../domain/sources.js';
import { type ListMeta, PARSERS } from './index.js';

const OFAC = {
  primary: [
    '1,"INVENTOR, Invented","individual","TEST] [OTHER",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 19 Jul 1981; alt. DOB circa 1952; alt. DOB 1960 to 1965; nationality Russia; Gender Male; Passport RL 0123456 (Lebanon) issued 08 Sep 2006; a.k.a. \'THE INVENTOR\'."',
    '2,"INVENTED SHIPPING",-0- ,"TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Tax ID No. 7744001497 (Russia); Legal Entity Number 5493001KJTIIGC8Y1R12; Registration Number 1027700000000 (Russia)."',
    '3,"INVENTED SHIP",vessel,"TEST",-0- ,"CALL",Tanker,"1","2",Panama,-0- ,"Vessel Registration Identification IMO 9187629."',
    '\u001a',
  ],
  aliases: ['1,1,"aka","INVENTORE, Invento",-0- ', '\u001a'],
  addresses: ['1,1,"1 Street","Moscow","Russia",-0- ', '2,2,-0- ,"Beirut","Lebanon",-0- ', '\u001a'],
  comments: ['1,"; alt. nationality Burma."', '\u001a'],
};

/** Nobody's: invented, with as much of what each parser reads as fits. */
const FILES: Readonly<Record<ListName, Readonly<Record<string, string | readonly string[]>>>> = {
  eu: {
    list: `<export generationDate="2026-11-01T16:00:00.000+01:00">
<sanctionEntity euReferenceNumber="EU.1.2" logicalId="1"><remark>Invented.</remark>
<regulation publicationDate="2022-02-25" programme="TEST"/><subjectType code="person"/>
<nameAlias wholeName="Invented Person" gender="M" strong="true"/><nameAlias firstName="Weak" lastName="Alias" strong="false"/>
<citizenship countryIso2Code="RU"/><birthdate circa="false" calendarType="GREGORIAN" dayOfMonth="2" monthOfYear="1" year="1970"/>
<birthdate circa="true" calendarType="GREGORIAN" year="1950"/><birthdate circa="false" calendarType="ISLAMIC" year="1390"/>
<birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1960" yearRangeTo="1963"/>
<address street="1 Street" city="Moscow" countryIso2Code="RU" countryDescription="RUSSIA"/>
<identification identificationTypeCode="passport" number="RL 0123" countryIso2Code="LB"/></sanctionEntity>
<sanctionEntity logicalId="77"><subjectType code="enterprise"/><nameAlias wholeName="Invented Works"/>
<identification identificationTypeCode="regnumber" number="1027700000000" countryIso2Code="00"/></sanctionEntity></export>`,
  },
  un: {
    list: `<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<FIRST_NAME>INVENTED</FIRST_NAME><SECOND_NAME>PERSON</SECOND_NAME><UN_LIST_TYPE>TEST</UN_LIST_TYPE>
<REFERENCE_NUMBER>QDi.1</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON><GENDER>Male</GENDER><COMMENTS1>Invented.</COMMENTS1>
<NATIONALITY><VALUE>Syrian Arab Republic</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Alias</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ADDRESS><CITY>Aleppo</CITY><COUNTRY>Syria</COUNTRY></INDIVIDUAL_ADDRESS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-01-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1968</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>RL 0123</NUMBER><ISSUING_COUNTRY>Lebanon</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>INVENTED WORKS</FIRST_NAME>
<REFERENCE_NUMBER>KPe.1</REFERENCE_NUMBER></ENTITY></ENTITIES></CONSOLIDATED_LIST>`,
  },
  uk: {
    list: ukFile([
      {
        'Unique ID': 'RUS0001',
        'Name 6': 'PERSON',
        'Name 1': 'Invented',
        'Designation Type': 'Individual',
        'Regime Name': 'The Test Regulations',
        'D.O.B': '02/01/1970; 00/00/1965',
        'Nationality(/ies)': '(1) Russia (2) Syria',
        'Address Line 1': '1 Street',
        'Address Country': 'Russia',
        'Date Designated': '25/02/2022',
        'Passport number': 'RL 0123',
        'National Identifier number': '77',
        Gender: 'Male',
        'Other Information': 'Invented.',
      },
      {
        'Unique ID': 'RUS0001',
        'Name 6': 'ALIAS',
        'Designation Type': 'Individual',
        'Alias strength': 'Low quality a.k.a',
      },
      {
        'Unique ID': 'RUS0002',
        'Name 6': 'INVENTED SHIP',
        'Designation Type': 'Ship',
        'IMO number': '9187629',
      },
    ]),
  },
  ofac_sdn: OFAC,
  ofac_cons: OFAC,
};

/** What is made of them, by list and version. Another digest is another version: raise it, and write the new digest beside it. */
const MADE: Readonly<Record<ListName, readonly [number, string]>> = {
  eu: [2, '96965e6cc434e8a1'],
  un: [2, 'e3282ab3153bb5fb'],
  uk: [1, '20ff528383e576ac'],
  ofac_sdn: [2, 'fbf29eff5154839a'],
  ofac_cons: [2, 'fbf29eff5154839a'],
};

it.each(Object.keys(MADE) as ListName[])(
  'the parser of %s has another version whenever it reads otherwise',
  async (list) => {
    const { version, parse } = PARSERS[list];
    const files = Object.fromEntries(
      Object.entries(FILES[list]).map(([part, text]) => [
        part,
        (async function* () {
          yield Buffer.from(typeof text === 'string' ? text : `${text.join('\r\n')}\r\n`);
        })(),
      ]),
    );
    const meta: ListMeta = { publishedAt: null };
    const made = [];
    for await (const entity of parse(files, meta)) made.push(entity);
    const digest = createHash('sha256')
      .update(canonicalJson({ publishedAt: meta.publishedAt, made }))
      .digest('hex')
      .slice(0, 16);
    expect([version, digest]).toEqual(MADE[list]);
  },
);
