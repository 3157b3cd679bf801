import type { Database } from '../../examples/stand-in-odoo/database.ts';
import { isStored } from '../../examples/stand-in-odoo/model-definition.ts';
import type { DatabaseKnowledge, FieldKnowledge, ModelKnowledge } from '../../odoo/knowledge.ts';

const INHERITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'product.product': { 'product.template': 'product_tmpl_id' },
};

const known = new Map<number, DatabaseKnowledge>();

/** What an import would learn of the stand-in's models. */
export function knowledgeOf(db: Database): DatabaseKnowledge {
  const found = known.get(db.version) ?? learn(db);
  known.set(db.version, found);
  return found;
}

function learn(db: Database): DatabaseKnowledge {
  const models = new Map<string, ModelKnowledge>();
  for (const [name, table] of db.tables) {
    const fields = new Map<string, FieldKnowledge>();
    for (const [own, field] of table.fields) {
      const many = field.type === 'one2many' || field.type === 'many2many';
      const stored = many ? field.store !== false : isStored(db.version, field);
      fields.set(own, {
        name: own,
        type: field.type,
        relation: field.relation,
        inverse: field.inverse,
        stored,
        sortable: stored && !many && field.type !== 'binary',
        searchable: field.searchable ?? true,
        related: field.related,
        depends: field.depends ?? [],
        selection: field.selection?.map(([value]) => value),
      });
    }
    models.set(name, {
      name,
      order: table.order,
      recordName: table.model.label,
      searchNames: table.searchNames,
      parent: table.model.parent,
      inherits: INHERITS[name] ?? {},
      fields,
    });
  }
  return { major: db.version, models };
}
