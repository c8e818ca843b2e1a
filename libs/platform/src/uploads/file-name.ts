/** Long enough for people, short enough for every file system; in characters. */
const MAX_LENGTH = 120;

/** An ending longer than this is no ending. */
const MAX_ENDING = 6;

/** Control, format (bidi overrides that disguise an ending), unassigned characters, and what file systems or headers give a meaning to. */
const UNSAFE = /[\p{C}<>:"/\\|?*]/gu;

/**
 * A file name as it may be stored and offered for download: its last path segment without control characters, at most 120 characters;
 * `file` if nothing is left. What the file is, is not taken from its name.
 */
export const safeFileName = (name: string): string => {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const characters = [...last.replace(UNSAFE, '').replace(/^[.\s]+/, '').trim()];
  if (characters.length === 0) return 'file';
  if (characters.length <= MAX_LENGTH) return characters.join('');
  const dot = characters.lastIndexOf('.');
  const ending = dot > 0 && characters.length - dot <= MAX_ENDING ? characters.slice(dot) : [];
  return [...characters.slice(0, MAX_LENGTH - ending.length), ...ending].join('');
};

/** `Content-Disposition` of a download, its name in ASCII and (RFC 6266) in UTF-8. */
export const attachment = (name: string): string => {
  const ascii = name.replace(/[^\x20-\x7e]|["%\\]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
