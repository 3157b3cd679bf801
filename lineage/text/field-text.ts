import type { LineageEdge, LineageNode } from '../graph.ts';
import { classText, copyText, maskedText, ownedText, protocolText, seenText, untilText } from './phrases.ts';
import type { Branch } from './tree.ts';
import type { Ways } from './ways.ts';

/** What stands before a node of one field's lineage: systems, places, who writes them. */
export function originsOf(ways: Ways, node: LineageNode, seen: ReadonlySet<string> = new Set()): Branch[] {
  if (seen.has(node.id)) return [];
  const within = new Set([...seen, node.id]);
  const below = (next: LineageNode) => originsOf(ways, next, within);
  return [
    ...ways.before(node.id, 'owns', 'system').map(([, system]) => ({ line: `owned by ${ownedText(system)}` })),
    ...ways.before(node.id, 'stands', 'place').map(([edge, place]) => ({
      line: `${place.name}${becomesText(edge)}`,
      below: below(place),
    })),
    ...ways.before(node.id, 'stands', 'canonical').map(([edge, canonical]) => ({
      line: `${canonical.name}${becomesText(edge)}`,
      below: below(canonical),
    })),
    ...ways.before(node.id, 'leads', 'place').map(([, place]) => ({ line: `reached through ${place.name}` })),
    ...ways.before(node.id, 'copies', 'place').map(([edge, place]) => ({
      line: `${copyText(edge)} ${place.name}`,
      below: below(place),
    })),
    ...writersOf(ways, node),
  ];
}

/** Who may write a place, or a field of a contract itself where it stands on none. */
function writersOf(ways: Ways, node: LineageNode): Branch[] {
  const fields = ways.before(node.id, 'stores', 'field');
  return fields.flatMap(([, field]) =>
    ways.before(field.id, 'writes', 'grant').map(([edge, grant]) => {
      const consumer = ways.consumerOf(grant);
      return {
        line: `written by ${consumer === undefined ? grant.consumer : ownedText(consumer)}`,
        notes: [
          `as ${field.name} by ${grant.name} ${untilText(grant.until)}${protocolText(grant)}`,
          (edge.operations ?? []).join(', '),
          ...observedNote(edge),
        ],
      };
    }),
  );
}

/** What stands behind a node of one field's lineage: contract fields, and who gets them. */
export function takersOf(ways: Ways, node: LineageNode, seen: ReadonlySet<string> = new Set()): Branch[] {
  if (seen.has(node.id)) return [];
  const within = new Set([...seen, node.id]);
  const below = (next: LineageNode) => takersOf(ways, next, within);
  const fields = (['stands', 'leads'] as const).flatMap((kind) =>
    ways.after(node.id, kind, 'field').map(([edge, field]) => ({
      line: `${kind === 'leads' ? 'leads to ' : ''}${field.name}${becomesText(edge)}`,
      notes: [`${classText(field)}; ${field.lifecycle}`],
      below: orNobody(below(field)),
    })),
  );
  return [
    ...ways.after(node.id, 'stands', 'canonical').flatMap(([, canonical]) => below(canonical)),
    ...fields,
    ...ways.after(node.id, 'reads', 'grant').map(([edge, grant]) => {
      const consumer = ways.consumerOf(grant);
      return { line: consumer === undefined ? grant.consumer : ownedText(consumer), notes: readNotes(edge, grant) };
    }),
    ...ways.after(node.id, 'filters', 'grant').flatMap(([, grant]) => {
      const isRead = ways.after(node.id, 'reads', 'grant').some(([, reader]) => reader === grant);
      return isRead ? [] : [{ line: `decides which records ${grant.consumer} sees, by ${grant.name}` }];
    }),
    ...ways.after(node.id, 'copies', 'place').map(([edge, place]) => ({
      line: `${place.name}, ${copyText(edge)} it`,
      below: below(place),
    })),
  ];
}

function readNotes(edge: LineageEdge, grant: Extract<LineageNode, { kind: 'grant' }>): string[] {
  const masked = maskedText(edge);
  return [
    `by ${grant.name} ${untilText(grant.until)}${protocolText(grant)}${masked === undefined ? '' : `; ${masked}`}`,
    `for: ${grant.purpose}`,
    (edge.operations ?? []).join(', '),
    ...observedNote(edge),
  ];
}

export function observedNote({ observed }: LineageEdge): string[] {
  return observed === undefined ? [] : [seenText(observed)];
}

const NOBODY: readonly Branch[] = [{ line: 'nobody' }];
export const orNobody = (branches: readonly Branch[]): readonly Branch[] => (branches.length === 0 ? NOBODY : branches);

function becomesText({ transforms }: LineageEdge): string {
  return transforms === undefined ? '' : ` (as ${transforms.join(', ')})`;
}
