/** Models that no contract can name, whatever a catalog says: users, rights, code, secrets, and other models' leftovers. */
const SYSTEM = [
  /^(?:ir|base|base_import|bus|iap|auth|auth_\w+|fetchmail|report|web|web_tour|web_editor|change|sms|snailmail)(?:\.|$)/,
  /^(?:digest|discuss|spreadsheet|onboarding|privacy|certificate|google|microsoft|im_livechat|cloud|html_editor)(?:\.|$)/,
  /^res\.(?:users|groups|config|device)(?:\.|$)/,
  /^mail\./,
  /^(?:payment\.(?:provider|token|transaction|method)|base\.automation|hr\.(?:employee|version|contract))(?:\.|$)/,
  /^rating\.rating$/,
  /\.wizard(?:\.|$)/,
];

export function isSystemModel(model: string): boolean {
  return SYSTEM.some((form) => form.test(model));
}
