import type { Phrasebook } from './phrasebook.js';

const details = ({
  service,
  at,
  staff,
  price,
}: {
  service: string;
  at: string;
  staff: string;
  price: string;
}): string => [`${service}, ${at}${staff && ` bei ${staff}`}`, price].filter(Boolean).join(', ');

export const germanPhrases: Phrasebook = {
  locale: 'de-DE',
  intro: (business, customer) =>
    `Guten Tag${customer ? `, ${customer}` : ''}! Ich bin der automatische Assistent von ${business}.`,
  hello: (business) => `Guten Tag! Ich bin der automatische Assistent von ${business}.`,
  abilities:
    'Ich nenne Ihnen Preise und Öffnungszeiten, finde freie Zeiten, buche, verschiebe oder storniere Termine oder gebe Sie an eine Kollegin weiter. Was darf ich für Sie tun?',
  fallback: (business) =>
    `Das habe ich leider nicht verstanden. Ich bin der automatische Assistent von ${business}: Ich nenne Preise und Öffnungszeiten, buche, verschiebe oder storniere Termine oder gebe Sie an einen Menschen weiter. Zum Beispiel: „Haarschnitt morgen um 15 Uhr“.`,
  mediaOnly:
    'Bilder und Sprachnachrichten kann ich hier nicht ansehen oder anhören. Bitte schreiben Sie mir, was Sie brauchen.',
  iAmAssistant: (business) =>
    `Ich bin ein automatischer Assistent von ${business}, kein Mensch. Ich kann Termine buchen, verschieben und stornieren; wenn Sie lieber mit einem Menschen sprechen, sagen Sie es einfach.`,
  thanks: 'Sehr gern!',
  bye: 'Auf Wiedersehen, wir freuen uns auf Sie!',
  sorry: 'Das hat gerade leider nicht geklappt.',
  offerHandOver: 'Soll ich Sie an eine Kollegin oder einen Kollegen weitergeben?',
  handedOver:
    'Ich habe Ihr Gespräch an unser Team weitergegeben; Sie bekommen hier eine Antwort von einem Menschen.',
  handOverFailed: 'Leider konnte ich gerade niemanden erreichen. Bitte versuchen Sie es gleich noch einmal.',
  services: (lines) => `Unsere Leistungen:\n${lines}`,
  serviceLine: (name, minutes, price) =>
    [name, price && `: ${price}`, minutes && ` (${minutes} Min.)`].filter(Boolean).join(''),
  noServices: 'Im Moment kann hier nichts gebucht werden.',
  inviteToBook: 'Möchten Sie buchen? Dann nennen Sie mir Tag und Uhrzeit.',
  whichService: (lines) => `Welche Leistung möchten Sie?\n${lines}`,
  whichOf: (lines) => `Welche meinen Sie?\n${lines}`,
  staff: (lines, service) =>
    service ? `${service} machen bei uns:\n${lines}` : `Bei uns arbeiten:\n${lines}`,
  noStaff: 'Dafür ist im Moment niemand eingetragen.',
  unknownPerson: (lines) => `Diese Person finde ich nicht. Zu wem möchten Sie kommen?\n${lines}`,
  hours: (lines) => `Unsere Öffnungszeiten:\n${lines}`,
  closed: 'geschlossen',
  hoursOn: (day, intervals) => `Am ${day} haben wir ${intervals} geöffnet.`,
  closedOn: (day) => `Am ${day} haben wir geschlossen.`,
  slots: (service, lines) => `Freie Zeiten für ${service}:\n${lines}`,
  nextFree: (service, lines) => `Wann passt es Ihnen? Die nächsten freien Zeiten für ${service}:\n${lines}`,
  notFree: (service, lines) =>
    `Diese Zeit ist leider nicht frei. Die nächstgelegenen freien Zeiten für ${service}:\n${lines}`,
  justTaken: (service, lines) =>
    `Diese Zeit wurde leider gerade vergeben. Noch frei für ${service}:\n${lines}`,
  nothingThen: (service, lines) =>
    `Dann ist leider nichts frei. Die nächsten freien Zeiten für ${service}:\n${lines}`,
  nothingAtAll: (service) => `In den kommenden Wochen finde ich leider keine freie Zeit für ${service}.`,
  chooseSlot:
    'Welche möchten Sie? Die Nummer genügt, oder nennen Sie einen anderen Tag oder eine andere Uhrzeit.',
  sayTime: 'Welcher Tag und welche Uhrzeit passen Ihnen?',
  slotLine: (at, staff) => (staff ? `${at} bei ${staff}` : at),
  ask: (hold) => `${details(hold)}. Soll ich das so buchen?`,
  expired: (question) =>
    `Entschuldigung, ich konnte die Zeit nicht länger freihalten. Ich habe neu gesucht: ${question}`,
  dropped: 'In Ordnung, dann gebe ich die Zeit wieder frei.',
  booked: (booking) => `Gebucht! Ihr Code ist ${booking.code}. ${details(booking)}. Bis dann!`,
  moved: (booking) => `Ihr Termin ist verschoben. ${details(booking)}. Ihr Code ist ${booking.code}.`,
  alreadyThere: 'Ihr Termin ist bereits zu dieser Zeit.',
  myBookings: (lines) => `Ihre kommenden Termine:\n${lines}`,
  bookingLine: (service, at, staff, code) => `${service}, ${at}${staff && ` bei ${staff}`} (Code ${code})`,
  noBookings: 'Sie haben keine kommenden Termine.',
  whichBooking: (lines) => `Welchen Termin meinen Sie?\n${lines}`,
  moveWhen: (service, at) => `${service}, ${at}: Auf welchen Tag und welche Uhrzeit soll ich verschieben?`,
  askCancel: (service, at) => `Soll ich diesen Termin stornieren: ${service}, ${at}?`,
  cancelled: (service, at, code) => `Ihr Termin ist storniert: ${service}, ${at} (Code ${code}).`,
  kept: 'In Ordnung, es bleibt alles, wie es ist.',
  tooLate: 'Dieser Termin lässt sich hier nicht mehr ändern.',
};
