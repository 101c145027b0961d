import { flag, httpUrl, integer, list, optionalText } from './setting.js';

const LISTS = ['eu', 'ofac_sdn', 'ofac_cons', 'uk', 'un'];

/** Counterparties, what is asked about them, and how often. */
export const KYB = {
  dueCheckMs: [
    'KYB_DUE_CHECK_MS',
    integer(
      60_000,
      { min: 1_000, max: 86_400_000 },
      'How often a worker looks for counterparties whose check is due.',
    ),
  ],
  listPollMs: [
    'KYB_LIST_POLL_MS',
    integer(
      5_000,
      { min: 100, max: 3_600_000 },
      'How often a process looks whether a list has a new edition, to index it and to screen against it.',
    ),
  ],
  threads: [
    'KYB_THREADS',
    integer(2, { min: 1, max: 64 }, 'Threads of a process that screen names; they share one index.'),
  ],
  batch: [
    'KYB_BATCH',
    integer(1_000, { min: 1, max: 10_000 }, 'Counterparties that a re-screening takes at a time.'),
  ],
  leaseMs: [
    'KYB_LEASE_MS',
    integer(
      120_000,
      { min: 500, max: 3_600_000 },
      'After how long without a word a check, a re-screening or the refresh of a list is taken over by another worker.',
    ),
  ],
  lists: [
    'KYB_LISTS',
    list(
      `Sanctions lists to fetch, comma-separated: ${LISTS.join(', ')}. All when empty; \`none\` for none.`,
      (name) => name === 'none' || LISTS.includes(name),
      `of ${LISTS.join(', ')}, none`,
    ),
  ],
  euListUrl: [
    'EU_LIST_URL',
    httpUrl(
      'https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw',
      'Consolidated list of the EU: XML 1.1. The token is the one the Commission publishes.',
    ),
  ],
  ofacListUrl: [
    'OFAC_LIST_URL',
    httpUrl(
      'https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports',
      'Folder of the CSV files of OFAC: SDN.CSV, ALT.CSV, ADD.CSV, SDN_COMMENTS.CSV and those that begin with CONS_.',
    ),
  ],
  ukListUrl: [
    'UK_LIST_URL',
    httpUrl(
      'https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv',
      'UK Sanctions List of the FCDO: CSV. Not the ConList of OFSI, which ended in January 2026.',
    ),
  ],
  unListUrl: [
    'UN_LIST_URL',
    httpUrl(
      'https://scsanctions.un.org/resources/xml/en/consolidated.xml',
      'Consolidated list of the UN Security Council: XML.',
    ),
  ],
  listIntervalMinutes: [
    'KYB_LIST_INTERVAL_MINUTES',
    integer(120, { min: 1, max: 10_080 }, 'How often a list is asked for.'),
  ],
  listStaleMinutes: [
    'KYB_LIST_STALE_MINUTES',
    integer(
      1_440,
      { min: 1, max: 43_200 },
      'After how long without a good fetch a list has gone dark, and its businesses are told.',
    ),
  ],
  listTimeoutMs: [
    'KYB_LIST_TIMEOUT_MS',
    integer(300_000, { min: 100, max: 3_600_000 }, 'How long the fetch of one file of a list may take.'),
  ],
  listFirstByteMs: [
    'KYB_LIST_FIRST_BYTE_MS',
    integer(
      120_000,
      { min: 50, max: 300_000 },
      'How long the first byte of a file may take; some authorities put the file together first.',
    ),
  ],
  listStallMs: [
    'KYB_LIST_STALL_MS',
    integer(30_000, { min: 50, max: 600_000 }, 'How long nothing may come between two bytes of a file.'),
  ],
  listMaxBytes: [
    'KYB_LIST_MAX_BYTES',
    integer(
      314_572_800,
      { min: 1_000, max: 2_147_483_647 },
      'Most bytes of one file of a list, after decompression.',
    ),
  ],
  listFewestPercent: [
    'KYB_LIST_FEWEST_PERCENT',
    integer(
      100,
      { min: 0, max: 100 },
      'Share of the built-in minima (entities, names, birth dates, countries, identifiers) that a first edition of a list needs.',
    ),
  ],
  viesOn: ['VIES_ENABLED', flag(true, 'Whether VAT numbers are asked of VIES.')],
  viesUrl: [
    'VIES_API_URL',
    httpUrl('https://ec.europa.eu/taxation_customs/vies/rest-api', 'REST interface of VIES.'),
  ],
  viesSoapUrl: [
    'VIES_SOAP_URL',
    httpUrl(
      'https://ec.europa.eu/taxation_customs/vies/services/checkVatService',
      'SOAP interface of VIES, for when the other is out of order.',
    ),
  ],
  viesPerState: [
    'VIES_PER_STATE',
    integer(
      3,
      { min: 1, max: 50 },
      'Questions at a time about VAT numbers of one member state, by a process.',
    ),
  ],
  gleifOn: ['GLEIF_ENABLED', flag(true, 'Whether LEIs are asked of GLEIF.')],
  gleifUrl: ['GLEIF_API_URL', httpUrl('https://api.gleif.org/api/v1', 'API of GLEIF.')],
  gleifPerMinute: [
    'GLEIF_PER_MINUTE',
    integer(50, { min: 1, max: 10_000 }, 'Requests a minute to GLEIF, of all processes together.'),
  ],
  insolvencyOn: [
    'INSOLVENCY_ENABLED',
    flag(true, 'Whether German organisations are looked up among the insolvency notices.'),
  ],
  insolvencyUrl: [
    'INSOLVENCY_URL',
    httpUrl(
      'https://neu.insolvenzbekanntmachungen.de/ap/suche.jsf',
      'Search page of the German insolvency notices.',
    ),
  ],
  registerDarkMinutes: [
    'KYB_REGISTER_DARK_MINUTES',
    integer(
      120,
      { min: 1, max: 43_200 },
      'For how long a register may be left alone after outages, without an answer, before it has gone dark and its businesses are told.',
    ),
  ],
  registerTimeoutMs: [
    'KYB_REGISTER_TIMEOUT_MS',
    integer(20_000, { min: 50, max: 120_000 }, 'How long one request to a register may take.'),
  ],
  registerBackoffMs: [
    'KYB_REGISTER_BACKOFF_MS',
    integer(1_000, { min: 1, max: 60_000 }, 'First pause when a register says that too many ask it.'),
  ],
  workerFile: [
    'KYB_WORKER_FILE',
    optionalText('The compiled worker of the matcher. For tests, which run the sources.'),
  ],
} as const;
