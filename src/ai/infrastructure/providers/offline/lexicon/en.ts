import type { Lexicon } from './lexicon.js';

export const english: Lexicon = {
  language: 'en',
  hints:
    "i|i'd|i'm|the|my|me|you|your|is|are|can|could|would|like|want|please|and|for|with|what|how|much|when|who|do|does|have|appointment|booking|tomorrow|today|hi|hello|thanks|thank|thx|yes|yeah|sure|book|cancel|one|second|third|later|earlier|at|on|after|before|next|morning|afternoon|evening|monday|tuesday|wednesday|thursday|friday|saturday|sunday|haircut|nails|instead|to|it|move|any|time|open|price|prices|bye|goodbye|services|not|free",
  intents: {
    greet: 'hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings',
    thanks: 'thanks|thank you|thx|ty|cheers|much appreciated',
    bye: 'bye|goodbye|bye bye|see you|see ya|have a (?:nice|good) (?:day|one|evening)|take care',
    book: 'book|booking|schedule|appointment|reserve|reservation|sign me up|make an appointment|want to come|come in|(?:do you have|any|have) (?:free|available|availability|slots?|openings?|anything)|free (?:slots?|times?)|availability|available|slots?|squeeze me in',
    price: 'how much|price|prices|priced|pricing|price list|cost|costs|charge|rates?|expensive',
    services:
      'what (?:services|treatments) *|services|treatments|what do you (?:do|offer|have)|what can i (?:get|book)|menu|list of services|what kind of *',
    duration: 'how long|duration|how many minutes',
    staff:
      'who works|who is working|who (?:does|do|will|can)|your (?:team|staff|masters|stylists|specialists)|the team|which (?:masters|stylists|specialists|people|staff)|masters|stylists|staff|specialists|list of (?:masters|stylists|staff)',
    hours:
      'opening (?:hours|times)|business hours|working hours|hours|(?:are|when are|is|will) (?:you|it|the salon) (?:be )?(?:open|closed)|when do you (?:open|close|work)|what time do you (?:open|close)|do you work|open (?:on|at|today|tomorrow|now)|how late|until what time',
    mine: '(?:my|show|see|list|check|upcoming|next) (?:my )?(?:bookings?|appointments?|reservations?|visits?)|when (?:is|am) (?:my|i)|do i have (?:an? )?(?:booking|appointment|visit)|what did i book|am i booked|what am i booked',
    reschedule:
      "reschedul*|re-schedul*|move (?:my|the|it|that|this)|postpone*|change (?:the |my )(?:time|date|day|appointment|booking)|shift my|push (?:my|it)|different (?:day|time) for my|another (?:day|time) for my|(?:move|change) it to|bring (?:it|my appointment) forward|can't make (?:it|my appointment) .{0,30}(?:instead|another)",
    cancel:
      "cancel|cancell?ed|cancell?ing|cancell?ation|call off|delete (?:my|the) (?:booking|appointment)|i (?:can't|cannot|won't) (?:come|make it)|don't need (?:the|my) (?:booking|appointment)",
    human:
      '(?:talk|speak|chat|connect|write|switch|transfer) (?:me )?(?:to|with) (?:a |an |the |some )?(?:real |live |human )?(?:human|person|someone|somebody|people|operator|manager|agent|admin|administrator|staff|employee|owner|reception|receptionist|colleague)|human|operator|manager|real person|live (?:agent|person)|agent|administrator|receptionist|call me|complaint|complain',
    bot: 'are you (?:a |an )?(?:bot|robot|human|real|ai|person|machine)|is this (?:a |an )?(?:bot|robot|ai)|who are you|what are you|am i talking to',
    yes: "yes|why not|no problem|yeah|yea|yep|yup|ya|sure|ok|okay|okey|oki|of course|certainly|absolutely|definitely|please do|go ahead|do it|book it|book me in|book that|sounds (?:good|great|fine)|perfect|great|that works|works for me|it works|i agree|confirm|confirmed|i confirm|fine|alright|all right|correct|agreed|deal|let's do (?:it|that)|i'll take (?:it|that)|good(?! (?:morning|afternoon|evening|day|night))",
    no: "no(?! (?:problem|worries))|nope|nah|(?<!why )not|don't|do not|doesn't|never mind|nevermind|neither|none|can't|cannot|won't",
    later: 'later|a bit later|later than|too early|something later|not so early',
    earlier: 'earlier|a bit earlier|earlier than|sooner|too late|not so late',
    other:
      'other (?:times?|slots?|options?|days?)|others|another (?:time|slot|option|day|date)|something else|different (?:time|day|slot|date)|more (?:times|options|slots)|any others?|what else|none of (?:them|these|those)',
    soonest:
      'earliest|soonest|as soon as possible|asap|first (?:available|free|possible)|next (?:available|free|possible)|right now|now',
    anyTime: "any ?time|whenever|any slot|doesn't matter when|all day|flexible|any time (?:works|is fine)",
    anyone:
      "anyone|anybody|any (?:master|stylist|specialist|person)|doesn't matter who|someone else|somebody else|no matter who|another (?:master|stylist|specialist|person)",
    instead: 'instead|rather|actually|better',
    hypothetical:
      'if|what happens|is it possible to cancel later|cancellation (?:policy|fee|rules)|fee|free of charge|how do i|how can i|without',
  },
  ordinals: [
    'first|1st|first one|number one|option one',
    'second|2nd|second one|number two|option two',
    'third|3rd|third one|number three|option three',
    'fourth|4th|fourth one|number four|option four',
    'fifth|5th|fifth one|number five|option five',
  ],
  last: 'last|last one',
  clock: {
    hours: {
      one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
    }, // prettier-ignore
    shifted: [
      ['half past {h}', 30],
      ['half {h}', 30],
      ['(?:a )?quarter past {h}', 15],
      ['(?:a )?quarter to {h}', -15],
      ['{h} thirty', 30],
    ],
    at: 'at|around|about|for|@',
    after: 'after|from|past|later than|not before|not earlier than|starting|starting at|since',
    before: 'before|until|till|by|no later than|not later than|earlier than',
    ranges: ['between {h} (?:and|to) {h}', 'from {h} (?:to|till|until) {h}', '{h} (?:to|till) {h}'],
    unit: "o'?clock|h",
    notAnHour:
      'people|persons?|guests?|of us|hours?|hrs|min|mins|minutes?|days?|weeks?|months?|times|st|nd|rd|th|jan*|feb*|mar|march|apr*|may|jun|june|jul|july|aug*|sep*|oct*|nov*|dec*|uah|eur|usd|euros?|dollars?',
    am: 'am|a\\.m\\.?|in the morning',
    pm: 'pm|p\\.m\\.?|in the (?:afternoon|evening)|at night',
    named: [['(?:at )?noon|midday', 720]],
    parts: [
      ['(?:in the )?mornings?|before noon|before lunch', 6, 12],
      ['(?:in the )?afternoons?|after (?:noon|lunch)', 12, 18],
      ['(?:in the )?evenings?|tonight|after work', 17, 23],
      ['(?:at )?(?:lunch|lunchtime|lunch time)', 12, 14],
    ],
  },
  calendar: {
    days: [
      ['(?:the )?day after tomorrow', 2],
      ['tonight', 0],
      ['tmrw|tmr|tomorow|tommorow|tommorrow|2morrow', 1],
    ],
    dayOfMonth: [
      '(?:on )?(?:the )?(\\d{1,2})(?:st|nd|rd|th)(?! (?:one|of|option|slot|time|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)*)',
    ],
    thisWeek: 'this week',
    nextWeek: 'next week',
    weekend: '(?:this |on the |at the )?weekend',
    nextWeekend: 'next weekend',
    next: 'next',
    not: 'not|not on|except',
    noise: 'may(?= (?:i|we|you|be))|may(?=\\?|$)|now|second|last',
  },
  withPerson: 'with|by|see',
};
