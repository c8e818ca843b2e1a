const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The partition a key belongs to, from 0 to `partitions` - 1. FNV-1a over UTF-16 code units with a final mix; stored checkpoints and counters
 * depend on it, so it never changes.
 */
export const partitionOf = (key: string, partitions: number): number => {
  let hash = FNV_OFFSET;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % partitions;
};
