import type { Contract, Field, Shape } from './contract.ts';
import { members } from './plain-data.ts';

/** Tells whether a text speaks of something that a consumer may not know of. */
export type Hides = (text: string) => boolean;

/**
 * Makes the check for one consumer: every name of a field, schema or operation of the contract that is not among the
 * `visible` ones, in any spelling (`creditLimit`, `credit_limit`, `Credit limit`). It errs on the side of silence: a
 * hidden field called `note` also silences a text about notes.
 */
export function hiddenNames(contract: Contract, visible: Iterable<string>): Hides {
  const shown = new Set([...visible].map(squash));
  const hidden = new Set<string>();
  const add = (name: string): void => {
    const squashed = squash(name);
    if (squashed !== '' && !shown.has(squashed)) hidden.add(squashed);
  };
  for (const name of namesOf(contract)) add(name);
  return (text) => {
    const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
    for (let start = 0; start < words.length; start += 1) {
      let joined = '';
      for (const word of words.slice(start, start + 5)) {
        joined += squash(word);
        if (hidden.has(joined)) return true;
      }
    }
    return false;
  };
}

function* namesOf(contract: Contract): Iterable<string> {
  for (const [name] of members((contract.document.components as Record<string, unknown> | undefined)?.schemas))
    yield name;
  for (const id of contract.operations.keys()) yield id;
  const seen = new Set<ReadonlyMap<string, Field>>();
  const waiting: Shape[] = [...contract.shapes.values()];
  for (const { requestBody, responses } of contract.operations.values()) {
    if (requestBody !== undefined) waiting.push(requestBody.content.shape);
    for (const { content } of responses.values()) if (content !== undefined) waiting.push(content.shape);
  }
  for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
    if (seen.has(shape.fields)) continue;
    seen.add(shape.fields);
    if (shape.items !== undefined) waiting.push(shape.items);
    if (shape.entries !== undefined) waiting.push(shape.entries.shape);
    for (const [name, field] of shape.fields) {
      yield name;
      waiting.push(field.shape);
    }
  }
}

function squash(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
