import type { Queries } from '../../storage/database.ts';
import { MOST_NAME } from '../index/insert-rows.ts';
import type { FieldUse, Question } from './question.ts';

/** What `matches` takes where it is not said. */
const SHOWN: readonly FieldUse[] = ['returned', 'masked'];
const COLUMNS: Readonly<Record<FieldUse, string>> = {
  returned: 's.returned',
  masked: 's.masked',
  refused: 's.refused',
  written: 's.written',
};

/**
 * The shapes of entries that a question may be answered by; undefined where it says nothing of what shapes hold. There are
 * as many as places times sets of fields, however long the log is.
 */
export async function askedShapes(queries: Queries, question: Question): Promise<readonly number[] | undefined> {
  const { conditions, values } = conditionsOf(question);
  if (conditions.length === 0) return undefined;
  const rows = await queries.query<{ shape: number }>(
    `SELECT shape FROM audit_index.shapes s LEFT JOIN audit_index.places p USING (place)
     WHERE ${conditions.join(' AND ')} ORDER BY shape`,
    values,
  );
  return rows.map(({ shape }) => shape);
}

/** Of the tables shapes (`s`) and their places (`p`). */
export function conditionsOf(question: Question): {
  readonly conditions: readonly string[];
  readonly values: unknown[];
} {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  const same = (column: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`${column} = ${parameter(value)}`);
  };
  same('p.consumer', question.consumer);
  same('coalesce(s.client, p.client)', question.client);
  same('p.grant_name', question.grant);
  same('p.purpose', question.purpose);
  same('p.interface', question.interface);
  same('p.version', question.version);
  same('p.operation', question.operation);
  same('s.decision', question.decision);
  same('s.code', question.code);
  if (question.types !== undefined) conditions.push(`s.type = ANY (${parameter(question.types)}::text[])`);
  const { fields, fieldUse } = question;
  const lists = listsOf(fieldUse ?? SHOWN);
  if (fields !== undefined) {
    const names = parameter(fields.map(({ field }) => field.slice(0, MOST_NAME)));
    const interfaces = parameter(fields.map((field) => field.interface ?? null));
    conditions.push(
      `EXISTS (SELECT FROM unnest(${names}::text[], ${interfaces}::text[]) AS asked (name, interface)
         JOIN audit_index.list_names n ON n.name = asked.name
         WHERE n.list IN (${lists})
           AND (asked.interface IS NULL OR asked.interface = p.interface))`,
    );
  } else if (fieldUse !== undefined) {
    conditions.push(`coalesce(${lists}) IS NOT NULL`);
  }
  return { conditions, values };
}

/** The columns of some uses, of none a value that nothing is; a use that is none of ours is no part of a statement. */
function listsOf(uses: readonly FieldUse[]): string {
  const columns = Object.entries(COLUMNS).flatMap(([use, column]) => (uses.some((one) => one === use) ? [column] : []));
  return columns.length === 0 ? 'NULL::int' : columns.join(', ');
}
