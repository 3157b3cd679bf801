import type { Database } from './database.ts';

/** The external ids of a record: `module.name`. */
export function externalIds(db: Database, model: string, id: number): string[] {
  const rows = [...db.known('ir.model.data').rows.values()];
  return rows
    .filter((row) => row.get('model') === model && row.get('res_id') === id)
    .map((row) => `${row.get('module')}.${row.get('name')}`);
}

/** The external id that an export shows; a record without one is given one, which is a write. */
export function exportId(db: Database, model: string, id: number, uid: number): string {
  const [known] = externalIds(db, model, id);
  if (known !== undefined) return known;
  const name = `${model.replaceAll('.', '_')}_${id}_0${((id * 2_654_435_761) % 4_294_967_296).toString(16)}`;
  addExternalId(db, '__export__', name, model, id, uid);
  return `__export__.${name}`;
}

export function addExternalId(
  db: Database,
  module: string,
  name: string,
  model: string,
  id: number,
  uid: number,
): void {
  const row = db.insert('ir.model.data', uid);
  for (const [field, value] of Object.entries({ module, name, model, res_id: id }))
    db.put('ir.model.data', row, field, value);
}

/** The record behind an external id. */
export function findExternal(db: Database, xmlid: string): { readonly model: string; readonly id: number } | undefined {
  for (const row of db.known('ir.model.data').rows.values()) {
    if (`${row.get('module')}.${row.get('name')}` !== xmlid) continue;
    return { model: String(row.get('model')), id: Number(row.get('res_id')) };
  }
  return undefined;
}
