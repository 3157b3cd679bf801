import type { MonthHandles } from '../handles/month-handles.ts';

/** Handles that one entry lists: under 20,000 bytes. */
export const MOST_HANDLES = 1000;
/** Up to so many are looked for in the text itself. */
const FEW = 16;

/** JSON text of the distinct handles of subjects, '' for none; what was erased has none. */
export function handleList(subjects: readonly string[], handles: MonthHandles): string {
  if (subjects.length > FEW) return manyHandles(subjects, handles);
  let text = '';
  for (const subject of subjects) {
    const handle = handles.handleOf(subject);
    if (handle !== undefined && !text.includes(handle)) text += text === '' ? handle : `","${handle}`;
  }
  return text === '' ? '' : `["${text}"]`;
}

function manyHandles(subjects: readonly string[], handles: MonthHandles): string {
  const distinct = new Set<string>();
  for (const subject of subjects) {
    const handle = handles.handleOf(subject);
    if (handle !== undefined) distinct.add(handle);
    if (distinct.size >= MOST_HANDLES) break;
  }
  return distinct.size === 0 ? '' : `["${[...distinct].join('","')}"]`;
}
