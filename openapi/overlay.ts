import type { ReferencedFile, SourceMap } from '../catalog/catalog.ts';
import type { Fault } from '../catalog/fault.ts';
import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import { compileJsonPath, type Match, selectByPath } from './json-path.ts';
import { childPointer } from './json-pointer.ts';
import { type Origin, OverlayOrigins } from './overlay-origins.ts';
import { emptyObject, isList, isObject, member, members } from './plain-data.ts';

const ROOT_MEMBERS = ['overlay', 'info', 'extends', 'actions'];
const ACTION_MEMBERS = ['target', 'description', 'update', 'remove', 'copy'];
/** Actions of one overlay, and places that one action may change: each is a walk over the document. */
const MAX_ACTIONS = 500;
const MAX_MATCHES = 20_000;

/** A document after its overlays, with the way back to where each value was written. */
export interface OverlaidDocument {
  readonly document: unknown;
  readonly origins: OverlayOrigins;
  readonly faults: readonly Fault[];
}

/**
 * Applies OpenAPI Overlays (Overlay Specification 1.0.0) in order; the given document stays as it is. A target that is
 * no supported JSONPath or matches nothing is a fault at its place in the overlay, and its action is left out.
 */
export function applyOverlays(
  document: unknown,
  source: SourceMap,
  overlays: readonly ReferencedFile[],
): OverlaidDocument {
  const whole = copy(document);
  const root = { whole, origins: new OverlayOrigins(source, whole) };
  const faults = overlays.flatMap((overlay) => applyOverlay(root, overlay));
  return { document: root.whole, origins: root.origins, faults };
}

interface Root {
  whole: unknown;
  readonly origins: OverlayOrigins;
}

function applyOverlay(root: Root, { content: overlay, source }: ReferencedFile): Fault[] {
  const faults: Fault[] = [];
  const add = (code: string, message: string, pointer: string, severity: Fault['severity'] = 'error'): void => {
    faults.push({ code, message, place: source.locate(pointer), severity });
  };
  const version = member(overlay, 'overlay');
  if (typeof version !== 'string' || !/^1\.[01]\.\d+$/.test(version)) {
    add('overlay-invalid', 'this is no OpenAPI Overlay 1.0; write overlay: 1.0.0 at its head', '/overlay');
    return faults;
  }
  unknownMembers(overlay, ROOT_MEMBERS, '', add);
  const actions = member(overlay, 'actions');
  if (!isList(actions) || actions.length === 0 || actions.length > MAX_ACTIONS) {
    add('overlay-invalid', `an overlay needs a list of 1 to ${MAX_ACTIONS} actions; write them`, '/actions');
    return faults;
  }
  actions.forEach((action, index) => {
    applyAction(root, action, { source, pointer: childPointer('/actions', index) }, add);
  });
  return faults;
}

type AddFault = (code: string, message: string, pointer: string, severity?: Fault['severity']) => void;

function applyAction(root: Root, action: unknown, { source, pointer }: Origin, add: AddFault): void {
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
    removeAll(root, matches, { source, pointer: at }, add);
    return;
  }
  const written = { source, pointer: childPointer(pointer, 'update') };
  for (const match of matches) {
    if (!merge(match.value, update, written, root.origins)) {
      const message = `the target ${quoted(target)} is no object or list that an update could be merged into; choose its parent`;
      add('overlay-invalid', message, at);
      return;
    }
  }
}

/** Last elements first, so that the indexes of those before stay true. */
function removeAll(root: Root, matches: readonly Match[], origin: Origin, add: AddFault): void {
  for (const { holder, key } of [...matches].reverse()) {
    if (holder === undefined) {
      add('overlay-invalid', 'the whole document cannot be removed; choose a part', origin.pointer);
      root.whole = undefined;
      root.origins.replaced(undefined);
      continue;
    }
    if (isMutableList(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
    root.origins.removed(holder, key, origin);
  }
}

function isMutableList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/**
 * Overlay 1.0.0 §4.4.3: objects are merged member by member, to a list the update is appended; others are replaced. False
 * where `value` is none of the first two, or the update does not fit it.
 */
function merge(value: unknown, update: unknown, written: Origin, origins: OverlayOrigins): boolean {
  if (isMutableList(value)) {
    value.push(copy(update));
    origins.appended(value, written);
    return true;
  }
  if (!isObject(value) || !isObject(update)) return false;
  for (const [name, held] of members(update)) {
    const old = member(value, name);
    const at = { source: written.source, pointer: childPointer(written.pointer, name) };
    if (isObject(old) && isObject(held)) merge(old, held, at, origins);
    else if (isMutableList(old) && isList(held)) {
      held.forEach((item, index) => {
        merge(old, item, { source: at.source, pointer: childPointer(at.pointer, index) }, origins);
      });
    } else {
      Reflect.set(value, name, copy(held));
      origins.set(value, name, at);
    }
  }
  return true;
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
