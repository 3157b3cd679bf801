import type { Sourced } from '../catalog/catalog.ts';
import type { Condition, FilterTerm, GrantDocument, Mask, SystemSpec } from '../catalog/documents.ts';
import type { Fault } from '../catalog/fault.ts';
import { suggestion } from '../catalog/nearest-name.ts';
import { quoted } from '../catalog/quoted.ts';
import type { Contract, Field, Operation, Shape } from './contract.ts';
import { fieldsById, ruleRoots } from './contract-index.ts';
import { findField } from './find-field.ts';
import { type FieldRules, hasFields, mayBeScalar } from './granted-places.ts';
import { childPointer } from './json-pointer.ts';
import { GrantTooLarge, resolveSelection, writablePlaces } from './resolve-grant.ts';
import type { Selection, SelectionNode } from './selection.ts';
import { throughArrays } from './through-arrays.ts';

const NO_RULES: FieldRules = Object.freeze({});

/** Who must have approved that a restricted field leaves unmasked. */
const RESTRICTED_APPROVERS = ['data-owner', 'security-officer'];

/**
 * Every fault of a grant against the contract of the version it is for: names that do not exist, rules that say less or
 * more than they seem to, fields that may not be granted so. Faults stand in the grant's document.
 */
export function checkGrant(
  grant: Sourced<GrantDocument>,
  contract: Contract,
  systemType: SystemSpec['type'] = 'odoo',
): Fault[] {
  return new GrantCheck(grant, contract, systemType).run();
}

/** As many characters of a restricted value as `last-4` shows. */
const MOST_SHOWN = 4;

class GrantCheck {
  readonly #grant: Sourced<GrantDocument>;
  readonly #contract: Contract;
  readonly #systemType: SystemSpec['type'];
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #faults: Fault[] = [];
  readonly #fieldNames: ReadonlySet<string>;
  /** Where the rule stands that names a field, by field id. */
  readonly #readRules = new Map<string, string>();
  readonly #selected = new Map<string, { unmasked: boolean; pointer: string }>();

  constructor(grant: Sourced<GrantDocument>, contract: Contract, systemType: SystemSpec['type']) {
    this.#grant = grant;
    this.#systemType = systemType;
    this.#contract = contract;
    this.#shapes = ruleRoots(contract);
    this.#fieldNames = new Set([...fieldsById(contract).values()].map((field) => field.name));
  }

  run(): Fault[] {
    const { spec } = this.#grant.document;
    const operations = this.#operations();
    this.#rules('read', spec.read ?? {});
    this.#rules('write', spec.write ?? {});
    for (const { operation, pointer } of operations) {
      try {
        this.#checkOperation(operation, pointer);
      } catch (error) {
        if (!(error instanceof GrantTooLarge)) throw error;
        this.#add('grant-too-large', `${error.message} Grant fewer fields, or by fewer ways`, pointer);
        return this.#faults;
      }
    }
    this.#checkSelected();
    this.#checkUnused(operations.map(({ operation }) => operation));
    this.#checkMasks();
    for (const [schema, terms] of Object.entries(spec.filter ?? {})) this.#filter(schema, terms);
    return this.#faults;
  }

  #checkOperation(operation: Operation, pointer: string): void {
    const { read, masks, write } = this.#grant.document.spec;
    const selection = resolveSelection(this.#contract, operation, read ?? NO_RULES, masks ?? {});
    if (selection !== undefined) this.#noteSelection(selection, pointer);
    this.#checkParameters(operation, selection, pointer);
    this.#checkBody(operation, write ?? NO_RULES, pointer);
  }

  #add(code: string, message: string, pointer: string, severity: Fault['severity'] = 'error'): void {
    this.#faults.push({ code, message, place: this.#grant.source.locate(pointer), severity });
  }

  #operations(): { operation: Operation; pointer: string }[] {
    return this.#grant.document.spec.operations.flatMap((id, index) => {
      const pointer = childPointer('/spec/operations', index);
      const operation = this.#contract.operations.get(id);
      if (operation !== undefined) return [{ operation, pointer }];
      const hint = suggestion(id, this.#contract.operations.keys()) || '; name an operationId of the document';
      this.#add('operation-unknown', `the interface has no operation ${quoted(id)}${hint}`, pointer);
      return [];
    });
  }

  /** The fields on the way to what a rule names; undefined, with a fault, where it leads nowhere. */
  #find(schema: string, path: string, pointer: string): readonly Field[] | undefined {
    const shape = this.#shapes.get(schema);
    if (shape === undefined) {
      const renamed = this.#contract.shapes.get(schema)?.name;
      const hint =
        renamed === undefined
          ? suggestion(schema, this.#shapes.keys())
          : `; its fields are those of ${quoted(renamed)}`;
      this.#add(
        'schema-unknown',
        `the interface has no schema ${quoted(schema)} to grant from${hint || '; correct the name'}`,
        pointer,
      );
      return undefined;
    }
    const found = findField(shape, path);
    if (found.fields !== undefined) return found.fields;
    const hint = suggestion(found.unknown, found.candidates) || '; name a property of the document';
    const where = found.within === '' ? quoted(schema) : quoted(`${schema}.${found.within}`);
    this.#add('field-unknown', `${where} has no field ${quoted(found.unknown)}${hint}`, pointer);
    return undefined;
  }

  #rules(kind: 'read' | 'write', rules: FieldRules): void {
    for (const [schema, paths] of Object.entries(rules)) {
      const at = childPointer(`/spec/${kind}`, schema);
      paths.forEach((path, index) => {
        const pointer = childPointer(at, index);
        const way = this.#find(schema, path, this.#shapes.has(schema) ? pointer : at);
        const field = way?.at(-1);
        if (way === undefined || field === undefined) return;
        if (kind === 'read') this.#readRules.set(field.id, pointer);
        this.#checkCredential(way, path, pointer);
        this.#checkLeaf(kind, schema, path, field, rules, pointer);
        if (kind === 'write' && field.readOnly) {
          this.#add(
            'write-read-only',
            `${quoted(`${schema}.${path}`)} is read-only in the document; remove it`,
            pointer,
          );
        }
        if (kind === 'read' && field.writeOnly) {
          this.#add(
            'read-write-only',
            `${quoted(`${schema}.${path}`)} is write-only in the document; remove it`,
            pointer,
          );
        }
      });
    }
  }

  #checkCredential(way: readonly Field[], path: string, pointer: string): void {
    if (!way.some((field) => field.annotation.tags.includes('credential'))) return;
    this.#add('credential-granted', `${quoted(path)} is a credential and can never be granted; remove it`, pointer);
  }

  /** An object is granted by its leaves: naming it alone lets nothing through, and must not look as if it did. */
  #checkLeaf(
    kind: 'read' | 'write',
    schema: string,
    path: string,
    field: Field,
    rules: FieldRules,
    pointer: string,
  ): void {
    const shapes = throughArrays(field.shape);
    if (mayBeScalar(shapes)) return;
    const named = quoted(`${schema}.${path}`);
    if (!hasFields(shapes)) {
      if (shapes.every(({ types }) => types.size === 1 && types.has('null'))) return;
      const message = `${named} is an object whose properties the document does not describe; describe them, then grant them`;
      this.#add('object-granted-as-leaf', message, pointer);
      return;
    }
    const below = [...shapes].some(
      (shape) =>
        [...shape.fields.values()].some((inner) => inner.annotation.envelope === true) ||
        Object.entries(rules).some(([other, paths]) =>
          paths.some((rule) => rule !== '' && `${other}.${rule}`.startsWith(`${shape.path}.`)),
        ),
    );
    const passed = (rules[schema] ?? []).some((rule) => rule.startsWith(`${path}.`));
    if (below || passed) return;
    const verb = kind === 'read' ? 'read' : 'written';
    const message = `${named} is an object and grants nothing by itself; name what may be ${verb} in it`;
    this.#add('object-granted-as-leaf', message, pointer);
  }

  #noteSelection(selection: Selection, pointer: string): void {
    const seen = new Set<SelectionNode>([selection.root]);
    for (const node of seen) {
      for (const next of node.keys.values()) seen.add(next);
      if (node.entries !== undefined) seen.add(node.entries);
      if (node.field === '') continue;
      const before = this.#selected.get(node.field);
      // A container of masked values is masked as far as it shows anything.
      const unmasked = node.mask === undefined || !hides(node.mask);
      this.#selected.set(node.field, {
        unmasked: unmasked || before?.unmasked === true,
        pointer: before?.pointer ?? pointer,
      });
    }
  }

  /** A parameter that the upstream understands as a filter would answer questions about a field that is not granted. */
  #checkParameters(operation: Operation, selection: Selection | undefined, pointer: string): void {
    const shown = new Set((selection?.fields ?? []).map((id) => id.slice(id.lastIndexOf('.') + 1)));
    for (const { name, in: place, role } of operation.parameters) {
      if (place !== 'query' || role !== 'forward' || !this.#fieldNames.has(name) || shown.has(name)) continue;
      const mend = 'annotate the parameter as filter or ignored if it filters by that field';
      const message = `${quoted(operation.id)} forwards the parameter ${quoted(name)}, named like a field that is not granted; ${mend}`;
      this.#add('parameter-names-hidden-field', message, pointer, 'warning');
    }
  }

  #checkSelected(): void {
    const roles = new Set((this.#grant.document.spec.approvals ?? []).map((approval) => approval.role));
    const missing = RESTRICTED_APPROVERS.filter((role) => !roles.has(role));
    const fields = fieldsById(this.#contract);
    for (const [id, { unmasked, pointer }] of this.#selected) {
      const field = fields.get(id);
      if (field === undefined) continue;
      const place = this.#readRules.get(id) ?? pointer;
      if (field.annotation.tags.includes('credential') && !this.#readRules.has(id))
        this.#checkCredential([field], id, place);
      if (field.annotation.class !== 'restricted' || !unmasked || missing.length === 0) continue;
      const mend = `mask it, or have it approved by the roles ${missing.join(' and ')}`;
      this.#add(
        'restricted-without-mask-or-approval',
        `${quoted(id)} is restricted and would leave as it is; ${mend}`,
        place,
      );
    }
  }

  #checkUnused(operations: readonly Operation[]): void {
    if (operations.length === 0) return;
    for (const [id, pointer] of this.#readRules) {
      if (this.#selected.has(id)) continue;
      const message = `${quoted(id)} is in no answer of the granted operations; remove the rule, or grant what leads to it`;
      this.#add('rule-unused', message, pointer, 'warning');
    }
  }

  #checkMasks(): void {
    for (const key of Object.keys(this.#grant.document.spec.masks ?? {})) {
      const pointer = childPointer('/spec/masks', key);
      const schema = [...this.#shapes.keys()]
        .filter((name) => key.startsWith(`${name}.`))
        .sort((a, b) => b.length - a.length)[0];
      const [head = '', ...rest] = key.split('.');
      const found = this.#find(
        schema ?? head,
        schema === undefined ? rest.join('.') : key.slice(schema.length + 1),
        pointer,
      );
      const field = found?.at(-1);
      if (field === undefined || this.#selected.has(field.id)) continue;
      this.#add(
        'mask-not-read',
        `${quoted(key)} is masked but not granted for reading; grant it, or remove the mask`,
        pointer,
      );
    }
  }

  #checkBody(operation: Operation, write: FieldRules, pointer: string): void {
    const places = writablePlaces(operation, write);
    const granted = new Set(places.filter((place) => place.granted).map((place) => place.field.id));
    const reported = new Set<string>();
    for (const { field, granted: isGranted } of places) {
      if (isGranted || reported.has(field.id)) continue;
      reported.add(field.id);
      const name = quoted(field.id);
      if (granted.has(field.id)) {
        const message = `${name} would be writable at one place of ${quoted(operation.id)} and not at another; grant it by its own schema`;
        this.#add('write-ambiguous', message, pointer);
      } else if (field.required && !field.readOnly) {
        const message = `${quoted(operation.id)} needs ${name}, which the grant does not let write; add it, or the call always fails`;
        this.#add('required-not-writable', message, pointer, 'warning');
      }
    }
  }

  #filter(schema: string, terms: readonly FilterTerm[]): void {
    terms.forEach((term, index) => {
      const pointer = childPointer(childPointer('/spec/filter', schema), index);
      const conditions: readonly Condition[] = 'or' in term ? term.or : [term];
      conditions.forEach((condition, number) => {
        this.#condition(schema, condition, 'or' in term ? `${pointer}/or/${number}` : pointer);
      });
    });
  }

  #condition(schema: string, [path, , value]: Condition, pointer: string): void {
    const field = this.#find(schema, path, childPointer(pointer, 0))?.at(-1);
    // On http systems the filter is a parameter of the operation; compiling the grant says where one is missing.
    if (this.#systemType === 'odoo' && field !== undefined && field.annotation.odoo === undefined) {
      const message = `${quoted(`${schema}.${path}`)} has no place in Odoo to filter by; annotate it with odoo, or choose another field`;
      this.#add('filter-without-place', message, childPointer(pointer, 0));
    }
    if (typeof value !== 'object' || value === null || !('linkedFrom' in value)) return;
    const link = value.linkedFrom;
    const from = [...this.#shapes.keys()].find((name) => link.startsWith(`${name}.`)) ?? link.split('.')[0] ?? '';
    this.#find(from, link.slice(from.length + 1), `${pointer}/2/linkedFrom`);
  }
}

/** A mask that lets long beginnings through hides nothing: it does not stand in for an approval. */
function hides(mask: Mask): boolean {
  return mask.type !== 'truncate' || mask.length <= MOST_SHOWN;
}
