import type { Lexicon } from './lexicon.js';

export const german: Lexicon = {
  language: 'de',
  hints:
    'ich|und|der|die|das|den|dem|ein|eine|einen|einem|mein|meine|meinen|ist|sind|bitte|danke|hallo|moin|servus|guten|termin|termine|morgen|übermorgen|heute|uhr|um|am|für|mit|bei|wie|viel|was|kostet|wann|wer|haben|habe|hätte|kann|können|möchte|würde|gerne|gern|ja|nein|nicht|nach|vor|zwischen|später|früher|lieber|stornieren|storniere|absagen|verschieben|buchen|nächste|nächsten|woche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|haarschnitt|färben|passt|geht|auch|doch|noch|zweiten|ersten|dritten|preise|öffnungszeiten|tschüss|mitarbeiter|vielen|dank|sprechen|jemand|halb|frei|nägel|zu|es|oder|nachmittags|vormittags|welche',
  intents: {
    greet: 'hallo|hi|hey|moin|servus|grüß gott|grüß dich|grüezi|guten (?:tag|morgen|abend)|schönen guten tag',
    thanks: 'danke|dankeschön|danke schön|vielen dank|merci|besten dank',
    bye: 'tschüss|tschüß|tschau|ciao|auf wiedersehen|bis (?:bald|dann|morgen|später)|schönen (?:tag|abend)(?: noch)?|wiedersehen',
    book: 'buch*|termin|termine|reservier*|anmelden|vereinbaren|vorbeikommen|noch (?:was|etwas) frei|freie? (?:termine?|zeiten|plätze)|frei|verfügbar|verfügbarkeit',
    price: 'was kostet|was kosten|kostet|kosten|wie ?viel|preis|preise|preisliste|wie teuer|teuer',
    services:
      'welche (?:leistungen|behandlungen|angebote|services)|leistungen|behandlungen|angebot|was (?:bieten sie|bietet ihr|macht ihr|machen sie|gibt es|habt ihr)|services|dienstleistungen',
    duration: 'wie lange|dauert|dauer',
    staff:
      'wer arbeitet|wer macht|wer ist (?:da|bei)|wer kann|welche (?:mitarbeiter|mitarbeiterinnen|stylisten|stylistinnen|leute)|euer team|ihr team|das team|team',
    hours:
      'öffnungszeiten|geöffnet|offen|wann (?:öffnet|schließt|habt ihr auf|haben sie auf|macht ihr auf|machen sie auf|macht ihr zu)|habt ihr .{0,20}auf|haben sie .{0,20}(?:auf|offen|geöffnet)|geschlossen|wie lange (?:habt ihr|haben sie) (?:auf|offen)|arbeitszeiten|bis wann',
    mine: '(?:mein|meine|meinen) (?:nächste[rn]? )?(?:termine?|buchung|buchungen)|wann (?:ist|habe ich) (?:mein|meinen|einen) termin|habe ich (?:einen |schon )?(?:termin|gebucht)|zeig* .{0,20}termine?|was habe ich gebucht',
    reschedule:
      'verschieb*|verlegen|verlege|umbuchen|umbuchung|termin (?:ändern|tauschen|wechseln)|ändern|verschoben|vorverlegen|vorziehen|auf .{1,25} (?:legen|verlegen)',
    cancel:
      'storn*|absag*|sage .{0,30} ab|cancel*|annullier*|löschen|lösche|termin .{0,20}absagen|kann (?:doch )?nicht kommen|nicht mehr (?:kommen|brauchen)',
    human:
      'mitarbeiter|mitarbeiterin|mitarbeitern|mensch|menschen|echte[nr]? person|jemand(?:em|en)? (?:sprechen|reden|echte[mn])|mit (?:jemand*|einer person|einem kollegen|einer kollegin|der chefin|dem chef) .{0,12}(?:sprechen|reden|chatten)|persönlich sprechen|chef|chefin|operator|manager|rezeption|empfang|kundenservice|beschwerde|beschweren|rufen sie mich an|ruft mich an|anrufen',
    bot: 'bist du (?:ein |eine )?(?:bot|roboter|mensch|ki|maschine|echt)|sind sie (?:ein |eine )?(?:bot|roboter|mensch|ki|maschine)|ist das (?:ein |eine )?(?:bot|ki|roboter)|wer bist du|wer sind sie|mit wem (?:spreche|schreibe) ich',
    yes: 'ja|kein problem|jo|jep|jap|klar|gerne|gern|ok|okay|okey|passt|passt (?:gut|mir|super)|perfekt|super|in ordnung|einverstanden|genau|richtig|stimmt|machen wir(?: so)?|mach das|bestätig*|bestätige|buchen sie|bitte buchen|buch das|buche es|klingt (?:gut|super)|das geht|geht klar|natürlich|sicher|auf jeden fall|^bitte[.!]*$|abgemacht|sehr gut|nehme ich|den nehme ich|gut',
    no: 'nein|ne|nee|nö|nicht|kein(?! problem)|keine|keinen|lieber nicht|doch nicht|vergiss es|vergessen sie es|keins|keiner|passt nicht',
    later: 'später|spätere?[rns]?|etwas später|zu früh|nicht so früh',
    earlier: 'früher|frühere?[rns]?|etwas früher|zu spät|eher|nicht so spät',
    other:
      'andere?[rsn]? (?:zeit|zeiten|termin|termine|tag|tage|uhrzeit|uhrzeiten|möglichkeit|möglichkeiten)|was anderes|etwas anderes|weitere|weitere (?:termine|zeiten)|mehr (?:termine|zeiten)|sonst noch|noch andere|keiner davon|nichts davon',
    soonest:
      'so bald wie möglich|so schnell wie möglich|schnellstmöglich|frühestmöglich*|am frühesten|frühester|frühesten|nächstmöglich*|nächste[rn]? (?:freie[rn]?|mögliche[rn]?)|erste[rn]? (?:freie[rn]?|mögliche[rn]?)|baldmöglichst|asap|sofort|jetzt',
    anyTime:
      'egal wann|jederzeit|irgendwann|ganztägig|den ganzen tag|zeitlich flexibel|flexibel|uhrzeit (?:ist )?egal|zeit (?:ist )?egal',
    anyone:
      'egal (?:bei )?wem|egal wer|jemand anderem|jemand anders|jemand anderen|andere[rn]? (?:mitarbeiter*|person|stylist*)|wer auch immer|irgendwem|irgendjemand*',
    instead: 'lieber|stattdessen|statt|doch|besser|eigentlich|sondern',
    hypothetical:
      'wenn|falls|was passiert|stornogebühr*|stornobedingungen|kostenlos|kostenfrei|gebühr*|wie kann ich|ohne',
  },
  ordinals: [
    'ersten?|erste[rs]|nummer eins|option eins',
    'zweiten?|zweite[rs]|nummer zwei|option zwei',
    'dritten?|dritte[rs]|nummer drei|option drei',
    'vierten?|vierte[rs]|nummer vier|option vier',
    'fünften?|fünfte[rs]|nummer fünf|option fünf',
  ],
  last: 'letzten?|letzte[rs]',
  clock: {
    hours: {
      eins: 1, zwei: 2, drei: 3, vier: 4, fünf: 5, sechs: 6, sieben: 7, acht: 8, neun: 9, zehn: 10, elf: 11,
      zwölf: 12, dreizehn: 13, vierzehn: 14, fünfzehn: 15, sechzehn: 16, siebzehn: 17, achtzehn: 18, neunzehn: 19,
      zwanzig: 20,
    }, // prettier-ignore
    shifted: [
      ['(?:um )?halb {h}', -30],
      ['(?:um )?viertel nach {h}', 15],
      ['(?:um )?viertel vor {h}', -15],
      ['(?:um )?dreiviertel {h}', -15],
    ],
    at: 'um|gegen|ca\\.?|so um|auf',
    after: 'nach|ab|von|nicht vor|frühestens um|frühestens',
    before: 'vor|bis|spätestens um|spätestens|nicht nach',
    ranges: ['zwischen {h} und {h}', 'von {h} bis {h}', '{h} bis {h}'],
    unit: 'uhr|h',
    notAnHour:
      'personen|person|leute|stunden?|min|minuten?|tage?n?|wochen?|monate?n?|mal|ten|te|jan*|feb*|mär*|apr*|mai|jun*|jul*|aug*|sep*|okt*|nov*|dez*|euro?|eur|\\. ?(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)*|\\.(?!\\d)',
    am: 'morgens|vormittags|früh|in der früh|am (?:morgen|vormittag)',
    pm: 'nachmittags|abends|mittags|am (?:nachmittag|abend)',
    named: [['ein uhr', 780]],
    parts: [
      [
        'heute (?:morgen|früh)|(?<=(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag) )morgen|(?<=morgen )früh',
        6,
        12,
      ],
      ['nachmittags?|am nachmittag|nach dem mittag', 12, 18],
      ['vormittags?|am vormittag|morgens|am morgen|in der früh|früh|frühmorgens', 6, 12],
      ['mittags?|über mittag|in der mittagspause', 12, 14],
      ['abends?|am abend|nach (?:der arbeit|feierabend)', 17, 23],
    ],
  },
  calendar: {
    days: [['heute (?:morgen|früh)', 0]],
    dayOfMonth: [
      '(?:am|den|zum) (\\d{1,2})(?:\\.|ten|te)?(?! ?(?:uhr|\\d|jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)*)',
    ],
    thisWeek: 'diese woche|in dieser woche',
    nextWeek: '(?:in der )?(?:nächste|nächsten|kommende|kommenden) woche',
    weekend: '(?:am |dieses )?wochenende',
    nextWeekend: '(?:am )?nächste[ns]? wochenende',
    next: 'nächste[rnms]?',
    not: 'nicht|nicht am|außer',
    noise: 'so|do|mi|di|fr|sa|mo|jetzt|letzte[rnms]?|früh*|mal|mai(?= ?\\?)',
  },
  withPerson: '(?:bei|mit|zu|zur|beim)(?: (?:der|dem|frau|herrn))?',
};
