import { EXPORT_FORMATS, type ExportFormat } from '../../audit/export/export-files.ts';
import { parseQuestion, QuestionError } from '../../audit/questions/parse-question.ts';
import type { ApiAnswer, ApiRoute } from '../api.ts';
import type { ExportJobs } from './export-jobs.ts';

/** Exports: ordered, looked after while they are made, and fetched, by auditors, too. */
export function exportRoutes(jobs: ExportJobs): readonly ApiRoute[] {
  return [
    {
      method: 'post',
      path: '/audit/exports',
      forAuditors: true,
      async handle({ body, actor, now }) {
        const { question = {}, formats } = (body ?? {}) as { question?: unknown; formats?: unknown };
        const wanted = readFormats(formats);
        if (wanted === undefined)
          return fault(400, 'request-malformed', `formats is a list of ${EXPORT_FORMATS.join(', ')}`);
        try {
          const id = await jobs.begin({
            question: parseQuestion(question),
            formats: wanted,
            actor,
            now: new Date(now),
          });
          if (id === undefined) return fault(503, 'busy', 'other exports are under way: try again when one has ended');
          return { status: 202, body: { id } };
        } catch (error) {
          if (!(error instanceof QuestionError)) throw error;
          return fault(400, 'request-malformed', error.message);
        }
      },
    },
    {
      method: 'get',
      path: '/audit/exports/:id',
      forAuditors: true,
      handle({ parameters: { id = '' }, actor }) {
        const state = jobs.stateOf(id, actor);
        return state === undefined ? notThere() : { status: 200, body: state };
      },
    },
    {
      method: 'get',
      path: '/audit/exports/:id/archive',
      forAuditors: true,
      handle({ parameters: { id = '' }, actor }) {
        const content = jobs.archiveOf(id, actor);
        return content === undefined ? notThere() : { status: 200, mediaType: 'application/zip', content };
      },
    },
  ];
}

function readFormats(formats: unknown): readonly ExportFormat[] | undefined {
  const known = EXPORT_FORMATS.filter((format) => Array.isArray(formats) && formats.includes(format));
  return Array.isArray(formats) && known.length > 0 && known.length === formats.length ? known : undefined;
}

function notThere(): ApiAnswer {
  return fault(404, 'not-found', 'there is no such export of yours');
}

function fault(status: number, error: string, detail: string): ApiAnswer {
  return { status, body: { error, detail } };
}
