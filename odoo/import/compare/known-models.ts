/** What a comparison knows of one database: from an OdooModels document, or from a reading. */
export interface KnownModels {
  readonly major: number;
  readonly systems: readonly string[];
  readonly models: ReadonlyMap<string, KnownModel>;
}

export interface KnownModel {
  readonly title: string | undefined;
  /** Whether all fields are known; of models that others lead to, only some are. */
  readonly whole: boolean;
  readonly fields: ReadonlyMap<string, KnownField>;
}

export interface KnownField {
  readonly type: string;
  readonly title: string | undefined;
  readonly relation: string | undefined;
  readonly required: boolean;
  readonly readonly: boolean;
  readonly stored: boolean;
  readonly sortable: boolean;
  readonly selection: readonly string[] | undefined;
}

/** Odoo gives these to every model that is read whole; of the others they are not asked. */
export function isWhole(fields: ReadonlyMap<string, unknown>): boolean {
  return fields.has('create_uid') && fields.has('write_uid');
}
