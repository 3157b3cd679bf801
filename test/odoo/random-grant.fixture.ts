import type { Database } from '../../examples/stand-in-odoo/database.ts';
import type { FieldDefinition } from '../../examples/stand-in-odoo/model-definition.ts';
import type { Domain } from '../../odoo/domain.ts';
import type { DatabaseAccess, FieldAccess, ModelAccess } from '../../odoo/guard/access.ts';
import type { FieldKnowledge } from '../../odoo/knowledge.ts';
import { addPath, addSources, type Source } from './field-sources.fixture.ts';
import type { Draw } from './random-twins.fixture.ts';
import { knowledgeOf } from './stand-in-knowledge.fixture.ts';

/** What a consumer may do, and all that follows from it for what its answers may depend on. */
export interface RandomGrant {
  readonly access: DatabaseAccess;
  readonly rules: ReadonlyMap<string, Domain>;
  /** Kept fields that an answer may depend on. */
  readonly equal: ReadonlySet<Source>;
}

const GRANTED = [
  ...['res.partner', 'sale.order', 'sale.order.line', 'product.product', 'product.template', 'res.country'],
  ...['res.partner.bank', 'res.partner.category'],
] as const;

/** Business rules of Odoo itself look at these: a change that they refuse is Odoo's own answer. */
const DECIDES_CHANGES: readonly Source[] = ['sale.order.state', 'res.partner.parent_id', 'res.partner.is_company'];
const CHANGES = ['create', 'update', 'delete'] as const;

export function drawGrant(draw: Draw, db: Database): RandomGrant {
  const knowledge = knowledgeOf(db);
  const equal = new Set<Source>(DECIDES_CHANGES);
  const rules = new Map<string, Domain>();
  const models = new Map<string, ModelAccess>();
  for (const name of GRANTED) {
    const known = knowledge.models.get(name);
    if (known === undefined || !(name === 'res.partner' || draw.chance(5))) continue;
    const fields = new Map<string, FieldAccess>();
    for (const [own, field] of known.fields) {
      if (own !== 'id' && !draw.chance(name === 'res.partner' ? 2 : 3)) continue;
      fields.set(own, drawField(draw, db, name, field, equal, 1));
    }
    const calls = new Set<'read' | 'create' | 'update' | 'delete'>(draw.chance(7) ? ['read'] : []);
    for (const change of CHANGES) if (draw.chance(4)) calls.add(change);
    models.set(name, { knowledge: known, fields, calls, actions: new Set(), context: {} });
  }
  for (const name of GRANTED) if (draw.chance(2)) rules.set(name, drawRule(draw, db, name, equal));
  const access: DatabaseAccess = {
    knowledge,
    models,
    contextKeys: new Set(draw.chance(4) ? ['active_test'] : []),
    companies: undefined,
    mostRecords: draw.pick([3, 100]),
    leastGroup: draw.pick([1, 1, 2]),
  };
  return { access, rules, equal };
}

function drawField(
  draw: Draw,
  db: Database,
  model: string,
  field: FieldKnowledge,
  equal: Set<Source>,
  depth: number,
): FieldAccess {
  const definition = db.field(model, field.name);
  const isId = field.name === 'id';
  const read = isId || draw.chance(7);
  const masked = read && !isId && field.relation === undefined && draw.chance(1);
  const label = read && field.type === 'many2one' && draw.chance(4);
  if (read && !masked) addSources(db, model, field.name, equal);
  // A label is a copy of what names the record behind it.
  if (label) addSources(db, field.relation ?? '', 'display_name', equal);
  const behind =
    read && field.relation !== undefined && depth > 0 && draw.chance(3)
      ? drawBehind(draw, db, field.relation, equal, depth - 1)
      : undefined;
  const writable = !isId && isWritable(definition);
  return {
    knowledge: field,
    id: `${model}.${field.name}`,
    read,
    label,
    create: writable && draw.chance(6),
    update: writable && draw.chance(6),
    mask: masked ? () => '***' : undefined,
    behind,
  };
}

function drawBehind(
  draw: Draw,
  db: Database,
  model: string,
  equal: Set<Source>,
  depth: number,
): ReadonlyMap<string, FieldAccess> {
  const shown = new Map<string, FieldAccess>();
  for (const [name, field] of knowledgeOf(db).models.get(model)?.fields ?? []) {
    if (!draw.chance(1)) continue;
    addSources(db, model, name, equal);
    shown.set(name, { ...drawField(draw, db, model, field, equal, depth), read: true, mask: undefined });
  }
  return shown;
}

const isWritable = (field: FieldDefinition) =>
  field.readonly !== true && field.compute === undefined && field.related === undefined;

/** A record filter over one field or a path. What it looks at is hidden from nobody: it decides which records exist. */
function drawRule(draw: Draw, db: Database, model: string, equal: Set<Source>): Domain {
  const kept = [...db.known(model).fields].filter(
    ([name, field]) =>
      isWritable(field) && ['char', 'float', 'boolean', 'many2one'].includes(field.type) && name !== 'active',
  );
  const [name, field] = draw.pick(kept);
  const path = field.relation === 'res.partner' && draw.chance(4) ? `${name}.country_id` : name;
  addPath(db, model, path, equal);
  if (path !== name || field.type === 'many2one') return [[path, draw.pick(['=', '!=']), draw.pick([1, 2])]];
  if (field.type === 'boolean') return [[name, '=', draw.chance(4)]];
  if (field.type === 'float') return [[name, draw.pick(['>', '<=']), 1]];
  return draw.chance(4) ? [[name, '=', 'alpha']] : ['|', [name, '!=', 'alpha'], [name, '=', false]];
}
