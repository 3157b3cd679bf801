import type { BoundCall } from '../wire/bind-call.ts';
import type { OdooValue } from '../wire/value.ts';
import type { CallKind, GuardRun, ModelAccess } from './access.ts';
import { type Context, guardContext } from './guard-context.ts';
import type { Scope } from './scope.ts';

/** A call of a method that the consumer may use, on a model that it may see. */
export interface GuardedCall {
  readonly run: GuardRun;
  readonly access: ModelAccess;
  readonly scope: Scope;
  readonly call: BoundCall;
}

/** Carries out one method. Rejects with OdooRefusal. */
export type Perform = (guarded: GuardedCall) => Promise<OdooValue>;

/** What of the client's context goes on. */
export function contextOf({ run, access, call }: GuardedCall, kind: CallKind): Context {
  return guardContext(run, access, kind, call.context);
}
