import { coarseOf, foldOf, skeletonsIn, vocalsIn } from '../text/fold.js';
import { koreanKeys } from '../text/hangul.js';
import { bonesOf } from '../text/semitic.js';
import { type Word, type WordMode } from '../text/words.js';
import { groupsOf } from '../tables/words.js';

/** What a term is compared by, beside its text. */
export interface TermKeys {
  /** Legal forms are compared by class alone; their text is `§` and the class. */
  readonly fold: string;
  readonly skeletons: readonly string[];
  /** Consonant classes of the fold; none where sounds are not compared. */
  readonly coarse: readonly string[];
  /** Keys as Korean syllables. */
  readonly syllables: readonly string[];
  readonly groups: readonly number[];
}

interface Sung {
  /** Skeletons with vowels: of a Latin word all of them, of a word in another script the long ones that it writes. */
  readonly vocals: readonly string[];
}

/** Folds shorter than this are not compared by sound. */
const SHORTEST_SOUND = 2;
const SHORTEST_JOINED_SOUND = 7;
const EMPTY: readonly never[] = [];
export const FORM_MARK = '§';
const UNKNOWN: Partial<TermKeys & Sung> = {};
const FORM: TermKeys = { fold: '', coarse: EMPTY, skeletons: EMPTY, syllables: EMPTY, groups: EMPTY };

/** A word, or two neighbours as one, with the keys it is compared by: made when they are first asked for. */
export class Term {
  readonly isForm: boolean;
  private made: TermKeys | undefined;
  private sung: readonly string[] | undefined;
  private named: string | undefined;

  constructor(
    readonly text: string,
    readonly mode: WordMode,
    /** Two words of the name as one. */
    readonly joined: boolean,
    private readonly known: Partial<TermKeys & Sung> = UNKNOWN,
  ) {
    this.isForm = text.startsWith(FORM_MARK);
  }

  get fold(): string {
    return (this.made ??= this.make()).fold;
  }

  get skeletons(): readonly string[] {
    return (this.made ??= this.make()).skeletons;
  }

  get vocals(): readonly string[] {
    return (this.sung ??=
      this.known.vocals ?? (this.mode === 'latin' ? vocalsIn(this.text) : skeletonsIn(this.text)));
  }

  get coarse(): readonly string[] {
    return (this.made ??= this.make()).coarse;
  }

  get syllables(): readonly string[] {
    return (this.made ??= this.make()).syllables;
  }

  get groups(): readonly number[] {
    return (this.made ??= this.make()).groups;
  }

  /** Tells terms apart that are compared differently. */
  get identity(): string {
    return (this.named ??= this.name());
  }

  private name(): string {
    const text = (this.joined ? '+' : '') + this.text;
    if (this.mode === 'latin') return text;
    return `${text}/${(this.mode === 'korean' ? this.syllables : this.vocals).join('|')}`;
  }

  private make(): TermKeys {
    if (this.isForm) return FORM;
    const { text, mode, joined, known } = this;
    const plain = mode === 'latin';
    const numbered = /[0-9]/.test(text);
    const fold = known.fold ?? (mode === 'consonants' ? '' : foldOf(text));
    const sounds = plain && fold.length >= (joined ? SHORTEST_JOINED_SOUND : SHORTEST_SOUND) && !numbered;
    const boneless = mode === 'korean' || mode === 'pinyin' || numbered;
    return {
      fold,
      coarse: known.coarse ?? (sounds ? coarseOf(fold) : EMPTY),
      skeletons:
        known.skeletons ?? (boneless ? EMPTY : bones(known.vocals?.map(bonesOf) ?? skeletonsIn(text))),
      syllables: known.syllables ?? (plain && !joined ? koreanKeys(text) : EMPTY),
      groups: known.groups ?? (plain && !joined ? groupsOf(text, fold) : EMPTY),
    };
  }
}

const bones = (skeletons: readonly string[]): string[] =>
  [...new Set(skeletons)].filter((each) => each !== '');

export const termOf = ({ text, mode, vocals, syllable }: Word, joined: boolean): Term =>
  mode === 'latin'
    ? new Term(text, mode, joined)
    : new Term(text, mode, joined, {
        ...(vocals === undefined ? {} : { vocals }),
        ...(syllable === undefined ? {} : { syllables: [syllable] }),
      });

/** The fold without the servant of Abd-: Hanif of Abdul Hanif. */
export const servedOf = (fold: string): string =>
  fold.length >= 7 && fold.startsWith('abdu') ? fold.slice(4) : fold;
