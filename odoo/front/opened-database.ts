import type { GrantDocument } from '../../catalog/documents.ts';
import type { GrantedOperation } from '../../gateway/plan.ts';
import type { OdooOperation } from '../../openapi/contract.ts';
import type { BindRules } from '../access/bind-rules.ts';
import type { DatabaseAccess } from '../guard/access.ts';
import { isAskedOfLinked, linkingModel } from '../guard/linked-model.ts';
import { namesNone } from '../guard/record-ids.ts';
import { signatureOf } from '../methods.ts';
import type { UnboundCall } from '../wire/rpc-request.ts';

/** A granted operation as the Odoo protocols serve it. */
export interface ServedOperation {
  readonly granted: GrantedOperation;
  readonly model: string;
  readonly call: OdooOperation['call'];
  /** Of an action. */
  readonly method: string | undefined;
}

/** What grants give together, and which records. */
export interface Opened {
  readonly access: DatabaseAccess;
  readonly bindRules: BindRules;
}

/** What a consumer may do with a database while certain of its grants hold. */
export interface DatabaseView extends Opened {
  /** The operation that covers a call; undefined for everything that is hidden, unknown or not granted. */
  find(call: UnboundCall): GrantedOperation | undefined;
}

/** What an authorized call runs with. */
export interface CallAccess {
  readonly database: OpenedDatabase;
  readonly view: DatabaseView;
}

interface OpenedGrant {
  readonly grant: GrantDocument;
  readonly operations: readonly ServedOperation[];
}

/** Grants end and windows shut one by one: so many combinations of them are kept ready. */
const MOST_VIEWS = 64;

/** One Odoo database as one consumer sees it: through those of its grants that hold at the moment. */
export class OpenedDatabase {
  readonly name: string;
  /** Odoo's major version. */
  readonly major: number;
  readonly #grants: readonly OpenedGrant[];
  readonly #open: (operations: readonly ServedOperation[]) => Opened;
  readonly #views = new Map<string, DatabaseView>();

  /** `open` puts together what operations give. Throws what it throws for all of them. */
  constructor(
    binding: { readonly name: string; readonly major: number },
    operations: readonly ServedOperation[],
    open: (operations: readonly ServedOperation[]) => Opened,
  ) {
    this.name = binding.name;
    this.major = binding.major;
    const grants = new Map<GrantDocument, ServedOperation[]>();
    for (const operation of operations) {
      const { grant } = operation.granted;
      const own = grants.get(grant) ?? [];
      own.push(operation);
      grants.set(grant, own);
    }
    this.#grants = [...grants].map(([grant, own]) => ({ grant, operations: own }));
    this.#open = open;
    this.#viewOf(this.#grants);
  }

  get grants(): readonly GrantDocument[] {
    return this.#grants.map(({ grant }) => grant);
  }

  /** What the grants that hold give together; undefined where none does. */
  view(holds: (grant: GrantDocument) => boolean): DatabaseView | undefined {
    const held = this.#grants.filter(({ grant }) => holds(grant));
    return held.length === 0 ? undefined : this.#viewOf(held);
  }

  #viewOf(held: readonly OpenedGrant[]): DatabaseView {
    const key = held.map(({ grant }) => grant.metadata.name).join(' ');
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const operations = held.flatMap((one) => one.operations);
    const opened = this.#open(operations);
    const view: DatabaseView = { ...opened, find: operationFinder(operations, this.major, opened.access) };
    if (this.#views.size < MOST_VIEWS) this.#views.set(key, view);
    return view;
  }
}

/** By model and what is done; the first operation of a kind stands for all of them in the record. */
function operationFinder(
  operations: readonly ServedOperation[],
  major: number,
  access: DatabaseAccess,
): DatabaseView['find'] {
  const byCall = new Map<string, GrantedOperation>();
  for (const { granted, model, call, method } of operations) {
    const key = call === 'action' ? `${model} action ${method}` : `${model} ${call}`;
    if (!byCall.has(key)) byCall.set(key, granted);
  }
  const named = (model: string, ...calls: readonly ServedOperation['call'][]): GrantedOperation | undefined => {
    for (const call of calls) {
      const found = byCall.get(`${model} ${call}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (call) => {
    const { model, method, form, positional } = call;
    const linking = isAskedOfLinked(method) ? linkingModel(access, model) : undefined;
    if (linking !== undefined) return named(linking, 'get', 'list');
    const signature = signatureOf(method, major);
    if (signature === undefined) return byCall.get(`${model} action ${method}`);
    switch (signature.kind) {
      case 'read':
        return signature.onModel ? named(model, 'list', 'get') : named(model, 'get', 'list');
      case 'save':
        return named(model, namesNone(form === 'json2' ? call.named.ids : positional[0]) ? 'create' : 'update');
      default:
        return named(model, signature.kind) ?? byCall.get(`${model} action ${method}`);
    }
  };
}
