/** What is known of the models and fields of one Odoo database, as a catalog document says it. */
export interface OdooModelsSpec {
  /** Systems that are this database. */
  readonly systems: readonly string[];
  /** Odoo's major version. */
  readonly version: number;
  /** ISO date on which it was read. */
  readonly readAt: string;
  readonly models: Readonly<Record<string, OdooModel>>;
}

/** A model as Odoo describes it. */
export interface OdooModel {
  readonly title?: string;
  /** `_order`, `_rec_name`, `_rec_names_search`, `_parent_name`. */
  readonly order?: string;
  readonly recordName?: string;
  readonly searchNames?: readonly string[];
  readonly parent?: string;
  /** `_inherits`: model → many2one through which its fields are this model's too. */
  readonly inherits?: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, OdooModelField>>;
}

/** A field as `fields_get` describes it. */
export interface OdooModelField {
  readonly type:
    | 'char'
    | 'text'
    | 'html'
    | 'selection'
    | 'reference'
    | 'integer'
    | 'float'
    | 'monetary'
    | 'boolean'
    | 'date'
    | 'datetime'
    | 'many2one'
    | 'many2one_reference'
    | 'one2many'
    | 'many2many'
    | 'binary'
    | 'image'
    | 'json'
    | 'properties'
    | 'properties_definition'
    | 'serialized';
  readonly title?: string;
  /** Model that a relation leads to. */
  readonly relation?: string;
  /** one2many: the many2one on the other side. */
  readonly inverse?: string;
  /** Default: true. */
  readonly stored?: boolean;
  /** Default: as `stored`. */
  readonly sortable?: boolean;
  /** Default: true. */
  readonly searchable?: boolean;
  readonly required?: boolean;
  readonly readonly?: boolean;
  readonly translated?: boolean;
  readonly companyDependent?: boolean;
  /** Path that this field is a copy of. */
  readonly related?: string;
  /** Paths that this field is computed from. */
  readonly depends?: readonly string[];
  /** Values, without their labels. */
  readonly selection?: readonly string[];
}
