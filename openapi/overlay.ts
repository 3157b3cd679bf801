import type { SourceMap } from '../catalog/catalog.ts';
import type { Fault } from '../catalog/fault.ts';
import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import { compileJsonPath, type Match, selectByPath } from './json-path.ts';
import { childPointer } from './json-pointer.ts';
import { emptyObject, isList, isObject, member, members } from './plain-data.ts';

const ROOT_MEMBERS = ['overlay', 'info', 'extends', 'actions'];
const ACTION_MEMBERS = ['target', 'description', 'update', 'remove', 'copy'];
/** Actions of one overlay, and places that one action may change: each is a walk over the document. */
const MAX_ACTIONS = 500;
const MAX_MATCHES = 20_000;

/**
 * Applies an OpenAPI Overlay (Overlay Specification 1.0.0) and gives the changed document; the given one stays as it is.
 * A target that is no supported JSONPath or matches nothing is a fault at its place in the overlay, and its action is
 * left out.
 */
export function applyOverlay(
  document: unknown,
  overlay: unknown,
  source: SourceMap,
): { readonly document: unknown; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const add = (code: string, message: string, pointer: string, severity: Fault['severity'] = 'error'): void => {
    faults.push({ code, message, place: source.locate(pointer), severity });
  };
  const version = member(overlay, 'overlay');
  if (typeof version !== 'string' || !/^1\.[01]\.\d+$/.test(version)) {
    add('overlay-invalid', 'this is no OpenAPI Overlay 1.0; write overlay: 1.0.0 at its head', '/overlay');
    return { document, faults };
  }
  unknownMembers(overlay, ROOT_MEMBERS, '', add);
  const actions = member(overlay, 'actions');
  if (!isList(actions) || actions.length === 0 || actions.length > MAX_ACTIONS) {
    add('overlay-invalid', `an overlay needs a list of 1 to ${MAX_ACTIONS} actions; write them`, '/actions');
    return { document, faults };
  }
  const root = { whole: copy(document) };
  actions.forEach((action, index) => {
    applyAction(root, action, childPointer('/actions', index), add);
  });
  return { document: root.whole, faults };
}

type AddFault = (code: string, message: string, pointer: string, severity?: Fault['severity']) => void;

function applyAction(root: { whole: unknown }, action: unknown, pointer: string, add: AddFault): void {
  const target = member(action, 'target');
  const at = childPointer(pointer, 'target');
  if (typeof target !== 'string') {
    add('overlay-invalid', 'an action needs a target; write a JSONPath', pointer);
    return;
  }
  unknownMembers(action, ACTION_MEMBERS, pointer, add);
  if (member(action, 'copy') !== undefined) {
    add('overlay-invalid', 'copy is not supported; write the content as update', childPointer(pointer, 'copy'));
    return;
  }
  const path = compileJsonPath(target);
  if (path === undefined) {
    const mend = "write it with .name, ['name'], [0], [*], ..name or [?@.name=='x']";
    add('overlay-target-unsupported', `the target ${quoted(target)} is no supported JSONPath; ${mend}`, at);
    return;
  }
  const update = member(action, 'update');
  const remove = member(action, 'remove') === true;
  if (update === undefined && !remove) {
    add('overlay-invalid', 'an action needs update or remove: true; add one', pointer);
    return;
  }
  const matches = selectByPath(root.whole, path);
  if (matches.length === 0) {
    add('overlay-no-match', `the target ${quoted(target)} matches nothing in the document; correct it`, at);
    return;
  }
  if (matches.length > MAX_MATCHES) {
    add('overlay-invalid', `the target ${quoted(target)} matches more than ${MAX_MATCHES} places; narrow it`, at);
    return;
  }
  if (remove) {
    removeAll(root, matches, at, add);
    return;
  }
  for (const match of matches) {
    const holder = match.holder;
    const value = merged(match.value, update);
    if (value === undefined) {
      const message = `the target ${quoted(target)} is no object or list that an update could be merged into; choose its parent`;
      add('overlay-invalid', message, at);
      return;
    }
    if (holder === undefined) root.whole = value;
    else Reflect.set(holder, match.key, value);
  }
}

/** Last elements first, so that the indexes of those before stay true. */
function removeAll(root: { whole: unknown }, matches: readonly Match[], pointer: string, add: AddFault): void {
  for (const { holder, key } of [...matches].reverse()) {
    if (holder === undefined) {
      add('overlay-invalid', 'the whole document cannot be removed; choose a part', pointer);
      root.whole = undefined;
    } else if (isMutableList(holder)) {
      holder.splice(Number(key), 1);
    } else {
      Reflect.deleteProperty(holder, key);
    }
  }
}

function isMutableList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** Overlay 1.0.0 §4.4.3: objects are merged member by member, to a list the update is appended; others are replaced. */
function merged(value: unknown, update: unknown): unknown {
  if (isMutableList(value)) {
    value.push(copy(update));
    return value;
  }
  if (!isObject(value) || !isObject(update)) return undefined;
  for (const [name, held] of members(update)) {
    const old = member(value, name);
    if (isObject(old) && isObject(held)) merged(old, held);
    else if (isMutableList(old) && isList(held)) old.push(...held.map(copy));
    else Reflect.set(value, name, copy(held));
  }
  return value;
}

/** A null-prototype copy that may be changed. */
function copy(value: unknown): unknown {
  if (isList(value)) return value.map(copy);
  if (!isObject(value)) return value;
  const out = emptyObject();
  for (const [name, held] of members(value)) out[name] = copy(held);
  return out;
}

function unknownMembers(value: unknown, known: readonly string[], pointer: string, add: AddFault): void {
  for (const [name] of members(value)) {
    if (known.includes(name) || name.startsWith('x-')) continue;
    add('overlay-invalid', `${quoted(name)} is not known here${suggestion(name, known)}`, childPointer(pointer, name));
  }
}
