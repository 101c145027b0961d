/** Texts that the model says; every fact in them comes from a tool. Dates and times arrive formatted. */
export interface Phrasebook {
  /** BCP 47 tag for dates. */
  readonly locale: string;
  readonly intro: (business: string, customer: string | null) => string;
  readonly hello: (business: string) => string;
  readonly abilities: string;
  readonly fallback: (business: string) => string;
  readonly mediaOnly: string;
  readonly iAmAssistant: (business: string) => string;
  readonly thanks: string;
  readonly bye: string;
  readonly sorry: string;
  readonly offerHandOver: string;
  readonly handedOver: string;
  readonly handOverFailed: string;
  readonly services: (lines: string) => string;
  readonly serviceLine: (name: string, minutes: number | null, price: string | null) => string;
  readonly noServices: string;
  readonly inviteToBook: string;
  readonly whichService: (lines: string) => string;
  readonly whichOf: (lines: string) => string;
  readonly staff: (lines: string, service: string | null) => string;
  readonly noStaff: string;
  readonly unknownPerson: (lines: string) => string;
  readonly hours: (lines: string) => string;
  readonly closed: string;
  readonly hoursOn: (day: string, intervals: string) => string;
  readonly closedOn: (day: string) => string;
  readonly slots: (service: string, lines: string) => string;
  readonly nextFree: (service: string, lines: string) => string;
  readonly notFree: (service: string, lines: string) => string;
  readonly justTaken: (service: string, lines: string) => string;
  readonly nothingThen: (service: string, lines: string) => string;
  readonly nothingAtAll: (service: string) => string;
  readonly chooseSlot: string;
  readonly sayTime: string;
  readonly slotLine: (at: string, staff: string | null) => string;
  readonly ask: (hold: HoldText) => string;
  readonly expired: (question: string) => string;
  readonly dropped: string;
  readonly booked: (booking: BookedText) => string;
  readonly moved: (booking: BookedText) => string;
  readonly alreadyThere: string;
  readonly myBookings: (lines: string) => string;
  readonly bookingLine: (service: string, at: string, staff: string, code: string) => string;
  readonly noBookings: string;
  readonly whichBooking: (lines: string) => string;
  readonly moveWhen: (service: string, at: string) => string;
  readonly askCancel: (service: string, at: string) => string;
  readonly cancelled: (service: string, at: string, code: string) => string;
  readonly kept: string;
  readonly tooLate: string;
}

export interface HoldText {
  readonly service: string;
  readonly at: string;
  readonly staff: string;
  readonly price: string;
}

export interface BookedText extends HoldText {
  readonly code: string;
}
