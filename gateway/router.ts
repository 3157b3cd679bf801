import type { OperationPlan, VersionPlan } from './plan.ts';

export interface RouteMatch {
  readonly plan: OperationPlan;
  readonly pathValues: readonly string[];
}

/** `retired`: the path belongs to a retired version. */
export interface RouteMiss {
  readonly miss: 'path' | 'method' | 'retired';
  /** The version that answers here no more, for miss `retired`. */
  readonly version?: VersionPlan;
  /** Operations that the path has, for miss `method`. */
  readonly others?: readonly OperationPlan[];
}

/** Matches a method and canonical path. Cost does not depend on the number of operations. */
export interface Router {
  match(method: string, path: string): RouteMatch | RouteMiss;
}
