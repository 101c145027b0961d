import type { Settings } from '#libs/config';
import { LISTS, type ListName } from '../../domain/sources.js';

/** The files of each list, by part. */
export const filesOf = ({ kyb }: Settings): Readonly<Record<ListName, Readonly<Record<string, string>>>> => {
  const ofac = (file: string): string => `${kyb.ofacListUrl.replace(/\/+$/, '')}/${file}`;
  return {
    eu: { list: kyb.euListUrl },
    un: { list: kyb.unListUrl },
    uk: { list: kyb.ukListUrl },
    ofac_sdn: {
      primary: ofac('SDN.CSV'),
      aliases: ofac('ALT.CSV'),
      addresses: ofac('ADD.CSV'),
      comments: ofac('SDN_COMMENTS.CSV'),
    },
    ofac_cons: {
      primary: ofac('CONS_PRIM.CSV'),
      aliases: ofac('CONS_ALT.CSV'),
      addresses: ofac('CONS_ADD.CSV'),
      comments: ofac('CONS_COMMENTS.CSV'),
    },
  };
};

/** The lists that are switched on. */
export const listsOf = ({ kyb }: Settings): readonly ListName[] =>
  kyb.lists.length === 0 ? LISTS : LISTS.filter((list) => kyb.lists.includes(list));
