import { FORMER_KEYWORDS, type MethodSignature, signatureOf } from '../methods.ts';
import { isRecordId } from '../typed-call.ts';
import { type FaultName, OdooRefusal } from './fault.ts';
import type { UnboundCall } from './rpc-request.ts';
import { missingPositional } from './service-call.ts';
import { isOdooList, isOdooObject, isTruthy, OdooFloat, type OdooObject, type OdooValue } from './value.ts';

/** A call whose arguments have names: those of Odoo 19, whichever version it was written for. */
export interface BoundCall {
  readonly model: string;
  readonly method: string;
  /** As they were sent, see `recordIds`; undefined where the method has none. */
  readonly ids: OdooValue | undefined;
  readonly args: OdooObject;
  readonly context: OdooObject | undefined;
  /** `create` got one record, and its client expects an id and not a list. */
  readonly single: boolean;
}

/** Where an action's positional arguments stand among its named ones: the gateway does not know what they are called. */
export const POSITIONAL = 'positional';

/**
 * Names the arguments of a call, as Odoo of that major version would bind them. Throws an OdooRefusal of the class that
 * Odoo raises: unknown, missing, doubled or too many arguments, `ids` by name, a context that is no object.
 */
export function bindCall(call: UnboundCall, major: number): BoundCall {
  const signature = signatureOf(call.method, major);
  return call.form === 'json2' ? bindNamed(call, signature, major) : bindPositional(call, signature, major);
}

function refuse(name: FaultName, message: string): never {
  throw new OdooRefusal(name, message, 'parameter-invalid');
}

function bindNamed(call: UnboundCall, signature: MethodSignature | undefined, major: number): BoundCall {
  const { ids, context, ...given } = call.named;
  const isOnModel = signature?.onModel === true;
  const unprocessable = (message: string): never => refuse('werkzeug.exceptions.UnprocessableEntity', message);
  if (isOnModel && isTruthy(ids)) unprocessable(`cannot call ${call.model}.${call.method} with ids`);
  const args = signature === undefined ? objectOf(Object.entries(given)) : objectOf(renamed(given, call.method, major));
  if (signature === undefined) {
    if (Object.hasOwn(args, POSITIONAL)) unprocessable(`got an unexpected keyword argument '${POSITIONAL}'`);
  } else {
    const [missing] = missingOf(signature, args);
    if (missing !== undefined) unprocessable(`missing a required argument: '${missing}'`);
    const unknown = unknownOf(signature, args);
    if (unknown !== undefined) unprocessable(`got an unexpected keyword argument '${unknown}'`);
  }
  return {
    model: call.model,
    method: call.method,
    ids: isOnModel ? undefined : (ids ?? []),
    args,
    context: contextOf(context),
    single: false,
  };
}

function bindPositional(call: UnboundCall, signature: MethodSignature | undefined, major: number): BoundCall {
  const { context, ...given } = call.named;
  const { method } = call;
  const isOnModel = signature?.onModel === true;
  if (!isOnModel && call.positional.length === 0) {
    refuse('builtins.IndexError', `${major >= 19 ? 'list' : 'tuple'} index out of range`);
  }
  const [ids, rest] = isOnModel ? [undefined, call.positional] : [call.positional[0], call.positional.slice(1)];
  const args =
    signature === undefined
      ? actionArguments(rest, given, method)
      : namedArguments(signature, rest, given, method, major);
  // Odoo looks at the first positional argument to know what to answer, and finds none.
  if (method === 'create' && call.positional.length === 0) {
    refuse('builtins.IndexError', `${major >= 19 ? 'list' : 'tuple'} index out of range`);
  }
  const single = method === 'create' && isOdooObject(args.vals_list);
  return { model: call.model, method, ids, args, context: contextOf(context), single };
}

function actionArguments(rest: readonly OdooValue[], given: OdooObject, method: string): OdooObject {
  if (Object.hasOwn(given, 'ids') || Object.hasOwn(given, POSITIONAL)) {
    const name = Object.hasOwn(given, 'ids') ? 'ids' : POSITIONAL;
    refuse('builtins.TypeError', `${method}() got an unexpected keyword argument '${name}'`);
  }
  return objectOf([...Object.entries(given), ...(rest.length === 0 ? [] : ([[POSITIONAL, rest]] as const))]);
}

function namedArguments(
  signature: MethodSignature,
  rest: readonly OdooValue[],
  given: OdooObject,
  method: string,
  major: number,
): OdooObject {
  const { parameters } = signature;
  if (rest.length > parameters.length) {
    const most = parameters.length + 1;
    const takes = signature.required === parameters.length ? `${most}` : `from ${signature.required + 1} to ${most}`;
    const plural = most === 1 ? '' : 's';
    refuse(
      'builtins.TypeError',
      `${method}() takes ${takes} positional argument${plural} but ${rest.length + 1} were given`,
    );
  }
  const args: Record<string, OdooValue> = Object.create(null);
  for (const [place, value] of rest.entries()) {
    const name = parameters[place];
    if (name !== undefined) args[name] = value;
  }
  for (const [name, value] of renamed(given, method, major)) {
    if (args[name] !== undefined)
      refuse('builtins.TypeError', `${method}() got multiple values for argument '${name}'`);
    args[name] = value;
  }
  const unknown = unknownOf(signature, args);
  if (unknown !== undefined)
    refuse('builtins.TypeError', `${method}() got an unexpected keyword argument '${unknown}'`);
  const missing = missingOf(signature, args);
  if (missing.length > 0) refuse('builtins.TypeError', missingPositional(method, missing));
  return args;
}

/** Arguments under the names of Odoo 19. */
function renamed(given: OdooObject, method: string, major: number): [string, OdooValue][] {
  const former = Object.hasOwn(FORMER_KEYWORDS, method) ? FORMER_KEYWORDS[method] : undefined;
  return Object.entries(given).map(([name, value]) => {
    const known = former !== undefined && Object.hasOwn(former, name) ? former[name] : undefined;
    return [known !== undefined && major <= known.until ? known.name : name, value];
  });
}

function objectOf(members: Iterable<readonly [string, OdooValue]>): OdooObject {
  const object: Record<string, OdooValue> = Object.create(null);
  for (const [name, value] of members) {
    if (object[name] !== undefined) refuse('builtins.TypeError', `got multiple values for argument '${name}'`);
    object[name] = value;
  }
  return object;
}

function missingOf({ parameters, required }: MethodSignature, args: OdooObject): readonly string[] {
  return parameters.slice(0, required).filter((name) => args[name] === undefined);
}

function unknownOf({ parameters, keywords }: MethodSignature, args: OdooObject): string | undefined {
  return Object.keys(args).find((name) => !parameters.includes(name) && keywords?.includes(name) !== true);
}

/** None, false and the like are no context. */
function contextOf(value: OdooValue | undefined): OdooObject | undefined {
  if (!isTruthy(value)) return undefined;
  if (isOdooObject(value)) return value;
  return refuse('builtins.TypeError', 'the context is not an object');
}

/** Most records of one call. */
export const MOST_IDS = 10_000;

/**
 * Ids as a client wrote them: one or a list, order and duplicates kept; nothing (None, false, 0, "", []) is none. Throws
 * an OdooRefusal for numbers that no record can have, and for what Odoo would read as an id although it is none: text,
 * true, objects and floats, which it answers differently by version and method.
 */
export function recordIds(value: OdooValue | undefined): number[] {
  if (isOdooList(value)) {
    if (value.length > MOST_IDS) {
      throw new OdooRefusal('builtins.ValueError', `more than ${MOST_IDS} ids`, 'parameter-invalid');
    }
    return value.map(recordId);
  }
  if (value === undefined || value === null || value === false || value === 0 || value === '') return [];
  if (isOdooObject(value) && Object.keys(value).length === 0) return [];
  return [recordId(value)];
}

function recordId(value: OdooValue): number {
  if (isRecordId(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const message = 'Record does not exist or has been deleted.';
    throw new OdooRefusal('odoo.exceptions.MissingError', message, 'record-not-found');
  }
  throw new OdooRefusal('builtins.TypeError', whyNot(value), 'parameter-invalid');
}

function whyNot(value: OdooValue): string {
  if (isOdooList(value)) return "unhashable type: 'list'";
  if (value instanceof OdooFloat) return "'float' object is not iterable";
  return 'ids are whole numbers';
}
