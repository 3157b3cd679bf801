/** Records that a method of old versions returns as they are: JSON holds their repr, XML-RPC cannot marshal them. */
export class Recordset {
  readonly model: string;
  readonly ids: readonly number[];
  constructor(model: string, ids: readonly number[]) {
    this.model = model;
    this.ids = ids;
  }
  toString(): string {
    return `${this.model}(${this.ids.join(', ')}${this.ids.length === 1 ? ',' : ''})`;
  }
}
