import { usageOf } from '../../audit/index/usage-rows.ts';
import { parseQuestion, QuestionError } from '../../audit/questions/parse-question.ts';
import type { ApiRoute } from '../api.ts';
import type { AnswerFromIndex } from './answer-from-index.ts';

const MEMBERS = ['interface', 'consumer', 'field', 'from', 'to'] as const;

/** What was used, by the day, as lineage asks it. */
export function usageRoute(answer: AnswerFromIndex): ApiRoute {
  return {
    method: 'post',
    path: '/audit/usage',
    forAuditors: true,
    handle: (request) =>
      answer(request, async (index) => {
        const { interface: name, consumer, fields, from, to } = parseQuestion(usageQuestion(request.body));
        const filter = { interface: name, consumer, field: fields?.[0]?.field, from, to };
        const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
        const usage = await usageOf(index).usage(given);
        return { query: { usage: given }, rows: usage.length, body: { usage } };
      }),
  };
}

/** Of a question, usage knows these members; its field is one of any interface. */
function usageQuestion(body: unknown): object {
  const asked = (body ?? {}) as Record<string, unknown>;
  const strange = Object.keys(asked).find((name) => !MEMBERS.some((known) => known === name));
  if (strange !== undefined) throw new QuestionError(`usage is asked by ${MEMBERS.join(', ')}`);
  const { field, ...others } = asked;
  return field === undefined ? others : { ...others, fields: [field] };
}
