import type { Operation, Shape } from '../openapi/contract.ts';
import type { Selection, SelectionNode } from '../openapi/selection.ts';
import { elementShape } from './field-place.ts';

/** Where the records stand in the answer of an operation. */
export interface RecordFrame {
  readonly status: number;
  readonly hasContent: boolean;
  /** Undefined where the answer has no content, or none with records. */
  readonly frame: Frame | undefined;
  /** What may be shown of a record. */
  readonly node: SelectionNode | undefined;
}

interface Frame {
  /** One record. */
  readonly shape: Shape;
  /** Properties of a page: the records, and the next cursor. */
  readonly items?: string;
  readonly next: string | undefined;
}

/** The frame of the first answer of success that has content, else of the first at all. */
export function recordFrame(operation: Operation, isList: boolean, selection: Selection | undefined): RecordFrame {
  const { status, shape } = successOf(operation);
  const frame = shape === undefined ? undefined : recordsIn(shape, isList);
  const root = selection?.root;
  const node = frame?.items === undefined ? root : root?.keys.get(frame.items);
  return { status, hasContent: shape !== undefined, frame, node };
}

function successOf(operation: Operation): { readonly status: number; readonly shape: Shape | undefined } {
  const found = [...operation.responses]
    .filter(([status]) => /^2(?:\d\d|XX)$/.test(status))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const [status, response] = found.find(([, { content }]) => content !== undefined) ?? found[0] ?? ['200', undefined];
  const usual = operation.annotation.odoo?.call === 'create' ? 201 : response?.content === undefined ? 204 : 200;
  return { status: /^\d+$/.test(status) ? Number(status) : usual, shape: response?.content?.shape };
}

function recordsIn(shape: Shape, isList: boolean): Frame | undefined {
  if (!isList) return { shape: elementShape(shape), next: undefined };
  if (shape.items !== undefined && shape.fields.size === 0) return { shape: elementShape(shape), next: undefined };
  const envelope = [...shape.fields.values()].filter(({ annotation }) => annotation.envelope === true);
  const items = envelope.find((field) => field.shape.types.has('array') && field.shape.items !== undefined);
  const next = envelope.find((field) => field.shape.types.has('string'));
  return items === undefined ? undefined : { shape: elementShape(items.shape), items: items.name, next: next?.name };
}
