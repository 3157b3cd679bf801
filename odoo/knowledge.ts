import type { OdooModelField } from '../catalog/odoo-models.ts';

/** What is known of the models of one Odoo database, from the catalog's OdooModels documents. */
export interface DatabaseKnowledge {
  /** Odoo's major version. */
  readonly major: number;
  readonly models: ReadonlyMap<string, ModelKnowledge>;
}

export type OdooFieldType = OdooModelField['type'];

export interface ModelKnowledge {
  readonly name: string;
  /** Default order (`_order`), where it is known. */
  readonly order: string | undefined;
  /** Field that names a record (`_rec_name`), where it is known. */
  readonly recordName: string | undefined;
  /** Fields that a search by name looks into (`_rec_names_search`); undefined: not known. */
  readonly searchNames: readonly string[] | undefined;
  /** Field that leads to the record above in a hierarchy (`_parent_name`), where the model has one. */
  readonly parent: string | undefined;
  /** Model → many2one through which its fields are this model's too (`_inherits`). */
  readonly inherits: Readonly<Record<string, string>>;
  readonly fields: ReadonlyMap<string, FieldKnowledge>;
}

export interface FieldKnowledge {
  readonly name: string;
  readonly type: OdooFieldType;
  /** Model that a relation leads to. */
  readonly relation: string | undefined;
  /** one2many: the many2one on the other side. */
  readonly inverse: string | undefined;
  readonly stored: boolean;
  readonly sortable: boolean;
  readonly searchable: boolean;
  /** Path that this field is a copy of. */
  readonly related: string | undefined;
  /** Paths that this field is computed from. */
  readonly depends: readonly string[];
  readonly selection: readonly string[] | undefined;
}
