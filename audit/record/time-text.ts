/** Makes ISO 8601 texts (UTC, milliseconds) of times in milliseconds since the epoch; the long part changes once a second. */
export function timeTexts(): (time: number) => string {
  let lastSecond = Number.NaN;
  let lastText = '';
  return (time) => {
    const second = Math.floor(time / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      lastText = new Date(second * 1000).toISOString().slice(0, -4);
    }
    return `${lastText}${String(time - second * 1000).padStart(3, '0')}Z`;
  };
}
