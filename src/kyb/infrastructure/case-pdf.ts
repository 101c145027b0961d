import PDFDocument from 'pdfkit';
import type { CaseExport } from '../application/alerts/case-file.js';
import { registerFonts, writeLine } from './pdf-text.js';

const SIZES = { title: 16, heading: 12, text: 9, small: 7 } as const;

const shown = (value: unknown): string =>
  value === null || value === undefined
    ? '-'
    : typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : JSON.stringify(value);

/** A case file as people read it, A4; the hashes of the JSON file at its end tie the two together. */
export const casePdf = ({ file, manifest }: CaseExport): Promise<Buffer> =>
  new Promise((done, fail) => {
    const document = new PDFDocument({
      size: 'A4',
      margin: 50,
      bufferPages: true,
      info: { Title: `Case ${file.case.id}`, Producer: 'Frontdesk', CreationDate: new Date(file.exportedAt) },
    });
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => done(Buffer.concat(chunks)));
    document.on('error', fail);

    registerFonts(document);
    const heading = (text: string): void => {
      document.moveDown();
      writeLine(document, text, { weight: 'bold', size: SIZES.heading });
    };
    const line = (name: string, value: unknown): void => {
      writeLine(document, `${name}: `, { weight: 'bold', size: SIZES.text, continued: true });
      writeLine(document, shown(value), { weight: 'regular', size: SIZES.text });
    };
    const { counterparty, alerts, evidence, risk } = file;
    document.font('Helvetica-Bold').fontSize(SIZES.title).text('Case file');
    line('Case', `${file.case.id} (${file.case.state})`);
    line('Priority', file.case.priority);
    line('Opened', file.case.openedAt);
    line('To be decided by', file.case.dueAt);
    line('Closed', file.case.closedAt);
    line('Exported', file.exportedAt);

    for (const { at, kind, actor, facts } of file.case.history)
      line(shown(at), `${kind} by ${actor} ${shown(facts)}`);

    heading('Counterparty');
    line('Names', counterparty.names.join('; '));
    for (const name of [
      'kind',
      'country',
      'birthDate',
      'vatNumber',
      'lei',
      'registerNumber',
      'reference',
    ] as const)
      if (counterparty[name] !== null) line(name, counterparty[name]);
    line('Id', counterparty.id);

    const [latest] = risk;
    heading('Risk');
    line('Score', latest ? `${latest.score} of 100` : 'not computed');
    for (const { factor, points, cause } of latest?.factors ?? [])
      line(factor, `${points}${cause ? ` (${cause})` : ''}`);

    for (const alert of alerts) {
      heading(`Alert: ${alert.subject}`);
      line(
        'State',
        alert.disposition ? `${alert.state}, ${alert.disposition} (${alert.reasonCode ?? ''})` : alert.state,
      );
      line('Severity', alert.severity);
      if (alert.score !== null) line('Score', `${(alert.score / 100).toFixed(2)} %`);
      if (alert.entryHash) line('Entry', alert.entryHash);
      line('Proposed', alert.proposedBy ? `${alert.proposedBy} at ${shown(alert.proposedAt)}` : null);
      line('Decided', alert.decidedBy ? `${alert.decidedBy} at ${shown(alert.decidedAt)}` : null);
      for (const { at, kind, actor, note } of alert.history)
        line(shown(at), `${kind} by ${actor}${note === null ? '' : `: ${note}`}`);
    }

    for (const { checkId, document: proof, sha256, intact, replay, entries } of evidence) {
      heading(`Check ${checkId}`);
      line('Source', `${proof.source}: ${proof.state}${proof.reason ? ` (${proof.reason})` : ''}`);
      line('When', `${proof.startedAt} to ${proof.finishedAt}`);
      if (proof.lists.length > 0)
        line(
          'Editions',
          proof.lists.map(({ list, number, contentHash }) => `${list} #${number} ${contentHash}`).join('; '),
        );
      if (proof.matcherVersion) line('Matcher', `${proof.matcherVersion}, ${shown(proof.settings)}`);
      for (const hit of proof.hits) {
        const entry = entries.find(
          ({ list, entryId }) => list === hit.list && entryId === hit.entryId,
        )?.entity;
        line(`Hit ${hit.list}:${hit.entryId}`, `${hit.band}, ${(hit.score / 100).toFixed(2)} %`);
        if (entry) line('Listed as', entry.names.map(({ text }) => text).join('; '));
      }
      for (const { method, url, status, responseSha256 } of proof.exchanges)
        line(`${method} ${url}`, `${status ?? 'no answer'}, SHA-256 ${responseSha256 ?? '-'}`);
      line(
        'Evidence',
        `SHA-256 ${sha256}, ${intact ? 'as written down' : 'NOT as written down'}; replay: ${replay}`,
      );
    }

    heading('Manifest of the JSON file');
    document.font('Helvetica').fontSize(SIZES.small);
    for (const [part, sha256] of Object.entries(manifest.parts)) document.text(`${part}: ${sha256}`);
    document.text(`all: ${manifest.sha256}`);
    const { count } = document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      document.switchToPage(page);
      document
        .fontSize(SIZES.small)
        .text(`${file.case.id}   ${page + 1} / ${count}`, 50, 805, { lineBreak: false });
    }
    document.end();
  });
