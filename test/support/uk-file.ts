const COLUMNS =
  'Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,Alias strength,Title,Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,Designation Type,Designation source,Sanctions Imposed,Other Information,UK Statement of Reasons,Address Line 1,Address Line 2,Address Line 3,Address Line 4,Address Line 5,Address Line 6,Address Postal Code,Address Country,Phone number,Website,Email address,Date Designated,D.O.B,Nationality(/ies),National Identifier number,National Identifier additional information,Passport number,Passport additional information,Position,Gender,Town of birth,Country of birth,Type of entity,Subsidiaries,Parent company,Business registration number (s),IMO number,Current owner/operator (s),Previous owner/operator (s),Current believed flag of ship,Previous flags,Type of ship,Tonnage of ship,Length of ship,Year Built,Hull identification number (HIN)';

const cell = (text: string): string => `"${text.replace(/"/g, '""')}"`;

/** The UK Sanctions List with these rows, by column; a column that is not named is empty. `without`: leaves a column out. */
export const ukFile = (
  rows: readonly Readonly<Record<string, string>>[],
  { dated = '01-Nov-2026', without }: { dated?: string; without?: string } = {},
): string => {
  const columns = COLUMNS.split(',').filter((column) => column !== without);
  return [
    `Report Date: ${dated}`,
    columns.join(','),
    ...rows.map((row) => columns.map((column) => cell(row[column] ?? '')).join(',')),
    '',
  ].join('\r\n');
};
