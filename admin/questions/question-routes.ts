import type { ApiRequest, ApiRoute } from '../api.ts';
import type { AnswerFromIndex } from './answer-from-index.ts';
import type { LedgerAsker } from './ledger-asker.ts';
import { type Asked, askedByMembers, askedByOrder } from './parse-asked.ts';
import { REPORT_NAMES } from './reports.ts';

/**
 * The reports of the ledger, for auditors, too. Each can be asked with GET, by query parameters, and with POST, where records
 * and people stand in the body: so they are in no log of a proxy.
 */
export function questionRoutes(answer: AnswerFromIndex, asker: LedgerAsker): readonly ApiRoute[] {
  const handle = (name: (typeof REPORT_NAMES)[number], read: (request: ApiRequest) => Asked): ApiRoute['handle'] => {
    return (request) =>
      answer(request, async (database) => {
        const asked = read(request);
        const { report, rows } = await asker.answer(database, name, asked);
        const { question: _, ...options } = asked;
        return { query: { report: name, question: report.question, ...options }, rows, body: report };
      });
  };
  return REPORT_NAMES.flatMap((name): ApiRoute[] => [
    { method: 'get', path: `/audit/${name}`, forAuditors: true, handle: handle(name, askedByMembers) },
    {
      method: 'post',
      path: `/audit/${name}`,
      forAuditors: true,
      handle: handle(name, ({ body }) => askedByOrder(body)),
    },
  ]);
}
